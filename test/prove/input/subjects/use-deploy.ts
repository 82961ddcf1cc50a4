import {
  renderCustomQueries,
  renderObservationQueries,
} from '../../../../adapters/metrics/cloudwatch/queries';
import type { DeployConfig } from '../../../../core/config/deploy-schema';
import { isOtherCheck } from '../../../../core/health/other-checks';
import { judgeByThreshold } from '../../../../core/health/threshold-judge';
import { planSteps, shortestDuration } from '../../../../core/rollout/plan';
import { aBinding, aJudgeInput, anObservation, CANARY } from '../../../_helpers/builders';

/** CloudWatch's own limits: dimensions of a metric, characters of a namespace, queries of one call. */
const LIMITS = { dimensions: 30, queries: 500 };

/** Plans the rollout, asks for its metrics and judges it, as the functions do with a deploy.json. */
export function usePlan(deploy: DeployConfig): string | null {
  const plans = [planSteps(deploy, false), planSteps(deploy, true)];
  const isBad = (steps: readonly number[]): boolean =>
    steps.at(-1) !== 100 ||
    steps.some((step, index) => !(step > (steps[index - 1] ?? 0)) || !Number.isInteger(step));
  if (plans.some(isBad)) {
    return `its plan does not rise to 100: ${JSON.stringify(plans)}`;
  }
  const duration = shortestDuration(deploy);
  if (!Number.isFinite(duration) || duration < 60) {
    return `its shortest duration is ${duration} s`;
  }
  const { verdict } = judgeByThreshold(
    aJudgeInput({
      health: deploy.health,
      observations: [anObservation(5), anObservation(6, { errors: 100 })],
    }),
  );
  return ['advance', 'hold', 'roll_back'].includes(verdict)
    ? badQueries(deploy)
    : `its verdict is ${verdict}`;
}

function badQueries({ health }: DeployConfig): string | null {
  const window = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:10:00.000Z', periodSeconds: 60 };
  renderObservationQueries(aBinding(), { version: CANARY, quantiles: ['p99'], ...window });
  for (const check of health.checks.filter(isOtherCheck)) {
    if (check.type === 'alarm') {
      continue;
    }
    const query =
      check.type === 'metric' ? { ...check } : { expression: check.expression, metrics: check.metrics };
    const { queries } = renderCustomQueries(query, 60);
    const dimensions = Math.max(
      0,
      ...queries.map((each) => each.MetricStat?.Metric?.Dimensions?.length ?? 0),
    );
    if (queries.length > LIMITS.queries || dimensions > LIMITS.dimensions) {
      return `CloudWatch refuses ${queries.length} queries with ${dimensions} dimensions`;
    }
    const ids = new Set(queries.map(({ Id }) => Id));
    const asked = check.type === 'metric' ? 1 : Object.keys(check.metrics).length + 1;
    if (ids.size !== asked) {
      return `its ${asked} metrics have ${ids.size} ids`;
    }
  }
  return null;
}
