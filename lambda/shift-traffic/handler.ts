import { shiftTraffic } from '../../core/rollout/shift-traffic';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';
import { workload } from '../shared/workload-part';

export const handler = createStepHandler(shiftTraffic, { router, workload });
