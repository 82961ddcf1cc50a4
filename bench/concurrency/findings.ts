import type { Headless } from '../../rehearsal/headless/headless';
import { durationOf, type PlayedRelease, type Scene, type Scenes, secondsToRollBack, spread } from './scene';

/** Share by which the slowest of many rollouts may take longer than one alone. */
const SLOWER = 0.15;
/** Seconds by which the slowest rollback of many may be later than one alone. */
const LATER_SECONDS = 30;

/** What is not as it should be; empty when all is. */
export function findings(scenes: Scenes, headless: Pick<Headless, 'problems'>): readonly string[] {
  return [
    ...Object.values(scenes).flatMap(outcomesOf),
    ...waited(scenes),
    ...lateRollbacks(scenes),
    ...headless.problems.map((problem) => `beside the rollouts: ${String(problem)}`),
  ];
}

function outcomesOf({ name, played, denied }: Scene): readonly string[] {
  return [
    ...(denied === 0 ? [] : [`${name}: ${denied} calls were denied`]),
    ...played
      .filter((each) => !isAsWanted(each))
      .map(
        ({ service, behaviour, rollout }) =>
          `${name}: ${service}, ${behaviour}, ended as ${rollout.outcome}: ${rollout.reason}`,
      ),
  ];
}

/** A version whose tasks never run is taken back before any traffic has moved. */
function isAsWanted({ behaviour, rollout: { outcome } }: PlayedRelease): boolean {
  return behaviour === 'healthy'
    ? outcome === 'Promoted'
    : ['RolledBack', 'FailedNoChange'].includes(outcome);
}

function waited({ alone, atOnce, someBad }: Scenes): readonly string[] {
  const most = spread(goodDurations(alone))[2] * (1 + SLOWER);
  return [atOnce, someBad].flatMap((scene) =>
    scene.played
      .filter(({ behaviour, rollout }) => behaviour === 'healthy' && durationOf(rollout) > most)
      .map(
        ({ service, rollout }) =>
          `${scene.name}: ${service} took ${durationOf(rollout).toFixed(0)} s, more than ${most.toFixed(0)} s`,
      ),
  );
}

/** Seconds that the good rollouts of a scene took. */
export function goodDurations({ played }: Scene): readonly number[] {
  return played.filter(({ behaviour }) => behaviour === 'healthy').map(({ rollout }) => durationOf(rollout));
}

/** Seconds from the verdict to stable at 100 %, of the rollouts that a verdict ended. */
export function rollbackTimes({ played }: Scene): readonly number[] {
  return played.flatMap(({ rollout }) => secondsToRollBack(rollout) ?? []);
}

function lateRollbacks({ badAlone, allBad, someBad }: Scenes): readonly string[] {
  const most = Math.max(...rollbackTimes(badAlone)) + LATER_SECONDS;
  return [allBad, someBad].flatMap((scene) =>
    rollbackTimes(scene)
      .filter((seconds) => seconds > most)
      .map(
        (seconds) => `${scene.name}: a rollback took ${seconds.toFixed(1)} s, more than ${most.toFixed(1)} s`,
      ),
  );
}
