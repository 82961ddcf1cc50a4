import type { ExecutionRecord } from '../../../rehearsal/aws/services/step-functions/engine';
import { createManualClock, type ManualClock } from '../../../rehearsal/clock/manual-clock';
import {
  type ExecutionStatusEvent,
  FunctionError,
  type FunctionRunner,
  type StateEvent,
} from '../../../rehearsal/contracts';
import {
  createStateMachineEngine,
  type RehearsalStateMachineEngine,
  type StateMachineEngineOptions,
} from '../../../rehearsal/state-machine/engine';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/machine-role`;

/** Answers of a scripted function, one per call; the last one repeats. */
export type Script = readonly (
  | { readonly ok: unknown }
  | { readonly error: string; readonly message?: string }
  | { readonly pending: true }
)[];

export interface Invocation {
  readonly functionArn: string;
  readonly payload: unknown;
  readonly at: number;
}

export interface MachineUnderTest {
  readonly engine: RehearsalStateMachineEngine;
  readonly clock: ManualClock;
  readonly invocations: Invocation[];
  readonly states: StateEvent[];
  readonly statuses: ExecutionStatusEvent[];
  /** Starts the machine `main` and gives its ARN. */
  begin(input?: unknown, name?: string, machine?: string): string;
  /** Starts it and advances time until it is closed. */
  finish(input?: unknown, name?: string): Promise<ExecutionRecord>;
}

export interface MachineOptions extends Partial<StateMachineEngineOptions> {
  readonly functions?: never;
  readonly scripts?: Readonly<Record<string, Script>>;
  /** Definitions of further machines, by name. */
  readonly others?: Readonly<Record<string, object>>;
}

/** An engine on a manual clock that holds the machine `main`, its functions scripted. */
export function aMachine(definition: object, options: MachineOptions = {}): MachineUnderTest {
  const clock = createManualClock();
  const invocations: Invocation[] = [];
  const states: StateEvent[] = [];
  const statuses: ExecutionStatusEvent[] = [];
  const { scripts = {}, others = {}, ...engineOptions } = options;
  const engine = createStateMachineEngine({
    clock,
    region: REGION,
    account: ACCOUNT,
    // Half a second a machine; load-definition.test.ts has it on.
    generalValidator: false,
    onState: (event) => states.push(event),
    onStatus: (event) => statuses.push(event),
    machines: Object.entries({ main: definition, ...others }).map(([name, one]) => ({
      name,
      definition: JSON.stringify(one),
      roleArn: ROLE,
    })),
    ...engineOptions,
    functions: scriptedRunner(scripts, invocations, () => clock.now()),
  });
  const begin = (input: unknown = {}, name = 'one', machine = 'main') =>
    engine.start({
      stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${machine}`,
      name,
      input: JSON.stringify(input),
    }).executionArn;
  return {
    engine,
    clock,
    invocations,
    states,
    statuses,
    begin,
    finish: async (input, name) => {
      const arn = begin(input, name);
      for (let turn = 0; turn < 200 && engine.describe(arn)?.status === 'RUNNING'; turn++)
        await clock.advance(60_000);
      return engine.describe(arn)!;
    },
  };
}

function scriptedRunner(
  scripts: Readonly<Record<string, Script>>,
  invocations: Invocation[],
  now: () => number,
): Pick<FunctionRunner, 'invoke'> {
  const calls = new Map<string, number>();
  return {
    invoke: async (functionArn, payload) => {
      invocations.push({ functionArn, payload, at: now() });
      const name = functionArn.split(':').pop() ?? '';
      const call = calls.get(name) ?? 0;
      calls.set(name, call + 1);
      const script = scripts[name] ?? [{ ok: payload }];
      const answer = script[Math.min(call, script.length - 1)]!;
      if ('ok' in answer) return answer.ok;
      if ('pending' in answer) return new Promise(() => undefined);
      const message = answer.message ?? 'it broke';
      throw new FunctionError(
        answer.error,
        message,
        JSON.stringify({ errorType: answer.error, errorMessage: message }),
      );
    },
  };
}

/** A Task that invokes the function `name` with the whole state input. */
export function invoke(name: string, more: object = {}): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: name, 'Payload.$': '$' },
    ...more,
  };
}

/** A machine of one state that ends. */
export function only(state: object): object {
  return { StartAt: 'Only', States: { Only: state } };
}
