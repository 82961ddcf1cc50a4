import {
  type ChartSize,
  chart,
  coordinate,
  countTicks,
  type Period,
  timeAxis,
  timeScale,
  valueAxis,
} from '../../report/page/frame';
import { html, type Insert, type Markup } from '../../report/page/html';
import { millisText, valueText } from '../../view/words';
import { type SeenInterval, type SeenVersion, successOf } from './version-traffic';

const SIZES: readonly ChartSize[] = [
  { width: 400, kind: 'wide' },
  { width: 350, kind: 'narrow' },
];
const TOP = 10;
const BOTTOM = 130;
const HEIGHT = 168;

interface Line {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly ticks: readonly number[];
  readonly value: (interval: SeenInterval) => number | null;
  readonly text: (value: number) => string;
}

/** Success rate and latency of the stable version and the canary, over the same time, side by side. */
export function versionCharts(versions: readonly SeenVersion[], period: Period): Insert {
  const intervals = versions.flatMap((version) => version.intervals);
  if (!intervals.some(({ requests }) => requests > 0)) {
    return html`<p class="quiet">No request of a user is known from this time: what users saw is kept for ten minutes.</p>`;
  }
  const rates = intervals.map(successOf).filter((rate) => rate !== null);
  const slowest = Math.max(1, ...intervals.map(({ p99Millis }) => p99Millis ?? 0));
  const lines: readonly Line[] = [
    {
      id: 'live-success',
      title: 'Success rate',
      unit: ' %',
      ticks: rateTicks(Math.min(...rates)),
      value: successOf,
      text: (value) => `${valueText(Math.floor(value * 100) / 100)} %`,
    },
    {
      id: 'live-latency',
      title: 'Latency, p99 of the worst second',
      unit: ' ms',
      ticks: countTicks(slowest),
      value: ({ p99Millis }) => p99Millis,
      text: millisText,
    },
  ];
  return html`<div class="pair">${lines.map((line) => lineChart(line, versions, period))}</div>`;
}

/** The axis begins at the greatest of these that is not above what was measured, so that small losses are seen. */
function rateTicks(least: number): readonly number[] {
  const low = [99, 95, 75, 0].find((start) => start <= least) ?? 0;
  return [0, 1, 2, 3, 4].map((step) => low + ((100 - low) / 4) * step);
}

function lineChart(line: Line, versions: readonly SeenVersion[], period: Period): Markup {
  const newest = versions.map((version) => [version, newestValue(line, version)] as const);
  const text = {
    id: line.id,
    title: `${line.title} by version over time`,
    description: `${newest.map(([{ role, version }, value]) => `newest of ${role} ${version}: ${value === null ? 'none' : line.text(value)}`).join('; ')}.`,
  };
  return html`<figure><figcaption>${line.title}
<span class="legend">${newest.map(([{ role }, value]) => html`<span class="key"><i class="stroke ${role}"></i>${role} <b>${value === null ? '–' : line.text(value)}</b></span> `)}</span></figcaption>
${chart(text, HEIGHT, (size) => drawn(line, versions, period, size), SIZES)}</figure>`;
}

function newestValue(line: Line, { intervals }: SeenVersion): number | null {
  return line.value(intervals.findLast((interval) => line.value(interval) !== null) ?? NOTHING);
}

const NOTHING: SeenInterval = { from: 0, to: 0, requests: 0, failed: 0, p50Millis: null, p99Millis: null };

function drawn(line: Line, versions: readonly SeenVersion[], period: Period, size: ChartSize): Insert {
  const x = timeScale(period, size);
  const [low, high] = [line.ticks[0] ?? 0, line.ticks.at(-1) ?? 1];
  const y = (value: number): number => BOTTOM - ((value - low) / Math.max(1e-9, high - low)) * (BOTTOM - TOP);
  return html`${timeAxis(period, size, BOTTOM, TOP, 'virtual minutes since the rollout began')}${valueAxis(line.ticks, y, size, line.unit)}
${versions.map(({ role, intervals }) => html`<path class="line ${role}" d="${pathOf(intervals, line.value, x, y)}"/>`)}`;
}

/** One point an interval, in its middle; a gap where nothing was measured. */
function pathOf(
  intervals: readonly SeenInterval[],
  value: Line['value'],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  let isDown = false;
  let path = '';
  let last = Number.NEGATIVE_INFINITY;
  for (const interval of intervals) {
    const measured = value(interval);
    const follows = interval.from <= last + 1;
    last = interval.to;
    if (measured === null) {
      isDown = false;
      continue;
    }
    const where = `${coordinate(x((interval.from + interval.to) / 2))} ${coordinate(y(measured))}`;
    // A lone point is a dot: round ends make a line without length visible.
    path += isDown && follows ? `L${where}` : `M${where}h0.01`;
    isDown = true;
  }
  return path;
}
