import { claimRollout } from '../../core/rollout/claim-rollout';
import { parseClaimInput } from '../../core/rollout/step-input';
import { executions } from '../shared/executions-part';
import { notifier } from '../shared/notifier-part';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';
import { workload } from '../shared/workload-part';

export const handler = createStepHandler(
  claimRollout,
  { executions, notifier, router, workload },
  parseClaimInput,
);
