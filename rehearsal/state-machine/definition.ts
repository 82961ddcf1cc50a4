/** The Amazon States Language subset that the interpreter knows, as checked by {@link loadDefinition}. */

/** Text of a payload template or a literal: any JSON. */
export type Json = unknown;

/** `Retry` entry. Defaults are the language's: 1 s, 3 attempts, rate 2.0, no cap, no jitter. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** `Catch` entry. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

interface Common {
  readonly Comment?: string;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Next?: string;
  readonly End?: true;
}

/** Calls a function or starts another execution. */
export interface TaskState extends Common {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number;
  readonly HeartbeatSecondsPath?: string;
}

/** Hands its input, `Parameters` or `Result` on. */
export interface PassState extends Common {
  readonly Type: 'Pass';
  readonly Result?: Json;
  readonly Parameters?: Json;
  readonly ResultPath?: string | null;
}

/** One rule of a Choice: a comparison, or And/Or/Not of rules; the outermost has `Next`. */
export interface ChoiceRule {
  readonly Comment?: string;
  readonly Next?: string;
  readonly And?: readonly ChoiceRule[];
  readonly Or?: readonly ChoiceRule[];
  readonly Not?: ChoiceRule;
  readonly Variable?: string;
  readonly [operator: string]: unknown;
}

/** Picks the next state. */
export interface ChoiceState extends Omit<Common, 'Next' | 'End'> {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

/** Waits, in virtual time. */
export interface WaitState extends Common {
  readonly Type: 'Wait';
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

/** Ends the execution well. */
export interface SucceedState extends Omit<Common, 'Next' | 'End'> {
  readonly Type: 'Succeed';
}

/** Ends the execution with an error. */
export interface FailState {
  readonly Type: 'Fail';
  readonly Comment?: string;
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

/** Any state. */
export type State = TaskState | PassState | ChoiceState | WaitState | SucceedState | FailState;

/** A whole machine. */
export interface MachineDefinition {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  /** Virtual seconds after which the execution is `TIMED_OUT`. @default never */
  readonly TimeoutSeconds?: number;
}

const FLOW = ['Type', 'Comment', 'QueryLanguage', 'InputPath', 'OutputPath', 'Next', 'End'];
const NO_EXIT = FLOW.filter((field) => field !== 'Next' && field !== 'End');

/** Fields that each known state type may have; everything else is refused. */
export const STATE_FIELDS: Readonly<Record<State['Type'], readonly string[]>> = {
  Task: [
    ...FLOW,
    'Resource',
    'Parameters',
    'ResultSelector',
    'ResultPath',
    'Retry',
    'Catch',
    'TimeoutSeconds',
    'TimeoutSecondsPath',
    'HeartbeatSeconds',
    'HeartbeatSecondsPath',
  ],
  Pass: [...FLOW, 'Result', 'Parameters', 'ResultPath'],
  Choice: [...NO_EXIT, 'Choices', 'Default'],
  Wait: [...FLOW, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Succeed: NO_EXIT,
  Fail: ['Type', 'Comment', 'QueryLanguage', 'Error', 'ErrorPath', 'Cause', 'CausePath'],
};

/** Fields of the machine itself. */
export const MACHINE_FIELDS = [
  'Comment',
  'QueryLanguage',
  'StartAt',
  'States',
  'TimeoutSeconds',
  'Version',
] as const;

/** Fields of a `Retry` entry. */
export const RETRIER_FIELDS = [
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
] as const;

/** Fields of a `Catch` entry. */
export const CATCHER_FIELDS = ['Comment', 'ErrorEquals', 'ResultPath', 'Next'] as const;

/** Whether a task's resource is a function itself: its `Parameters` are the event, its result is what the function returns. */
export function isFunctionArn(resource: string): boolean {
  return /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$/.test(resource);
}

/** Service integrations the interpreter knows, and the `Parameters` each takes. */
export const TASK_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'arn:aws:states:::lambda:invoke': ['FunctionName', 'Payload'],
  'arn:aws:states:::states:startExecution': ['StateMachineArn', 'Input', 'Name'],
  'arn:aws:states:::states:startExecution.sync:2': ['StateMachineArn', 'Input', 'Name'],
};
