import type { RolloutReport } from '../report/schema';
import { fromTo } from './rollout-text';
import { weightSparkline, weightSteps } from './sparkline';
import { endOf, rollbackStory } from './story';
import { columnsOf, cut, fold, oneLine, type Paint, pad } from './text';
import { countText, durationText, outcomeWords } from './words';

const LABEL = 9;
const REASON_LINES = 3;

/** Whether there is nothing to tell but that it went well: a first release has no split to move. */
export function isQuietRelease(rollout: RolloutReport): boolean {
  return rollout.stable === null && rollout.outcome === 'Promoted';
}

/** One rollout of the summary: its heading alone for a first release that went well, else its whole story. */
export function rolloutBlock(rollout: RolloutReport, width: number, paint: Paint): readonly string[] {
  const heading = head(rollout, width, paint);
  if (isQuietRelease(rollout)) {
    return heading;
  }
  return [...heading, ...shape(rollout, width, paint), ...checks(rollout, width), ...why(rollout, width)];
}

/** Name at the left and end at the right, or one below the other where they do not fit. */
function head(rollout: RolloutReport, width: number, paint: Paint): readonly string[] {
  const words = outcomeWords(rollout.outcome);
  const took = durationText(endOf(rollout) - Date.parse(rollout.startedAt));
  const end = `${words.mark} ${words.text} after ${took}`;
  const name = `${oneLine(rollout.service)}  ${fromTo(rollout)}`;
  const gap = width - columnsOf(name) - columnsOf(end);
  return gap >= 2
    ? [`${paint(name, 'bold')}${' '.repeat(gap)}${paint(end, words.tone)}`]
    : [paint(cut(name, width), 'bold'), `  ${paint(end, words.tone)}`];
}

/** A label and its text, folded under itself; what is longer than a few lines is cut. */
function labelled(label: string, text: string, width: number): readonly string[] {
  const lines = fold(text, Math.max(10, width - LABEL - 2));
  const isCut = lines.length > REASON_LINES;
  return lines.slice(0, REASON_LINES).map((line, index) => {
    const shown = isCut && index === REASON_LINES - 1 ? `${line} …` : line;
    return `  ${pad(index === 0 ? label : '', LABEL)}${shown}`;
  });
}

function shape(rollout: RolloutReport, width: number, paint: Paint): readonly string[] {
  if (rollout.splits.length === 0) {
    return [];
  }
  const bar = weightSparkline(rollout, Math.min(60, width - LABEL - 2));
  return [`  ${pad('weight', LABEL)}${paint(bar, 'canary')}`, ...labelled('', weightSteps(rollout), width)];
}

function checks(rollout: RolloutReport, width: number): readonly string[] {
  if (rollout.checks.length === 0) {
    return [];
  }
  const count = (verdict: string): number => rollout.checks.filter((c) => c.verdict === verdict).length;
  const parts = [
    `${countText(count('advance'))} advance`,
    `${countText(count('hold'))} hold${mostHeldFor(rollout)}`,
    `${countText(count('roll_back'))} roll back`,
  ].filter((part) => !part.startsWith('0 '));
  return labelled('checks', parts.join(', '), width);
}

/** The reason of the holds; of several the commonest. */
function mostHeldFor(rollout: RolloutReport): string {
  const counts = new Map<string, number>();
  for (const { verdict, reason } of rollout.checks) {
    if (verdict === 'hold') {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  const often = counts.size > 1 ? 'mostly: ' : '';
  return most === undefined ? '' : ` (${often}${oneLine(most[0])})`;
}

function why(rollout: RolloutReport, width: number): readonly string[] {
  if (rollout.outcome === 'Promoted') {
    return [];
  }
  const story = rollbackStory(rollout);
  if (story === null) {
    return rollout.reason === '' ? [] : labelled('because', oneLine(rollout.reason), width);
  }
  const at = `${oneLine(story.reason)}, while the canary had ${story.weight} %`;
  const stable = rollout.stable === null ? 'off the canary' : `at ${oneLine(rollout.stable)}`;
  const back =
    story.backMillis === null
      ? `was not seen ${stable} again`
      : `all requests ${stable} again ${durationText(story.backMillis)} after the verdict`;
  return [...labelled('because', at, width), ...labelled('back', back, width)];
}
