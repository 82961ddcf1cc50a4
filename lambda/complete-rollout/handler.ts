import { completeRollout } from '../../core/rollout/complete-rollout';
import { notifier } from '../shared/notifier-part';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';
import { workload } from '../shared/workload-part';

export const handler = createStepHandler(completeRollout, { notifier, router, workload });
