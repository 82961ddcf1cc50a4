import { stopStable } from '../../core/rollout/stop-stable';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';
import { workload } from '../shared/workload-part';

export const handler = createStepHandler(stopStable, { router, workload });
