import { removeUnnamedVersions } from '../../core/manual-split/remove-unnamed-versions';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';
import { workload } from '../shared/workload-part';

export const handler = createStepHandler(removeUnnamedVersions, { router, workload });
