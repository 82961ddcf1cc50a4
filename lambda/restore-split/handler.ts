import { restoreSplit } from '../../core/manual-split/restore-split';
import { notifier } from '../shared/notifier-part';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';

export const handler = createStepHandler(restoreSplit, { notifier, router });
