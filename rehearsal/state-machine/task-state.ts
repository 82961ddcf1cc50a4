import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { RehearsalClock } from '../contracts';
import type { Json, TaskState } from './definition';
import { DATA_LIMIT_EXCEEDED, matchesError, PAYLOAD_LIMIT_BYTES, StateFailure } from './errors';
import type { EventDetails } from './history';
import { applyResultPath, filterPath, type PathScope } from './json-path';
import { createRetryPlan } from './retry';
import { callResource, type TaskEnvironment } from './task-calls';
import { taskEvents } from './task-events';
import { limitsOf, withinLimits } from './task-limits';
import { fillTemplate } from './template';

/** What a task state needs of the execution it belongs to. */
export interface TaskHost {
  readonly clock: RehearsalClock;
  readonly environment: TaskEnvironment;
  /** Name of the machine's role. */
  readonly principal: string;
  /** Aborted, with the reason to throw, when the execution is closed. */
  readonly signal: AbortSignal;
  readonly random: () => number;
  /** Adds to the history; throws when the execution is closed. */
  record(type: HistoryEventType, details: EventDetails): void;
  /** The context object; tasks give the attempts granted so far. */
  context(retryCount?: number): Json;
  /** Puts an interpreter's failure into AWS's words; leaves others as they are, and throws what is no failure. */
  asFailure(thrown: unknown): StateFailure;
  report(kind: 'retried' | 'failed', detail: Json): void;
}

/** Where a task leads. */
export interface TaskResult {
  readonly output: Json;
  /** The catcher's target; undefined when the task did well. */
  readonly caughtBy?: string;
}

/** Runs a task with its retriers and catchers. Throws {@link StateFailure} when nothing catches. */
export async function runTask(state: TaskState, input: Json, host: TaskHost): Promise<TaskResult> {
  const retries = createRetryPlan(state.Retry ?? [], host.random);
  for (;;) {
    try {
      return { output: await attempt(state, input, host, retries.granted) };
    } catch (thrown) {
      const failure = host.asFailure(thrown);
      const delaySeconds = retries.next(failure.error);
      if (delaySeconds === undefined) return caught(state, input, failure, host);
      host.report('retried', { error: failure.error, attempt: retries.granted, delaySeconds });
      await host.clock.sleep(delaySeconds * 1000, host.signal);
    }
  }
}

function caught(state: TaskState, input: Json, failure: StateFailure, host: TaskHost): TaskResult {
  const catcher = state.Catch?.find((candidate) => matchesError(candidate.ErrorEquals, failure.error));
  host.report('failed', { error: failure.error, cause: failure.reason, caughtBy: catcher?.Next });
  if (catcher === undefined) throw failure;
  const errorOutput = { Error: failure.error, Cause: failure.reason ?? '' };
  return { output: applyResultPath(catcher.ResultPath, input, errorOutput), caughtBy: catcher.Next };
}

async function attempt(state: TaskState, input: Json, host: TaskHost, retryCount: number): Promise<Json> {
  const context = host.context(retryCount);
  const data = filterPath(state.InputPath, { data: input, context });
  const scope: PathScope = { data, context };
  const result = await callWithEvents(state, scope, host);
  const selected =
    state.ResultSelector === undefined
      ? result
      : fillTemplate(state.ResultSelector, { data: result, context });
  const output = applyResultPath(state.ResultPath, input, selected);
  return filterPath(state.OutputPath, { data: output, context });
}

async function callWithEvents(state: TaskState, scope: PathScope, host: TaskHost): Promise<Json> {
  const filled = state.Parameters === undefined ? scope.data : fillTemplate(state.Parameters, scope);
  // Integrations have an object by the load-time check; a function's event may be any JSON.
  const parameters = filled as Record<string, Json>;
  requireSize(parameters, state.Resource);
  const limits = limitsOf(state, scope);
  const events = taskEvents(state.Resource, host);
  events.scheduled(parameters, limits);
  try {
    const result = await withinLimits(state.Resource, limits, host, () =>
      callResource(
        {
          resource: state.Resource,
          parameters,
          principal: host.principal,
          signal: host.signal,
          onSubmitted: events.submitted,
        },
        host.environment,
      ),
    );
    requireSize(result, state.Resource);
    events.succeeded(result);
    return result;
  } catch (thrown) {
    events.failed(host.asFailure(thrown));
    throw thrown;
  }
}

/** Throws States.DataLimitExceeded for a payload above Step Functions' quota. */
export function requireSize(payload: Json, name: string): void {
  if (Buffer.byteLength(JSON.stringify(payload) ?? '') <= PAYLOAD_LIMIT_BYTES) return;
  throw new StateFailure(
    DATA_LIMIT_EXCEEDED,
    `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
