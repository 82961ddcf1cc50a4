import type { TrackedRollout } from '../environment/rollout-tracker';
import { finishedLine, fromTo } from './rollout-text';
import type { LiveSnapshot } from './snapshot';
import { weightIn } from './story';
import { oneLine } from './text';
import { clockText, verdictWords } from './words';

/** What happened between two snapshots, one line each, oldest first: for logs and pipes. */
export function plainEvents(previous: LiveSnapshot | null, next: LiveSnapshot): string[] {
  const known = new Map(previous?.rollouts.map((rollout) => [rollout.id, rollout]));
  const begun = next.rollouts.filter(({ id }) => !known.has(id)).map(({ startedAt }) => startedAt);
  const stage = previous?.stage.number === next.stage.number ? [] : [stageEvent(next, begun)];
  const events = next.rollouts.flatMap((rollout) => rolloutEvents(known.get(rollout.id), rollout));
  return [...stage, ...events].sort((a, b) => a.at - b.at).map(({ at, text }) => `${clockText(at)}  ${text}`);
}

interface Event {
  /** Milliseconds, virtual. */
  readonly at: number;
  readonly text: string;
}

/** A stage begins before its rollouts do, though both are seen at once. */
function stageEvent({ now, stage }: LiveSnapshot, begun: readonly number[]): Event {
  return {
    at: Math.min(now, ...begun),
    text: `stage ${stage.number} of ${stage.of}: ${oneLine(stage.title)}`,
  };
}

function rolloutEvents(before: TrackedRollout | undefined, rollout: TrackedRollout): readonly Event[] {
  const name = oneLine(rollout.service);
  const started: readonly Event[] =
    before === undefined ? [{ at: rollout.startedAt, text: `${name}: rollout started` }] : [];
  return [
    ...started,
    ...versionEvents(before, rollout),
    ...weightEvents(before, rollout),
    ...checkEvents(before, rollout),
    ...endEvents(before, rollout),
  ];
}

/** The version is known a moment after the start: the first state's output tells it. */
function versionEvents(before: TrackedRollout | undefined, rollout: TrackedRollout): readonly Event[] {
  const isNew = rollout.version !== '' && (before === undefined || before.version === '');
  return isNew ? [{ at: rollout.startedAt, text: `${oneLine(rollout.service)}: ${fromTo(rollout)}` }] : [];
}

function weightEvents(before: TrackedRollout | undefined, rollout: TrackedRollout): readonly Event[] {
  const from = before?.splits.length ?? 0;
  return rollout.splits.slice(from).flatMap((split, index) => {
    const earlier = weightIn(rollout.splits[from + index - 1]?.weights, rollout.version);
    const weight = weightIn(split.weights, rollout.version);
    return earlier === weight
      ? []
      : [
          {
            at: Date.parse(split.at),
            text: `${oneLine(rollout.service)}: canary ${earlier} % → ${weight} %`,
          },
        ];
  });
}

function checkEvents(before: TrackedRollout | undefined, rollout: TrackedRollout): readonly Event[] {
  return rollout.checks
    .slice(before?.checks.length ?? 0)
    .filter((check) => check.verdict !== 'advance')
    .map((check) => ({
      at: Date.parse(check.at),
      text: `${oneLine(rollout.service)}: ${verdictWords(check.verdict).text}: ${oneLine(check.reason)}`,
    }));
}

function endEvents(before: TrackedRollout | undefined, rollout: TrackedRollout): readonly Event[] {
  const hasEnded = rollout.endedAt !== null && (before === undefined || before.endedAt === null);
  const text = finishedLine(rollout)
    .map(([part]) => part)
    .join('');
  return hasEnded ? [{ at: rollout.endedAt ?? rollout.startedAt, text }] : [];
}
