import { createSnsClient } from '../../adapters/clients';
import { SnsNotifier } from '../../adapters/notify/sns/notifier';
import { logger } from './logger';
import type { Parts } from './parts';

/** People hear of rollouts through the environment's SNS topic. */
export const notifier: NonNullable<Parts['notifier']> = (environment) =>
  new SnsNotifier(createSnsClient(), environment.topic, (error, event) =>
    logger.error(`people were not told of ${event.type}`, error),
  );
