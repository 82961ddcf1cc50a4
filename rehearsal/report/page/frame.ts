import { html, type Insert, type Markup } from './html';

/** The size of a chart in user units, and which of the two renderings it is. */
export interface ChartSize {
  readonly width: number;
  readonly kind: 'wide' | 'narrow';
}

/** The pattern that tells the canary apart without its colour; belongs into a page's `defs` once. */
export const HATCH = html`<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch-line" d="M0 0V7"/></pattern>`;

/** Each chart is drawn twice, so that its text has the same size on a phone and on a desk. */
export const CHART_SIZES: readonly ChartSize[] = [
  { width: 960, kind: 'wide' },
  { width: 350, kind: 'narrow' },
];

/** Room for the axis labels left of the plot, and right of it. */
export const LEFT = 44;
const RIGHT = 10;

/** A period of virtual time, milliseconds since the epoch. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Maps virtual time to the chart's horizontal axis. */
export function timeScale(period: Period, size: ChartSize): (at: number) => number {
  const span = Math.max(1, period.to - period.from);
  const room = size.width - LEFT - RIGHT;
  return (at) => LEFT + Math.min(1, Math.max(0, (at - period.from) / span)) * room;
}

/** Right end of the plot. */
export function rightEnd(size: ChartSize): number {
  return size.width - RIGHT;
}

/** A coordinate with one digit after the point: enough, and short. */
export function coordinate(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 10) / 10) : '0';
}

const MINUTE = 60_000;
const MINUTE_STEPS = [0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440];

/** Ticks of the time axis, in minutes since the period's start; about one per 80 units of width. */
export function minuteTicks(period: Period, size: ChartSize): readonly number[] {
  const minutes = (period.to - period.from) / MINUTE;
  const wanted = Math.max(2, Math.floor(size.width / 80));
  const step =
    MINUTE_STEPS.find((candidate) => minutes / candidate <= wanted) ??
    Math.ceil(minutes / wanted / 1440) * 1440;
  return Array.from({ length: Math.floor(minutes / step) + 1 }, (_, index) => index * step);
}

/** Ticks of a count axis, from 0 to at least `greatest`, at round numbers. */
export function countTicks(greatest: number, wanted = 3): readonly number[] {
  const raw = Math.max(1, greatest) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) ?? 10));
  return Array.from({ length: Math.ceil(Math.max(1, greatest) / step) + 1 }, (_, index) => index * step);
}

/** The time axis: ticks, their labels in virtual minutes, and its name. */
export function timeAxis(period: Period, size: ChartSize, y: number, top: number, name: string): Markup {
  const x = timeScale(period, size);
  const ticks = minuteTicks(period, size).map((minute) => {
    const at = coordinate(x(period.from + minute * MINUTE));
    return html`<path class="grid" d="M${at} ${top}V${y}"/><text class="tick" x="${at}" y="${y + 16}" text-anchor="middle">${minute}</text>`;
  });
  return html`<g>${ticks}<path class="axis" d="M${LEFT} ${y}H${rightEnd(size)}"/><text class="name" x="${rightEnd(size)}" y="${y + 32}" text-anchor="end">${name}</text></g>`;
}

/** A value axis: one labelled line per tick. */
export function valueAxis(
  ticks: readonly number[],
  y: (value: number) => number,
  size: ChartSize,
  unit: string,
): Markup {
  const lines = ticks.map((tick) => {
    const at = coordinate(y(tick));
    return html`<path class="grid" d="M${LEFT} ${at}H${rightEnd(size)}"/><text class="tick" x="${LEFT - 6}" y="${coordinate(y(tick) + 4)}" text-anchor="end">${tick.toLocaleString('en-US')}${unit}</text>`;
  });
  return html`<g>${lines}</g>`;
}

/** What a chart says to somebody who does not see it. */
export interface ChartText {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Data attributes for the page's script: the period, and `from,to,stable,canary` of each span. */
  readonly pointer?: { readonly period: Period; readonly spans: string };
}

/**
 * One chart, drawn for desks and for phones; only one of the two is shown, and read out.
 * @param sizes one of each kind; others than `CHART_SIZES` for a chart that does not have the page's whole width.
 */
export function chart(
  text: ChartText,
  height: number,
  draw: (size: ChartSize) => Insert,
  sizes: readonly ChartSize[] = CHART_SIZES,
): Markup {
  const drawings = sizes.map((size) => {
    const id = `${text.id}-${size.kind}`;
    return html`<svg class="chart ${size.kind}" viewBox="0 0 ${size.width} ${height}" role="img" aria-labelledby="${id}-t ${id}-d"${pointerData(text, size)}><title id="${id}-t">${text.title}</title><desc id="${id}-d">${text.description}</desc>${draw(size)}</svg>`;
  });
  return html`${drawings}`;
}

function pointerData({ pointer }: ChartText, size: ChartSize): Insert {
  return (
    pointer !== undefined &&
    html` data-left="${LEFT}" data-right="${rightEnd(size)}" data-from="${pointer.period.from}" data-to="${pointer.period.to}" data-spans="${pointer.spans}"`
  );
}
