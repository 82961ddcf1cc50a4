import { checkVersionReady } from '../../core/rollout/check-version-ready';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';
import { workload } from '../shared/workload-part';

export const handler = createStepHandler(checkVersionReady, { router, workload });
