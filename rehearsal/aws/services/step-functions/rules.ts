import { ApiError } from '../../api';
import type { ExecutionRecord, StateMachineEngine, StateMachineRecord } from './engine';

const MAX_NAME = 80;
const MAX_INPUT_BYTES = 262_144;
/** White space, brackets, wildcards, other special and control characters that no name may have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Step Functions refuses control characters by number.
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;

/** @throws ApiError `InvalidName`. */
export function checkedName(name: string): string {
  if (name.length === 0 || name.length > MAX_NAME || FORBIDDEN.test(name))
    throw new ApiError('InvalidName', `Invalid Name: '${name}'`);
  return name;
}

/** @throws ApiError `InvalidExecutionInput` for what is no JSON or too long. */
export function checkedInput(input: string): string {
  if (Buffer.byteLength(input) > MAX_INPUT_BYTES)
    throw new ApiError(
      'InvalidExecutionInput',
      `Invalid execution input: ${Buffer.byteLength(input)} bytes, at most ${MAX_INPUT_BYTES} are allowed`,
    );
  try {
    JSON.parse(input);
  } catch (error) {
    throw new ApiError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${(error as Error).message}'`,
    );
  }
  return input;
}

/**
 * The machine of an ARN, with or without a version or alias.
 * @throws ApiError `InvalidArn` or `StateMachineDoesNotExist`.
 */
export function knownMachine(engine: StateMachineEngine, arn: unknown): StateMachineRecord {
  const [base] = /^arn:[^:]+:states:[^:]+:[^:]+:stateMachine:[^:]+/.exec(String(arn)) ?? [];
  if (base === undefined) throw new ApiError('InvalidArn', `Invalid Arn: '${arn}'`);
  const machine = engine.machine(base);
  if (machine === undefined)
    throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  return machine;
}

/** @throws ApiError `InvalidArn` or `ExecutionDoesNotExist`. */
export function knownExecution(engine: StateMachineEngine, arn: unknown): ExecutionRecord {
  if (!/^arn:[^:]+:states:[^:]+:[^:]+:execution:[^:]+:[^:]+$/.test(String(arn)))
    throw new ApiError('InvalidArn', `Invalid Arn: '${arn}'`);
  const record = engine.describe(String(arn));
  if (record === undefined) throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return record;
}
