import { rollBack } from '../../core/rollout/roll-back';
import { notifier } from '../shared/notifier-part';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';

export const handler = createStepHandler(rollBack, { notifier, router });
