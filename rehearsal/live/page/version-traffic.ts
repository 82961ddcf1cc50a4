import type { Period } from '../../report/page/frame';
import { isVersionOf, type VersionRow } from '../../view/story';
import type { LiveRollout, TrafficPoint } from '../state';

/** What users got from one version in one interval. Times are virtual milliseconds since the epoch. */
export interface SeenInterval {
  readonly from: number;
  readonly to: number;
  readonly requests: number;
  readonly failed: number;
  /** Median of the seconds' medians. */
  readonly p50Millis: number | null;
  /** That of the worst second. */
  readonly p99Millis: number | null;
}

/** One version of a rollout with what users got from it, oldest first. */
export interface SeenVersion {
  readonly role: 'stable' | 'canary';
  readonly version: string;
  readonly intervals: readonly SeenInterval[];
}

/** More intervals than this cannot be told apart in half a screen. */
const MOST_INTERVALS = 60;

/** The stable version and the canary over the same intervals of a period. */
export function seenVersions(
  rollout: LiveRollout,
  traffic: readonly TrafficPoint[],
  period: Period,
): readonly SeenVersion[] {
  const points = traffic
    .map((point) => ({ ...point, millis: Date.parse(point.at) }))
    .filter(({ millis }) => millis >= period.from && millis <= period.to);
  const gap = points.length < 2 ? 1000 : medianGap(points.map(({ millis }) => millis));
  const length = gap * Math.max(1, Math.ceil((period.to - period.from) / gap / MOST_INTERVALS));
  const roles = [
    ...(rollout.stable === null ? [] : [{ role: 'stable' as const, version: rollout.stable }]),
    { role: 'canary' as const, version: rollout.version },
  ];
  return roles.map(({ role, version }) => {
    const groups = new Map<number, Seconds[]>();
    for (const point of points) {
      const index = Math.floor((point.millis - period.from) / length);
      const seconds = Object.entries(point.byVersion)
        .filter(([name]) => isVersionOf(name, rollout.service, version))
        .map(([, seen]) => seen);
      groups.set(index, [...(groups.get(index) ?? []), ...seconds]);
    }
    const intervals = [...groups].map(([index, seconds]) => {
      const from = period.from + index * length;
      return { from, to: from + length, ...summed(seconds) };
    });
    return { role, version, intervals };
  });
}

type Seconds = TrafficPoint['byVersion'][string];

function summed(seconds: readonly Seconds[]): Omit<SeenInterval, 'from' | 'to'> {
  const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
  const p99 = known(seconds.map(({ p99Millis }) => p99Millis));
  return {
    requests: seconds.reduce((sum, second) => sum + second.requests, 0),
    failed: seconds.reduce((sum, second) => sum + second.failed, 0),
    p50Millis: median(known(seconds.map(({ p50Millis }) => p50Millis))),
    p99Millis: p99.length === 0 ? null : Math.max(...p99),
  };
}

/** All intervals of each version added up, as the table of versions has them. */
export function seenRows(
  versions: readonly SeenVersion[],
  outcome: LiveRollout['outcome'],
): readonly VersionRow[] {
  return versions
    .filter(({ intervals }) => intervals.some(({ requests }) => requests > 0))
    .map(({ role, version, intervals }) => {
      const { requests, failed, p50Millis, p99Millis } = summed(intervals);
      return {
        name: version,
        label: `${role} ${version}`,
        outcome: role === 'canary' ? outcome : null,
        requests,
        failed,
        p50Millis,
        p99Millis,
      };
    });
}

/** Percent of requests that did not fail; null when there was none. */
export function successOf({ requests, failed }: Pick<SeenInterval, 'requests' | 'failed'>): number | null {
  return requests > 0 ? Math.max(0, 100 * (1 - failed / requests)) : null;
}

function medianGap(moments: readonly number[]): number {
  return Math.max(1, median(moments.slice(1).map((at, index) => at - (moments[index] ?? at))) ?? 1000);
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
