import type { RolloutTracker, TrackedRollout } from '../environment/rollout-tracker';
import { finishedLine, fromTo } from '../view/rollout-text';
import { weightIn } from '../view/story';
import { oneLine } from '../view/text';

/** Tells of rollouts one line at a time: begin, each change of the split, end. Returns how to stop that. */
export function followRollouts(tracker: RolloutTracker, tell: (text: string) => void): () => void {
  const told = new Map<string, { weight: number; hasVersion: boolean; hasEnded: boolean }>();
  return tracker.onChange((rollout) => {
    const before = told.get(rollout.id) ?? { weight: 0, hasVersion: false, hasEnded: false };
    const weight = weightIn(rollout.splits.at(-1)?.weights, rollout.version);
    const now = {
      weight,
      hasVersion: rollout.version !== '',
      hasEnded: rollout.endedAt !== null,
    };
    told.set(rollout.id, now);
    for (const line of newsOf(rollout, before, now)) {
      tell(line);
    }
    if (now.hasEnded && told.size > 100) {
      told.delete(told.keys().next().value ?? '');
    }
  });
}

type Told = { readonly weight: number; readonly hasVersion: boolean; readonly hasEnded: boolean };

function newsOf(rollout: TrackedRollout, before: Told, now: Told): readonly string[] {
  const name = oneLine(rollout.service);
  return [
    ...(now.hasVersion && !before.hasVersion ? [`${name}: rollout ${fromTo(rollout)}`] : []),
    ...(now.hasVersion && now.weight !== before.weight
      ? [`${name}: canary ${before.weight} % → ${now.weight} %`]
      : []),
    ...(now.hasEnded && !before.hasEnded
      ? [
          finishedLine(rollout)
            .map(([part]) => part)
            .join(''),
        ]
      : []),
  ];
}
