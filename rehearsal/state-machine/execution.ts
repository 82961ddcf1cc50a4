import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import {
  type ExecutionRecord,
  executionArnOf,
  type StateMachineRecord,
} from '../aws/services/step-functions/engine';
import type { ExecutionStatusEvent, RehearsalClock, StateEvent } from '../contracts';
import type { Json, MachineDefinition, State } from './definition';
import { ExecutionClosed, RUNTIME_ERROR, runtimeFailure, StateFailure } from './errors';
import { type EventDetails, enteredDetails, exitedDetails, History, HistoryFull } from './history';
import { runState } from './states';
import type { TaskEnvironment } from './task-calls';
import { requireSize, type TaskHost } from './task-state';

/** What an execution is made of. */
export interface ExecutionOptions {
  readonly machine: StateMachineRecord;
  readonly definition: MachineDefinition;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly clock: RehearsalClock;
  readonly environment: TaskEnvironment;
  readonly random: () => number;
  readonly historyLimit?: number;
  readonly onStatus: (event: ExecutionStatusEvent) => void;
  readonly onState: (event: StateEvent) => void;
}

type Closing = Pick<ExecutionRecord, 'status' | 'output' | 'error' | 'cause'>;

/** Failures that the interpreter itself finds; AWS puts the state's name before their causes. */
const FOUND_BY_INTERPRETER = new Set([
  RUNTIME_ERROR,
  'States.NoChoiceMatched',
  'States.IntrinsicFailure',
  'States.ResultPathMatchFailure',
]);

/** States between two turns of the event loop, so that a machine that never waits cannot starve everything else. */
const STATES_PER_TURN = 50;

/** One execution: runs the definition, keeps the record and the history. */
export class Execution {
  private readonly controller = new AbortController();
  private readonly history: History;
  private current: ExecutionRecord;
  private entered = { name: '', eventId: 0, at: 0 };
  /** Resolves with the record once the execution is closed. */
  readonly settled: Promise<ExecutionRecord>;
  private settle: (record: ExecutionRecord) => void = () => undefined;

  constructor(private readonly options: ExecutionOptions) {
    const { machine, name, input, clock } = options;
    this.history = new History(() => clock.now(), options.historyLimit);
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.current = {
      executionArn: executionArnOf(machine.stateMachineArn, name),
      stateMachineArn: machine.stateMachineArn,
      name,
      status: 'RUNNING',
      input,
      startedAt: clock.now(),
    };
    this.history.add('ExecutionStarted', {
      executionStartedEventDetails: { input, inputDetails: { truncated: false }, roleArn: machine.roleArn },
    });
  }

  /** Reports the execution as `RUNNING`. */
  announce(): void {
    this.reportStatus();
  }

  /** The record as it is now. */
  get record(): ExecutionRecord {
    return this.current;
  }

  /** Events so far, oldest first. */
  get events(): readonly HistoryEvent[] {
    return this.history.events;
  }

  /** Keeps the history in little memory; only once the execution has ended. */
  pack(): void {
    this.history.pack();
  }

  /** Runs to the end, whatever that is; never rejects. */
  async run(): Promise<void> {
    if (this.current.status !== 'RUNNING') return;
    const { definition, clock } = this.options;
    if (definition.TimeoutSeconds !== undefined) {
      clock.sleep(definition.TimeoutSeconds * 1000, this.controller.signal).then(
        () => this.close({ status: 'TIMED_OUT' }, 'ExecutionTimedOut', timedOutDetails),
        () => undefined,
      );
    }
    try {
      const output = JSON.stringify(await this.runStates());
      const details = { output, outputDetails: { truncated: false } };
      this.close({ status: 'SUCCEEDED', output }, 'ExecutionSucceeded', {
        executionSucceededEventDetails: details,
      });
    } catch (thrown) {
      if (!(thrown instanceof ExecutionClosed)) this.fail(thrown);
    }
  }

  /** Aborts a running execution at once. */
  stop(error?: string, cause?: string): void {
    const reason = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
    this.close({ status: 'ABORTED', ...reason }, 'ExecutionAborted', {
      executionAbortedEventDetails: reason,
    });
  }

  /** Ends the execution's timers without closing it: the rehearsal is over. */
  abandon(): void {
    this.controller.abort(new ExecutionClosed());
  }

