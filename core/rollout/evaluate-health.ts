import { CanaryError, type ErrorCode } from '../errors';
import type { JudgeInput } from '../health/judge-input';
import { METRIC_PERIOD_SECONDS, type Observation, periodStart } from '../health/observation';
import { isOtherCheck } from '../health/other-checks';
import type { OtherReading } from '../health/reading';
import { judgeByThreshold } from '../health/threshold-judge';
import type { Judgement } from '../health/verdict';
import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import type { WorkloadStatus } from '../ports/workload';
import { weightOf } from '../traffic/split';
import { describeFailure } from './check-version-ready';
import { emit, openRollout, type RolloutContext } from './context';
import { type Decision, decide } from './decide';
import { describeDrift } from './drift';
import { planSteps } from './plan';
import { executionNameFor, type Progress, progressOf, type StepInput } from './progress';

/** Checks in one execution before the rollout continues in a new one: 2,000 × about 10 events of the 25,000 allowed. */
const CHECKS_PER_EXECUTION = 2000;

/** Failures that are missing data, and no reason to fail. */
const UNREADABLE: ReadonlySet<ErrorCode> = new Set(['MetricsIncomplete', 'AwsThrottled', 'AwsCallFailed']);

/** One health check: observes, judges, records the evidence and decides what the state machine does next. */
export async function evaluateHealth(ports: Ports, input: StepInput): Promise<Progress> {
  const context = await openRollout(ports, input);
  const { record, router, workload, service } = context;
  const split = await router.getSplit();
  const tasks = await workload.describe(record.version);
  const { unreadable_since = isoNow(ports.clock), checks: made = 0 } = input.state.progress ?? {};
  const { isUnreadable = false, ...judgement } =
    judgeTasks(context, tasks) ?? (await judgeMetrics(context, tasks, Date.parse(unreadable_since)));
  const decision = decide({
    record,
    steps: planSteps(record.deploy, record.stable === null),
    weight: weightOf(split, record.version),
    judgement,
    now: ports.clock.now(),
    supersededBy: service.waiting?.rolloutId ?? null,
    drift: describeDrift(record, split),
  });
  const checks = made + 1;
  await ports.store.appendEntry(record.id, { kind: 'check', at: isoNow(ports.clock), ...judgement });
  if (decision.next === 'wait_for_traffic' && judgement.verdict === 'hold') {
    await emit(context, { type: 'StepHeld', reason: decision.reason });
  }
  return {
    ...progressOf(record, input),
    split: split.weights,
    verdict: judgement.verdict,
    evidence: judgement.evidence,
    checks,
    ...(isUnreadable ? { unreadable_since } : {}),
    ...continuedWhenLong(decision, checks, progressOf(record, input)),
  };
}

function continuedWhenLong(
  decision: Decision,
  checks: number,
  { rollout_id, generation = 0 }: Pick<Progress, 'rollout_id' | 'generation'>,
): Pick<Progress, 'next' | 'reason' | 'continuation'> {
  if (decision.next !== 'wait_for_traffic' || checks < CHECKS_PER_EXECUTION) {
    return decision;
  }
  const next = generation + 1;
  return {
    ...decision,
    next: 'continue',
    continuation: {
      name: executionNameFor(rollout_id, `--continued-${next}`),
      resume: { rollout_id, why: 'continue', generation: next },
    },
  };
}

/** A judgement, and whether it was made without metrics, for they could not be read. */
interface TriedJudgement extends Judgement {
  readonly isUnreadable?: boolean;
}

/** Failing tasks roll back at once, whatever the metrics say. */
function judgeTasks(context: RolloutContext, tasks: WorkloadStatus): TriedJudgement | null {
  const since = context.record.firstShiftAt ?? context.record.startedAt;
  const failure = tasks.failures.find((candidate) => candidate.at >= since);
  if (failure === undefined && !tasks.gaveUp) {
    return null;
  }
  const reason = `a task of "${context.record.version}" failed under traffic: ${describeFailure(failure)}`;
  return {
    verdict: 'roll_back',
    reason,
    evidence: [{ check: 'tasks keep running', result: 'broken', source: 'tasks' }],
  };
}

