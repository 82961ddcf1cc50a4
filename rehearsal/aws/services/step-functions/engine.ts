import type { ExecutionStatus, HistoryEvent } from '@aws-sdk/client-sfn';

/**
 * What the Step Functions API needs of whatever interprets state machines. Plain data, synchronous: the API checks
 * and starts in one turn of the event loop, so that two identical StartExecution calls cannot both win.
 * All times are virtual, in milliseconds since the Unix epoch, except inside `HistoryEvent`, whose `timestamp` is a `Date`.
 */

/** One state machine that can be started. */
export interface StateMachineRecord {
  /** `arn:aws:states:<region>:<account>:stateMachine:<name>`. */
  readonly stateMachineArn: string;
  readonly name: string;
  /** Amazon States Language, as JSON text, placeholders filled. */
  readonly definition: string;
  /** Role whose policies are checked for what the machine itself calls. */
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly createdAt: number;
}

/** One execution, running or closed. */
export interface ExecutionRecord {
  /** `arn:aws:states:<region>:<account>:execution:<machine>:<name>`, see {@link executionArnOf}. */
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** The input text exactly as it was given. */
  readonly input: string;
  readonly startedAt: number;
  /** Set exactly when `status` is not `RUNNING`. */
  readonly stoppedAt?: number;
  /** JSON text; set exactly when `status` is `SUCCEEDED`. */
  readonly output?: string;
  /** Error name, for `FAILED`, `TIMED_OUT` and `ABORTED` where one was given. */
  readonly error?: string;
  readonly cause?: string;
}

/** What starts an execution. The API has checked the name, the input's JSON and size, and that the ARN is free. */
export interface StartRequest {
  readonly stateMachineArn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
}

/** What stops an execution; both are shown in the record and in the `ExecutionAborted` event. */
export interface StopRequest {
  readonly error?: string;
  readonly cause?: string;
}

/** What makes a state machine at run time (synthesized ones are given to the engine's constructor). */
export interface CreateMachineRequest {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
}

/** A definition that the engine cannot run: the API answers `InvalidDefinition` with this message. */
export class InvalidDefinitionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidDefinitionError';
  }
}

/** Interprets state machines. */
export interface StateMachineEngine {
  /** Every machine, oldest first. */
  machines(): readonly StateMachineRecord[];
  /** The machine of this ARN (without version or alias), or undefined. */
  machine(stateMachineArn: string): StateMachineRecord | undefined;
  /**
   * Adds a machine. The API has checked the name and that no other machine has it.
   * Throws {@link InvalidDefinitionError} for a definition that is not valid or uses what the engine does not know.
   */
  createMachine(request: CreateMachineRequest): StateMachineRecord;
  /** Removes a machine from `machines()`. Running executions go on; executions stay readable. Unknown ARN: nothing. */
  deleteMachine(stateMachineArn: string): void;

  /**
   * Starts an execution and returns its record, `RUNNING`, with `ExecutionStarted` already in its history.
   * The first state is entered in a later turn of the event loop. Throws a plain Error when the machine is unknown or
   * the execution ARN was used before: callers ask `describe` first.
   */
  start(request: StartRequest): ExecutionRecord;
  /** The execution's present record, or undefined for an unknown ARN. */
  describe(executionArn: string): ExecutionRecord | undefined;
  /** Every execution of the machine, or of all machines when no ARN is given; oldest first. */
  list(stateMachineArn?: string): readonly ExecutionRecord[];
  /**
   * Aborts a running execution. When this returns, the record is `ABORTED`, `ExecutionAborted` is the last event of
   * the history and nothing of the execution starts any more: no retry, no next state. A function that is running
   * runs to its end, as on AWS, and its answer is dropped. Returns the record; a closed execution is left as it is.
   * Throws a plain Error for an unknown ARN.
   */
  stop(executionArn: string, request: StopRequest): ExecutionRecord;
  /**
   * The events so far, oldest first, ids 1, 2, 3, … without gaps, in the AWS shape: `previousEventId` points to the
   * causing event (0 for the first), `timestamp` is a `Date` in virtual time, details are under the key that AWS uses
   * for the type (`lambdaFunctionFailedEventDetails`, `stateEnteredEventDetails`, …). The engine keeps the
   * 25,000-event limit itself and ends the execution as AWS does. Undefined for an unknown ARN.
   */
  history(executionArn: string): readonly HistoryEvent[] | undefined;
}

/** The ARN of the execution `name` of a machine. */
export function executionArnOf(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
