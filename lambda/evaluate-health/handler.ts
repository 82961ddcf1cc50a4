import { evaluateHealth } from '../../core/rollout/evaluate-health';
import { metrics } from '../shared/metrics-part';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';
import { workload } from '../shared/workload-part';

export const handler = createStepHandler(evaluateHealth, { metrics, router, workload });
