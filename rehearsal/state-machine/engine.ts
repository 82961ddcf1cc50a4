import {
  type CreateMachineRequest,
  type ExecutionRecord,
  executionArnOf,
  type StateMachineEngine,
  type StateMachineRecord,
} from '../aws/services/step-functions/engine';
import type {
  Authorizer,
  ExecutionStatusEvent,
  FunctionRunner,
  RehearsalClock,
  StateEvent,
} from '../contracts';
import type { MachineDefinition } from './definition';
import { Execution } from './execution';
import { type LoadOptions, loadDefinition } from './load-definition';

/** Ended executions whose histories are kept as they are. */
const MOST_UNPACKED = 10;

/** What the engine is made of. */
export interface StateMachineEngineOptions extends LoadOptions {
  readonly clock: RehearsalClock;
  readonly functions: Pick<FunctionRunner, 'invoke'>;
  readonly region: string;
  readonly account: string;
  /** Machines that exist from the start: the synthesized ones. @default none */
  readonly machines?: readonly CreateMachineRequest[];
  /** Asked before a machine invokes a function or starts an execution. @default everything is allowed */
  readonly authorize?: Authorizer;
  /** Every change of an execution's status, `RUNNING` included. */
  readonly onStatus?: (event: ExecutionStatusEvent) => void;
  /** Every state that is entered, left, retried or failed. */
  readonly onState?: (event: StateEvent) => void;
  /** Events an execution may have. @default 25,000, as on AWS */
  readonly historyLimit?: number;
  /** Numbers from 0 to 1 for retry jitter. @default Math.random */
  readonly random?: () => number;
}

/** The engine, with what only the rehearsal asks of it. */
export interface RehearsalStateMachineEngine extends StateMachineEngine {
  /** Resolves with the record once the execution is closed. Rejects for an unknown ARN. */
  settled(executionArn: string): Promise<ExecutionRecord>;
  /** Ends every timer without closing any execution: for the end of the rehearsal. */
  dispose(): void;
}

interface Machine {
  readonly record: StateMachineRecord;
  readonly definition: MachineDefinition;
}

/**
 * Makes an engine. Throws InvalidDefinitionError, naming each problem with its state, when one of `machines` cannot be
 * run.
 */
export function createStateMachineEngine(options: StateMachineEngineOptions): RehearsalStateMachineEngine {
  return new Engine(options);
}

class Engine implements RehearsalStateMachineEngine {
  private readonly known = new Map<string, Machine>();
  private readonly executions = new Map<string, Execution>();
  /** Those that ended last. */
  private readonly unpacked: Execution[] = [];
  private isDisposed = false;

  constructor(private readonly options: StateMachineEngineOptions) {
    for (const machine of options.machines ?? []) this.createMachine(machine);
  }

  machines(): readonly StateMachineRecord[] {
    return [...this.known.values()].map((machine) => machine.record);
  }

  machine(stateMachineArn: string): StateMachineRecord | undefined {
    return this.known.get(stateMachineArn)?.record;
  }

  createMachine(request: CreateMachineRequest): StateMachineRecord {
    const { clock, region, account } = this.options;
    const definition = loadDefinition(request.definition, this.options);
    const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${request.name}`;
    const record: StateMachineRecord = {
      ...request,
      stateMachineArn,
      type: 'STANDARD',
      createdAt: clock.now(),
    };
    this.known.set(stateMachineArn, { record, definition });
    return record;
  }

  deleteMachine(stateMachineArn: string): void {
    this.known.delete(stateMachineArn);
  }

  start(request: Parameters<StateMachineEngine['start']>[0]): ExecutionRecord {
    const machine = this.known.get(request.stateMachineArn);
    if (machine === undefined) {
      throw new Error(
        `cannot start an execution: no state machine "${request.stateMachineArn}"; create it first`,
      );
    }
    const executionArn = executionArnOf(request.stateMachineArn, request.name);
    if (this.executions.has(executionArn)) {
      throw new Error(`cannot start an execution: "${executionArn}" was used before; choose another name`);
    }
    const { clock, onStatus, onState, random, historyLimit } = this.options;
    const execution = new Execution({
      machine: machine.record,
      definition: machine.definition,
      name: request.name,
      input: request.input,
      clock,
      environment: { ...this.options, executions: this },
      random: random ?? Math.random,
      historyLimit,
      onStatus: onStatus ?? (() => undefined),
      onState: onState ?? (() => undefined),
    });
    this.executions.set(executionArn, execution);
    execution.announce();
    setImmediate(() => void execution.run());
    void execution.settled.then(() => this.packOld(execution));
    return execution.record;
  }

  /** Histories are kept as long as the engine lives, as on AWS; those that ended long ago are seldom read. */
  private packOld(ended: Execution): void {
    this.unpacked.push(ended);
    if (this.unpacked.length > MOST_UNPACKED) {
      this.unpacked.shift()?.pack();
    }
  }

  describe(executionArn: string): ExecutionRecord | undefined {
    return this.executions.get(executionArn)?.record;
  }

  list(stateMachineArn?: string): readonly ExecutionRecord[] {
    const records = [...this.executions.values()].map((execution) => execution.record);
    return stateMachineArn === undefined
      ? records
      : records.filter((record) => record.stateMachineArn === stateMachineArn);
  }

  stop(executionArn: string, request: Parameters<StateMachineEngine['stop']>[1]): ExecutionRecord {
    const execution = this.require(executionArn);
    // A parent that is abandoned asks for its child's stop; nothing is to be reported any more then.
    if (!this.isDisposed) execution.stop(request.error, request.cause);
    return execution.record;
  }

  history(executionArn: string): ReturnType<StateMachineEngine['history']> {
    return this.executions.get(executionArn)?.events;
  }

  async settled(executionArn: string): Promise<ExecutionRecord> {
    return this.require(executionArn).settled;
  }

  dispose(): void {
    this.isDisposed = true;
    for (const execution of this.executions.values()) execution.abandon();
  }

  private require(executionArn: string): Execution {
    const execution = this.executions.get(executionArn);
    if (execution !== undefined) return execution;
    throw new Error(`no execution "${executionArn}"; list what there is with ListExecutions`);
  }
}
