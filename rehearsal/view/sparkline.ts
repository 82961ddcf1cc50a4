import { endOf, type SplitSpan, splitSpans, type Told } from './story';
import { durationText } from './words';

const LEVELS = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** The canary's weight over the rollout's time: one character per equal slice of time, each its greatest weight. */
export function weightSparkline(rollout: Told, columns: number): string {
  const spans = splitSpans(rollout);
  const start = Date.parse(rollout.startedAt);
  const slice = (endOf(rollout) - start) / columns;
  return Array.from({ length: columns }, (_, index) => {
    const from = start + index * slice;
    const weights = spans
      .filter((span) => span.to > from && span.from < from + slice)
      .map((span) => span.canary);
    return LEVELS[level(Math.max(0, ...weights))];
  }).join('');
}

/** A few percent must not look like none. */
function level(weight: number): number {
  return weight <= 0 ? 0 : Math.max(1, Math.min(8, Math.round((weight / 100) * 8)));
}

/** The canary's weights in words, with how long each lasted: `10 → 100 % in 10 steps of about 1 min, …`. */
export function weightSteps(rollout: Told): string {
  const spans = splitSpans(rollout).filter((span) => span.canary > 0);
  const growing = spans.filter((span, index) => span.canary > (spans[index - 1]?.canary ?? 0));
  const last = growing.at(-1);
  if (last === undefined) {
    return 'the canary never got traffic';
  }
  const isLadder = growing.length > 4 && growing.length === spans.length;
  return isLadder ? ladder(growing, last) : listed(spans);
}

function ladder(growing: readonly SplitSpan[], last: SplitSpan): string {
  const steps = growing.slice(0, -1);
  const middle = steps.reduce((sum, span) => sum + (span.to - span.from), 0) / steps.length;
  return (
    `${growing[0]?.canary} → ${last.canary} % in ${growing.length} steps, each about ${durationText(middle)}; ` +
    `then ${durationText(last.to - last.from)} at ${last.canary} %`
  );
}

const LISTED = 6;

function listed(spans: readonly SplitSpan[]): string {
  const shown = spans
    .slice(0, LISTED)
    .map((span) => `${span.canary} % for ${durationText(span.to - span.from)}`);
  return [...shown, ...(spans.length > LISTED ? [`${spans.length - LISTED} more`] : [])].join(', ');
}
