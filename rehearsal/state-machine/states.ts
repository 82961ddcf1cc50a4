import { chooseNext } from './choice';
import type { FailState, Json, PassState, State, WaitState } from './definition';
import { runtimeFailure, StateFailure } from './errors';
import { applyResultPath, filterPath, type PathScope, readPath } from './json-path';
import { runTask, type TaskHost } from './task-state';
import { dynamicValue, fillTemplate } from './template';
import { parseTimestamp } from './timestamp';

/** What a state gives and where it leads; `next` is undefined at the end of the execution. */
export interface StateResult {
  readonly output: Json;
  readonly next: string | undefined;
}

/** Runs one state. Throws {@link StateFailure} for a state that fails, a Fail state's own error included. */
export async function runState(state: State, input: Json, host: TaskHost): Promise<StateResult> {
  if (state.Type === 'Task') {
    const { output, caughtBy } = await runTask(state, input, host);
    return { output, next: caughtBy ?? state.Next };
  }
  const context = host.context();
  if (state.Type === 'Fail') throw failureOf(state, { data: input, context });
  const data = filterPath(state.InputPath, { data: input, context });
  const scope = { data, context };
  switch (state.Type) {
    case 'Pass':
      return { output: passOutput(state, input, scope), next: state.Next };
    case 'Wait':
      await host.clock.sleep(waitMillis(state, scope, host.clock.now()), host.signal);
      return { output: filterPath(state.OutputPath, scope), next: state.Next };
    case 'Choice':
      return { next: chooseNext(state, scope), output: filterPath(state.OutputPath, scope) };
    case 'Succeed':
      return { output: filterPath(state.OutputPath, scope), next: undefined };
  }
}

function passOutput(state: PassState, input: Json, scope: PathScope): Json {
  const filled = state.Parameters === undefined ? scope.data : fillTemplate(state.Parameters, scope);
  const result = state.Result === undefined ? filled : state.Result;
  const output = applyResultPath(state.ResultPath, input, result);
  return filterPath(state.OutputPath, { data: output, context: scope.context });
}

function failureOf(state: FailState, scope: PathScope): StateFailure {
  const error = state.ErrorPath === undefined ? state.Error : textAt(state.ErrorPath, scope, 'ErrorPath');
  const cause = state.CausePath === undefined ? state.Cause : textAt(state.CausePath, scope, 'CausePath');
  return new StateFailure(error ?? '', cause);
}

function textAt(path: string, scope: PathScope, field: string): string {
  const value = dynamicValue(path, scope, field);
  if (typeof value === 'string') return value;
  throw runtimeFailure(`The ${field} '${path}' leads to ${JSON.stringify(value)}, which is not a string`);
}

function waitMillis(state: WaitState, scope: PathScope, now: number): number {
  if (state.Seconds !== undefined) return state.Seconds * 1000;
  if (state.SecondsPath !== undefined) return secondsAt(state.SecondsPath, scope) * 1000;
  const isPath = state.TimestampPath !== undefined;
  const value = isPath ? readPath(state.TimestampPath, scope) : state.Timestamp;
  const until = parseTimestamp(value);
  if (until !== undefined) return Math.max(0, until - now);
  throw runtimeFailure(
    'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ' +
      `${state.TimestampPath} == ${String(value)}`,
  );
}

function secondsAt(path: string, scope: PathScope): number {
  const value = readPath(path, scope);
  if (!Number.isInteger(value)) {
    throw runtimeFailure(
      `The SecondsPath parameter cannot be parsed as a long value: ${path} == ${JSON.stringify(value)}`,
    );
  }
  if (Number(value) >= 0) return Number(value);
  throw runtimeFailure(`The SecondsPath parameter references a negative value: ${path} == ${String(value)}`);
}
