import { completeSplit } from '../../core/manual-split/complete-split';
import { notifier } from '../shared/notifier-part';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';

export const handler = createStepHandler(completeSplit, { notifier, router });
