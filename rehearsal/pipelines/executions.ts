import type { PipelineExecution, PipelineExecutions } from '../aws/services/code-pipeline/service';
import type { Run } from './run';
import type { RunState } from './run-state';

/**
 * The runs of an engine as the CodePipeline API tells of them and stops them.
 * @param names Pipelines there are.
 * @param runs Those that were started, newest first.
 */
export function executionsOf(names: readonly string[], runs: () => readonly Run[]): PipelineExecutions {
  return {
    of: (pipelineName) =>
      names.includes(pipelineName)
        ? runs()
            .filter(({ pipeline }) => pipeline === pipelineName)
            .map(({ state }) => executionOf(state))
        : null,
    stop: (id, how) =>
      runs()
        .find(({ state }) => state.id === id)
        ?.stop(how),
  };
}

function executionOf(state: RunState): PipelineExecution {
  const { id, startedAt, endedAt, stopReason } = state;
  const { commit, message } = state.subject;
  return {
    id,
    status: statusOf(state),
    startedAt: new Date(startedAt),
    updatedAt: new Date(endedAt ?? startedAt),
    commit,
    message,
    stopReason,
  };
}

/** A superseded rollout is a failed stage to CodePipeline. */
function statusOf({ status, stopReason }: RunState): PipelineExecution['status'] {
  switch (status) {
    case 'succeeded':
      return 'Succeeded';
    case 'stopped':
      return 'Stopped';
    case 'failed':
    case 'superseded':
      return 'Failed';
    default:
      return stopReason === null ? 'InProgress' : 'Stopping';
  }
}
