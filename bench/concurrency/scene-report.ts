import type { Headless } from '../../rehearsal/headless/headless';
import { goodDurations, rollbackTimes } from './findings';
import { type Scene, type Scenes, spread } from './scene';
import { table } from './table';

/** How each scene went. */
export function sceneReport(scenes: Scenes, { runner }: Pick<Headless, 'runner'>): string {
  const rows = Object.values(scenes).map((scene) => [
    scene.name,
    outcomes(scene),
    seconds(goodDurations(scene)),
    seconds(rollbackTimes(scene)),
    String(scene.throttled),
    String(scene.retried),
    String(scene.measured.calls.length),
  ]);
  return [
    'Durations in virtual seconds: least / median / greatest.',
    table(
      [
        'scene',
        'outcomes',
        'good rollouts',
        'verdict to stable at 100 %',
        'throttled',
        'retried states',
        'calls',
      ],
      rows,
    ),
    `Most functions at once: ${runner.peakConcurrency}; invocations that the account's concurrency refused: ${runner.throttled}.`,
    '',
  ].join('\n');
}

function outcomes({ played }: Scene): string {
  const counts = new Map<string, number>();
  for (const { rollout } of played) {
    counts.set(rollout.outcome, (counts.get(rollout.outcome) ?? 0) + 1);
  }
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

function seconds(values: readonly number[]): string {
  return values.length === 0
    ? ''
    : spread(values)
        .map((value) => value.toFixed(value < 100 ? 1 : 0))
        .join(' / ');
}
