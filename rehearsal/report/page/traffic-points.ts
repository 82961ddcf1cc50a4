import { isVersionOf } from '../../view/story';
import type { TrafficPoint } from './extras';
import type { Period } from './frame';

/** Traffic of one drawn interval. */
export interface DrawnPoint {
  /** Milliseconds, virtual. */
  readonly from: number;
  readonly to: number;
  readonly requests: number;
  readonly failed: number;
  readonly byVersion: Readonly<Record<string, number>>;
}

/** More intervals than this cannot be told apart on a screen: neighbours are added up. */
const MOST_POINTS = 160;

/** The traffic inside a period, oldest first; each point lasts until the next one. */
export function pointsIn(traffic: readonly TrafficPoint[], period: Period): readonly DrawnPoint[] {
  const sorted = traffic
    .map((point) => ({ ...point, from: Date.parse(point.at) }))
    .filter((point) => Number.isFinite(point.from))
    .sort((a, b) => a.from - b.from);
  const interval = medianGap(sorted.map((point) => point.from));
  const inside = sorted
    .map(({ from, requests, failed, byVersion }) => ({
      from,
      to: from + interval,
      requests,
      failed,
      byVersion,
    }))
    .filter((point) => point.to > period.from && point.from < period.to);
  return merged(inside, Math.ceil(inside.length / MOST_POINTS));
}

/** Milliseconds between neighbours, as most of them are. */
function medianGap(moments: readonly number[]): number {
  const gaps = moments
    .slice(1)
    .map((at, index) => at - (moments[index] ?? at))
    .sort((a, b) => a - b);
  return Math.max(1000, gaps[Math.floor(gaps.length / 2)] ?? 60_000);
}

function merged(points: readonly DrawnPoint[], by: number): readonly DrawnPoint[] {
  if (by <= 1) {
    return points;
  }
  const groups = Array.from({ length: Math.ceil(points.length / by) }, (_, i) =>
    points.slice(i * by, (i + 1) * by),
  );
  return groups.flatMap((group) => group.slice(0, 1).map((first) => group.slice(1).reduce(added, first)));
}

function added(a: DrawnPoint, b: DrawnPoint): DrawnPoint {
  const byVersion = { ...a.byVersion };
  for (const [name, count] of Object.entries(b.byVersion)) {
    byVersion[name] = (Object.hasOwn(byVersion, name) ? (byVersion[name] ?? 0) : 0) + count;
  }
  return {
    from: a.from,
    to: b.to,
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    byVersion,
  };
}

/** Requests that one version of a service had. */
export function requestsOf(point: DrawnPoint, service: string, version: string | null): number {
  return Object.entries(point.byVersion)
    .filter(([name]) => version !== null && isVersionOf(name, service, version))
    .reduce((sum, [, count]) => sum + count, 0);
}
