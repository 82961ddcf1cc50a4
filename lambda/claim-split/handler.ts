import { claimSplit } from '../../core/manual-split/claim-split';
import { parseClaimInput } from '../../core/rollout/step-input';
import { executions } from '../shared/executions-part';
import { notifier } from '../shared/notifier-part';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';

export const handler = createStepHandler(claimSplit, { executions, notifier, router }, parseClaimInput);
