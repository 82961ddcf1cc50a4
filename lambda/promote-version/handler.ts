import { promoteVersion } from '../../core/rollout/promote-version';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';

export const handler = createStepHandler(promoteVersion, { router });