async function judgeMetrics(
  context: RolloutContext,
  tasks: WorkloadStatus,
  unreadableSince: number,
): Promise<TriedJudgement> {
  const { record, binding, ports } = context;
  const since = Date.parse(record.trafficSince ?? record.firstShiftAt ?? record.startedAt);
  const now = ports.clock.now();
  try {
    const { observations, readings } = await observe(context, since, now);
    const isBaking = record.bakeStartedAt !== undefined;
    const isFresh = isBaking || record.deploy.health.fresh_data_per_step;
    const isFirstAndReady = record.stable === null && tasks.ready > 0 && tasks.ready >= tasks.desired;
    const input: JudgeInput = {
      health: record.deploy.health,
      protocol: binding.protocol,
      now,
      underTrafficSince: since,
      observations,
      readings,
      ...(isFresh ? { freshSince: Date.parse(record.lastShiftAt ?? record.startedAt) } : {}),
      ...(isFirstAndReady ? { firstReleaseReadySince: since } : {}),
      ...(isTcpAndPassing(context, tasks) ? { tasksPassing: tasks.ready } : {}),
    };
    return judgeByThreshold(input);
  } catch (error) {
    if (error instanceof CanaryError && UNREADABLE.has(error.code)) {
      return unreadable(context, error, now - unreadableSince);
    }
    throw error;
  }
}

/**
 * Whether tasks can speak for a tcp version that few new connections reach. With steps they cannot: a share of a
 * pool's few connections may be none for the whole rollout.
 */
function isTcpAndPassing({ record, binding }: RolloutContext, tasks: WorkloadStatus): boolean {
  const hasAllTraffic = record.bakeStartedAt !== undefined && record.deploy.strategy !== 'canary';
  const isChecked = record.taskDefinition.container.health_check !== undefined;
  const isPassing = tasks.ready > 0 && tasks.ready >= tasks.desired;
  return binding.protocol === 'tcp' && hasAllTraffic && isChecked && isPassing;
}

/** Metrics that cannot be read are missing data: hold, until they could not for `no_data_deadline` on end. */
function unreadable(context: RolloutContext, error: CanaryError, waitedMillis: number): TriedJudgement {
  const { health } = context.record.deploy;
  const isOver = waitedMillis >= health.no_data_deadline * 1000;
  return {
    verdict: isOver ? health.on_no_data : 'hold',
    missingData: true,
    isUnreadable: true,
    reason: `metrics cannot be read: ${error.message}`,
    evidence: [{ check: 'metrics of the canary', result: 'unknown' }],
  };
}

async function observe(
  context: RolloutContext,
  since: number,
  now: number,
): Promise<{ observations: readonly Observation[]; readings: readonly OtherReading[] }> {
  const { record, metrics } = context;
  const { health } = record.deploy;
  const reach = Math.max(
    health.no_data_deadline,
    ...health.checks.map((check) => (check.type === 'server_errors' ? check.window : 0)),
  );
  const window = {
    from: new Date(periodStart(Math.max(since, now - reach * 1000))).toISOString(),
    to: new Date(periodStart(now)).toISOString(),
    periodSeconds: METRIC_PERIOD_SECONDS,
  };
  if (window.from >= window.to) {
    return { observations: [], readings: [] };
  }
  const quantiles = [
    ...new Set(health.checks.flatMap((check) => (check.type === 'latency' ? [check.quantile] : []))),
  ];
  const observations = await metrics.observe({ version: record.version, quantiles, ...window });
  return { observations, readings: await readOthers(context, window) };
}

async function readOthers(
  context: RolloutContext,
  window: { readonly from: string; readonly to: string; readonly periodSeconds: number },
): Promise<readonly OtherReading[]> {
  const { record, binding, metrics } = context;
  const fill = (dimensions: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(dimensions).map(([name, value]) => [
        name,
        value
          .replaceAll('{environment}', binding.environment)
          .replaceAll('{service}', record.service)
          .replaceAll('{version}', record.version),
      ]),
    );
  const readings: OtherReading[] = [];
  for (const check of record.deploy.health.checks.filter(isOtherCheck)) {
    if (check.type === 'alarm') {
      readings.push({ check, alarm: await metrics.alarmState(check.name) });
    } else if (check.type === 'metric') {
      const query = {
        namespace: check.namespace,
        name: check.name,
        dimensions: fill(check.dimensions),
        statistic: check.statistic,
      };
      readings.push({ check, values: await metrics.readMetric(query, window) });
    } else {
      const named = Object.entries(check.metrics).map(
        ([id, metric]) => [id, { ...metric, dimensions: fill(metric.dimensions) }] as const,
      );
      const query = { expression: check.expression, metrics: Object.fromEntries(named) };
      readings.push({ check, values: await metrics.readMetric(query, window) });
    }
  }
  return readings;
}
