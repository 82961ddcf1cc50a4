import { restoreSplit } from '../../core/manual-split/restore-split';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';

export const handler = createStepHandler(restoreSplit, { router });
