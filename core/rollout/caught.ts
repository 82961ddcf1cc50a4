import { type CaughtFailure, LONGEST_REASON } from './progress';

/** What `Cause` may hold: what a Lambda function threw, or how an execution ended that was waited for. */
interface Cause {
  readonly errorMessage?: unknown;
  /** Of the execution that went on with a rollout, as DescribeExecution answers. */
  readonly ExecutionArn?: unknown;
  readonly Status?: unknown;
  readonly Error?: unknown;
  readonly Cause?: unknown;
}

/** A failure as a Catch keeps it, in one sentence. */
export function describeCaught(failure: CaughtFailure): string {
  const { Error: error = 'an error', Cause: cause = '' } = failure;
  const parsed = parse(cause);
  const text = typeof parsed.errorMessage === 'string' ? parsed.errorMessage : cause;
  return (describeExecution(parsed) ?? `${error}: ${text}`).slice(0, LONGEST_REASON);
}

/** Whether what failed is the execution that had gone on with the rollout, because somebody stopped it. */
export function isStoppedContinuation(failure: CaughtFailure | undefined): boolean {
  const { ExecutionArn, Status } = parse(failure?.Cause ?? '');
  return typeof ExecutionArn === 'string' && Status === 'ABORTED';
}

function describeExecution({ ExecutionArn, Status, Error: error, Cause: cause }: Cause): string | null {
  if (typeof ExecutionArn !== 'string') {
    return null;
  }
  const name = ExecutionArn.split(':').at(-1);
  const why = [error, cause].filter((each) => typeof each === 'string' && each !== '').join(': ');
  const ended = `the execution "${name}" that went on with the rollout ended (${String(Status)})`;
  return why === '' ? ended : `${ended}: ${why}`;
}

function parse(cause: string): Cause {
  try {
    const parsed: unknown = JSON.parse(cause);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
