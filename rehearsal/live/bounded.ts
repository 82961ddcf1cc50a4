import type { LiveRollout, LiveState, PipelineRun } from './state';

const LINES = 200;

/**
 * A copy of a state that nobody changes any more, with every list held to its bound, so that a page stays small
 * whatever it is given.
 */
export function boundedCopy(state: LiveState): LiveState {
  return JSON.parse(
    JSON.stringify({
      ...state,
      pipelines: state.pipelines.slice(0, 20).map(boundedRun),
      rollouts: state.rollouts.slice(0, 20).map(boundedRollout),
      traffic: state.traffic.slice(-600),
      events: state.events.slice(0, LINES),
    } satisfies LiveState),
  );
}

function boundedRun(run: PipelineRun): PipelineRun {
  return { ...run, stages: run.stages.map((stage) => ({ ...stage, log: stage.log.slice(-LINES) })) };
}

/** The newest of each: what a rollout did hours ago is in its report. */
function boundedRollout(rollout: LiveRollout): LiveRollout {
  return {
    ...rollout,
    checks: rollout.checks.slice(-LINES),
    splits: rollout.splits.slice(-LINES),
    states: rollout.states.slice(-LINES),
    ...(rollout.log === undefined ? {} : { log: rollout.log.slice(-LINES) }),
  };
}
