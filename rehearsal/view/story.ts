import type { CheckEvidence } from '../../core/health/verdict';
import type { Report, RolloutReport } from '../report/schema';

type Weights = Readonly<Record<string, number>>;

/** Whether a traffic target's name means this version: the version itself or `<environment>-<service>-<version>`. */
export function isVersion(name: string, version: string): boolean {
  return version !== '' && (name === version || name.endsWith(`-${version}`));
}

/** A version's weight in a split, percent; 0 when the split does not name it. */
export function weightIn(weights: Weights | undefined, version: string | null): number {
  const found = Object.entries(weights ?? {}).find(([name]) => version !== null && isVersion(name, version));
  const weight = found?.[1] ?? 0;
  return Number.isFinite(weight) ? Math.min(100, Math.max(0, weight)) : 0;
}

/** The split from one moment until the next one. Times are virtual milliseconds since the epoch. */
export interface SplitSpan {
  readonly from: number;
  readonly to: number;
  /** Percent of requests. */
  readonly canary: number;
  readonly stable: number;
}

/** The part of a rollout that the stories are told from. */
export type Told = Pick<RolloutReport, 'version' | 'stable' | 'splits' | 'checks' | 'startedAt' | 'endedAt'>;

/** When the rollout ended; for one that has not, the newest thing known of it. */
export function endOf(rollout: Told): number {
  const moments = [rollout.startedAt, ...rollout.splits.map((s) => s.at), ...rollout.checks.map((c) => c.at)];
  const newest = Math.max(...moments.map((at) => Date.parse(at)).filter(Number.isFinite));
  const ended = rollout.endedAt === null ? Number.NaN : Date.parse(rollout.endedAt);
  return Number.isFinite(ended) ? ended : newest;
}

/** The split over the whole rollout, without gaps, equal neighbours joined. */
export function splitSpans(rollout: Told): readonly SplitSpan[] {
  const start = Date.parse(rollout.startedAt);
  const end = Math.max(start, endOf(rollout));
  const changes = rollout.splits
    .map(({ at, weights }) => ({
      at: Math.min(end, Math.max(start, Date.parse(at))),
      canary: weightIn(weights, rollout.version),
      stable: weightIn(weights, rollout.stable),
    }))
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at);
  const before = { at: start, canary: 0, stable: rollout.stable === null ? 0 : 100 };
  const spans: SplitSpan[] = [];
  for (const [index, change] of [before, ...changes].entries()) {
    const to = changes[index]?.at ?? end;
    const last = spans.at(-1);
    if (last !== undefined && last.canary === change.canary && last.stable === change.stable) {
      spans[spans.length - 1] = { ...last, to };
    } else if (to > change.at || index === changes.length) {
      spans.push({ from: change.at, to, canary: change.canary, stable: change.stable });
    }
  }
  return spans;
}

/** The canary's weight at a moment, percent. */
export function canaryWeightAt(rollout: Told, at: number): number {
  return splitSpans(rollout).findLast((span) => span.from <= at)?.canary ?? 0;
}

/** The greatest weight that the canary had, percent. */
export function greatestWeight(rollout: Told): number {
  return Math.max(0, ...rollout.splits.map(({ weights }) => weightIn(weights, rollout.version)));
}

/** How a rollback came about. */
export interface RollbackStory {
  readonly reason: string;
  /** Limits that were broken, as the deciding check found them. */
  readonly broken: readonly CheckEvidence[];
  /** The canary's weight when that check decided, percent. */
  readonly weight: number;
  /** Virtual milliseconds from the first check that saw a limit broken to the verdict; 0 when it was the same one. */
  readonly watchedMillis: number;
  /** Virtual milliseconds from the verdict until all requests were back at stable; null when that was not seen. */
  readonly backMillis: number | null;
}

/** The story of the check that rolled the rollout back; null when no check did. */
export function rollbackStory(rollout: Told): RollbackStory | null {
  const index = rollout.checks.findIndex((check) => check.verdict === 'roll_back');
  const decisive = rollout.checks[index];
  if (decisive === undefined) {
    return null;
  }
  const at = Date.parse(decisive.at);
  const firstBroken = rollout.checks[firstOfBrokenRun(rollout.checks, index)] ?? decisive;
  const back = rollout.splits.find(
    (split) => Date.parse(split.at) >= at && weightIn(split.weights, rollout.version) === 0,
  );
  return {
    reason: decisive.reason,
    broken: decisive.evidence.filter((evidence) => evidence.result === 'broken') as CheckEvidence[],
    weight: canaryWeightAt(rollout, at),
    watchedMillis: at - Date.parse(firstBroken.at),
    backMillis: back === undefined ? null : Date.parse(back.at) - at,
  };
}

/** Index of the first check in the unbroken run of checks with a broken limit that ends at `last`. */
function firstOfBrokenRun(checks: Told['checks'], last: number): number {
  let first = last;
  while (checks[first - 1]?.evidence.some((evidence) => evidence.result === 'broken')) {
    first -= 1;
  }
  return first;
}

/** What names of traffic targets are told from. */
export interface NamedRollout {
  readonly service: string;
  readonly version: string;
  readonly stable: string | null;
}

/** How people call a traffic target: service and version where a rollout names both, else the name as it is. */
export function versionName(name: string, rollouts: readonly NamedRollout[]): string {
  for (const { service, version, stable } of rollouts) {
    const known = [version, stable ?? ''].find((candidate) => isVersionOf(name, service, candidate));
    if (known !== undefined) {
      return `${service} ${known}`;
    }
  }
  return name;
}

/** Whether a traffic target's name means this version of this service. */
export function isVersionOf(name: string, service: string, version: string): boolean {
  const full = `${service}-${version}`;
  return version !== '' && (name === version || name === full || name.endsWith(`-${full}`));
}

/** One row of what users saw of a version. */
export interface VersionRow {
  readonly name: string;
  readonly label: string;
  /** Outcome of the newest rollout of this version, where the report has one. */
  readonly outcome: RolloutReport['outcome'] | null;
  readonly requests: number;
  readonly failed: number;
  readonly p50Millis: number | null;
  readonly p99Millis: number | null;
}

/** What users saw of each version: failing ones first, then the busiest. */
export function versionRows(report: Pick<Report, 'rollouts' | 'traffic'>): readonly VersionRow[] {
  return Object.entries(report.traffic.byVersion)
    .map(([name, seen]) => ({
      name,
      label: versionName(name, report.rollouts),
      outcome: report.rollouts.findLast((r) => isVersionOf(name, r.service, r.version))?.outcome ?? null,
      ...seen,
    }))
    .sort((a, b) => b.failed - a.failed || b.requests - a.requests);
}
