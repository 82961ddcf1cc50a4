import { setSplit } from '../../core/manual-split/set-split';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';
import { workload } from '../shared/workload-part';

export const handler = createStepHandler(setSplit, { router, workload });
