import { createVersion } from '../../core/rollout/create-version';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';
import { workload } from '../shared/workload-part';

export const handler = createStepHandler(createVersion, { router, workload });
