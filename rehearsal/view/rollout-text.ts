import type { TrackedRollout } from '../environment/rollout-tracker';
import { oneLine, type Span } from './text';
import { durationText, outcomeWords, verdictWords } from './words';

/** Versions of a rollout for people: `1a2b → 3c4d`, or `first release → 3c4d`. */
export function fromTo(rollout: Pick<TrackedRollout, 'version' | 'stable'>): string {
  const canary = oneLine(rollout.version) || 'new version';
  return `${rollout.stable === null ? 'first release' : oneLine(rollout.stable)} → ${canary}`;
}

/** The same for a narrow column: `→ 3c4d` for a first release. */
export function shortFromTo(rollout: Pick<TrackedRollout, 'version' | 'stable'>): string {
  return fromTo(rollout).replace(/^first release /, '');
}

/** A finished rollout as one line: mark, service, versions, outcome, duration, and the reason of a bad end. */
export function finishedLine(rollout: TrackedRollout): readonly Span[] {
  const words = outcomeWords(rollout.outcome);
  const took = durationText((rollout.endedAt ?? rollout.startedAt) - rollout.startedAt);
  const reason = oneLine(rollout.reason);
  const why = rollout.outcome === 'Promoted' || reason === '' ? '' : `: ${reason}`;
  return [
    [`${words.mark} `, words.tone],
    [oneLine(rollout.service), 'bold'],
    [`  ${fromTo(rollout)}  `],
    [words.text, words.tone],
    [` after ${took}${why}`],
  ];
}

/** The newest check of a rollout; null before the first. */
export function newestCheck(rollout: TrackedRollout): readonly Span[] | null {
  const check = rollout.checks.at(-1);
  if (check === undefined) {
    return null;
  }
  const words = verdictWords(check.verdict);
  const style = { advance: 'good', hold: 'warn', roll_back: 'bad' } as const;
  return [[`${words.mark} ${words.text}`, style[check.verdict]], [`: ${oneLine(check.reason)}`]];
}