  private async runStates(): Promise<Json> {
    const { definition, input } = this.options;
    let data: Json = JSON.parse(input);
    let name: string | undefined = definition.StartAt;
    for (let visited = 1; name !== undefined; visited++) {
      if (visited % STATES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      const state: State | undefined = definition.States[name];
      if (state === undefined) throw runtimeFailure(`state "${name}" does not exist`);
      ({ data, next: name } = await this.visit(name, state, data));
    }
    return data;
  }

  private async visit(
    name: string,
    state: State,
    input: Json,
  ): Promise<{ data: Json; next: string | undefined }> {
    this.entered = { name, eventId: this.events.length + 1, at: this.options.clock.now() };
    this.addEvent(`${state.Type}StateEntered`, enteredDetails(name, input));
    this.reportState('entered', input);
    const { output, next } = await runState(state, input, this.taskHost());
    requireSize(output, name);
    this.addEvent(`${state.Type}StateExited` as HistoryEventType, exitedDetails(name, output));
    this.reportState('exited', output);
    return { data: output, next };
  }

  private taskHost(): TaskHost {
    const { clock, environment, machine, random } = this.options;
    return {
      clock,
      environment,
      random,
      principal: machine.roleArn.split('/').pop() ?? machine.roleArn,
      signal: this.controller.signal,
      record: (type, details) => this.addEvent(type, details),
      context: (retryCount) => this.context(retryCount),
      asFailure: (thrown) => this.asFailure(thrown),
      report: (kind, detail) => this.reportState(kind, detail),
    };
  }

  private context(retryCount?: number): Json {
    const { machine, name, input } = this.options;
    return {
      Execution: {
        Id: this.current.executionArn,
        Input: JSON.parse(input),
        Name: name,
        RoleArn: machine.roleArn,
        StartTime: new Date(this.current.startedAt).toISOString(),
        RedriveCount: 0,
      },
      State: {
        EnteredTime: new Date(this.entered.at).toISOString(),
        Name: this.entered.name,
        ...(retryCount === undefined ? {} : { RetryCount: retryCount }),
      },
      StateMachine: { Id: machine.stateMachineArn, Name: machine.name },
    };
  }

  private asFailure(thrown: unknown): StateFailure {
    if (!(thrown instanceof StateFailure)) throw thrown;
    const prefix = `An error occurred while executing the state '${this.entered.name}'`;
    if (!FOUND_BY_INTERPRETER.has(thrown.error) || thrown.reason?.startsWith(prefix)) return thrown;
    return new StateFailure(
      thrown.error,
      `${prefix} (entered at the event id #${this.entered.eventId}). ${thrown.reason ?? ''}`,
    );
  }

  private fail(thrown: unknown): void {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    this.closeFailed(thrown instanceof StateFailure ? this.asFailure(thrown) : runtimeFailure(reason));
  }

  private closeFailed(failure: StateFailure): void {
    const details = {
      ...(failure.error === '' ? {} : { error: failure.error }),
      ...(failure.reason === undefined ? {} : { cause: failure.reason }),
    };
    this.close({ status: 'FAILED', ...details }, 'ExecutionFailed', { executionFailedEventDetails: details });
  }

  private addEvent(type: HistoryEventType, details: EventDetails): void {
    if (this.controller.signal.aborted) throw new ExecutionClosed();
    try {
      this.history.add(type, details);
    } catch (thrown) {
      if (!(thrown instanceof HistoryFull)) throw thrown;
      this.closeFailed(runtimeFailure(thrown.message));
      throw new ExecutionClosed();
    }
  }

  private close(closing: Closing, type: HistoryEventType, details: EventDetails): void {
    if (this.current.status !== 'RUNNING') return;
    this.current = { ...this.current, ...closing, stoppedAt: this.options.clock.now() };
    this.history.end(type, details);
    this.controller.abort(new ExecutionClosed());
    this.reportStatus();
    this.settle(this.current);
  }

  private reportStatus(): void {
    const { startedAt, stoppedAt, ...rest } = this.current;
    this.options.onStatus({
      ...rest,
      status: rest.status as ExecutionStatusEvent['status'],
      startDate: startedAt,
      ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt }),
    });
  }

  private reportState(kind: StateEvent['kind'], detail: Json): void {
    this.options.onState({
      at: new Date(this.options.clock.now()).toISOString(),
      executionArn: this.current.executionArn,
      kind,
      state: this.entered.name,
      detail,
    });
  }
}

/** AWS shows the error of a timed-out execution in its history only. */
const timedOutDetails: EventDetails = { executionTimedOutEventDetails: { error: 'States.Timeout' } };
