import { restoreStable } from '../../core/rollout/restore-stable';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';
import { workload } from '../shared/workload-part';

export const handler = createStepHandler(restoreStable, { router, workload });
