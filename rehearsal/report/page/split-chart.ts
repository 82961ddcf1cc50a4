import { canaryWeightAt, endOf, type SplitSpan, splitSpans } from '../../view/story';
import { clockText, verdictWords } from '../../view/words';
import type { RolloutReport } from '../schema';
import { type ChartSize, chart, coordinate, type Period, timeAxis, timeScale, valueAxis } from './frame';
import { html, type Insert, type Markup } from './html';

const HEIGHT = 262;
const LANE = 14;
const TOP = 34;
const BOTTOM = 222;

/** The time that a rollout took. */
export function periodOf(rollout: RolloutReport): Period {
  const from = Date.parse(rollout.startedAt);
  return { from, to: Math.max(from + 1000, endOf(rollout)) };
}

/**
 * The split over time, stable and canary stacked, with a mark above it for each check.
 * @param sizes as for `chart`.
 */
export function splitChart(rollout: RolloutReport, id: string, sizes?: readonly ChartSize[]): Markup {
  const spans = splitSpans(rollout);
  const text = {
    id: `${id}-split`,
    title: `Split of ${rollout.service} over time`,
    description: spans.map((span) => described(span, rollout)).join('; '),
    pointer: {
      period: periodOf(rollout),
      spans: spans.map((span) => [span.from, span.to, span.stable, span.canary].join(',')).join(' '),
    },
  };
  const hasStable = rollout.stable !== null;
  return html`<figure><figcaption>Split, percent of requests
<span class="legend">${hasStable && html`<span class="key"><i class="swatch stable"></i>stable ${rollout.stable}</span> `}<span class="key"><i class="swatch canary"></i>canary ${rollout.version}</span> ${verdictLegend(rollout)}</span></figcaption>
${chart(text, HEIGHT, (size) => drawing(rollout, spans, size), sizes)}</figure>`;
}

function described(span: SplitSpan, rollout: RolloutReport): string {
  const minutes = (at: number): string => ((at - Date.parse(rollout.startedAt)) / 60_000).toFixed(1);
  return `minute ${minutes(span.from)} to ${minutes(span.to)}: canary ${span.canary} %, stable ${span.stable} %`;
}

function drawing(rollout: RolloutReport, spans: readonly SplitSpan[], size: ChartSize): Insert {
  const period = periodOf(rollout);
  const x = timeScale(period, size);
  const y = (weight: number): number => BOTTOM - (weight / 100) * (BOTTOM - TOP);
  const canary = stepArea(spans, x, (span) => [y(0), y(span.canary)]);
  const stable = stepArea(spans, x, (span) => [y(span.canary), y(span.canary + span.stable)]);
  const edge = spans
    .map(
      (span, i) =>
        `${i === 0 ? 'M' : 'L'}${coordinate(x(span.from))} ${coordinate(y(span.canary))}H${coordinate(x(span.to))}`,
    )
    .join('');
  return html`${timeAxis(period, size, BOTTOM, TOP, 'virtual minutes since the rollout began')}
<path class="area stable" d="${stable}"/><path class="area canary" d="${canary}"/><path class="hatch" d="${canary}" fill="url(#hatch)"/>
<path class="edge canary" d="${edge}"/>${valueAxis([0, 25, 50, 75, 100], y, size, ' %')}
<g>${rollout.checks.map((check) => checkMark(check, x, rollout))}</g>`;
}

function stepArea(
  spans: readonly SplitSpan[],
  x: (at: number) => number,
  edges: (span: SplitSpan) => readonly [number, number],
): string {
  return spans
    .map((span) => {
      const [low, high] = edges(span).map(coordinate);
      return low === high
        ? ''
        : `M${coordinate(x(span.from))} ${low}V${high}H${coordinate(x(span.to))}V${low}Z`;
    })
    .join('');
}

/** Each verdict has its own shape, so that colour is not needed to tell them apart. */
const SHAPES: Readonly<Record<RolloutReport['checks'][number]['verdict'], string>> = {
  advance: 'M-4 0.5L-1.2 3.5L4.5-3.5',
  hold: 'M-2.2-4V4M2.2-4V4',
  roll_back: 'M-4-4L4 4M4-4L-4 4',
};

function checkMark(
  check: RolloutReport['checks'][number],
  x: (at: number) => number,
  rollout: RolloutReport,
): Markup {
  const at = Date.parse(check.at);
  const where = `${coordinate(x(at))} ${LANE}`;
  const weight = canaryWeightAt(rollout, at);
  const words = verdictWords(check.verdict).text;
  return html`<g transform="translate(${where})"><title>${clockText(check.at)}, at ${weight} %: ${words}. ${check.reason}</title><path class="hit" d="M-6-10H6V10H-6Z"/><path class="verdict ${check.verdict}" d="${SHAPES[check.verdict]}"/></g>`;
}

function verdictLegend(rollout: RolloutReport): Insert {
  const seen = new Set(rollout.checks.map((check) => check.verdict));
  return (['advance', 'hold', 'roll_back'] as const)
    .filter((verdict) => seen.has(verdict))
    .map(
      (verdict) =>
        html`<span class="key"><svg class="sign" viewBox="-6 -6 12 12" aria-hidden="true"><path class="verdict ${verdict}" d="${SHAPES[verdict]}"/></svg>${verdictWords(verdict).text}</span> `,
    );
}
