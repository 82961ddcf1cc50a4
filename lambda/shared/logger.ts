import { Logger } from '@aws-lambda-powertools/logger';
import { EVENT_CATALOGUE, type RolloutEvent } from '../../core/events';
import { metricLines } from './event-metrics';

/** The function's logger: one JSON object a line, with the function's name and request id. */
export const logger = new Logger({ serviceName: 'ecs-canary' });

/** Logs a rollout event at its level of the catalogue, and what it says in numbers. */
export function logEvent(event: RolloutEvent): void {
  const { type, ...members } = event;
  logger[EVENT_CATALOGUE[type].level](type, { event: members });
  for (const line of metricLines(event)) {
    logger.info('metric', line);
  }
}
