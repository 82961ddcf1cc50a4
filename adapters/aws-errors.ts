import { CanaryError } from '../core/errors';

/** What was asked of AWS: the IAM action and the identifiers a person needs to act. */
export interface AwsCall {
  /** Such as `appmesh:UpdateRoute`. */
  readonly action: string;
  /** Such as `{ mesh: 'prod', route: 'prod-web' }`. */
  readonly on: Readonly<Record<string, unknown>>;
  /** What to do when AWS refuses the call. @default to correct what it names and start the rollout again */
  readonly todo?: string;
}

/** Names under which AWS services say that they are asked too often; most carry HTTP status 400. */
const THROTTLES = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'Throttled',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'ProvisionedThroughputExceededException',
  'SlowDown',
  'KMSThrottlingException',
  'KmsThrottlingException',
]);

/** Names under which AWS services ask a caller to come back later for another reason; most carry HTTP status 400. */
const PASSING = new Set([
  'TransactionInProgressException',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServerException',
  'InternalServerError',
  'PriorRequestNotComplete',
]);

/** Failures of this side: no request went out, and repeating it changes nothing. */
const OWN_FAILURES = new Set(['CredentialsProviderError', 'TypeError', 'RangeError', 'SyntaxError']);

interface SdkError {
  readonly name: string;
  readonly message: string;
  /** HTTP status; none when no answer arrived. */
  readonly status?: number;
}

/**
 * Runs an AWS call and gives its failure this system's words.
 * @throws {CanaryError} `AwsThrottled` for throttles; `AwsCallFailed` for service faults, time-outs and lost connections;
 * `AwsCallRefused` for anything that repeating the call does not change.
 */
export async function callAws<T>(call: AwsCall, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toCanaryError(call, error);
  }
}

const HAPPENED = { AwsThrottled: 'was throttled', AwsCallFailed: 'failed', AwsCallRefused: 'was refused' };

/** The error of an AWS call as this system's error; a `CanaryError` stays what it is. */
export function toCanaryError(call: AwsCall, error: unknown): CanaryError {
  if (error instanceof CanaryError) {
    return error;
  }
  const found = readSdkError(error);
  const code = isThrottle(found) ? 'AwsThrottled' : isPassing(found) ? 'AwsCallFailed' : 'AwsCallRefused';
  const todo =
    code === 'AwsCallRefused'
      ? (call.todo ?? 'correct what the service names, then start the rollout again')
      : 'the service did not do it now; the same call may succeed later';
  return new CanaryError(
    code,
    `${call.action} on ${renderTarget(call.on)} ${HAPPENED[code]} with ${found.name}: ${found.message}; ${todo}`,
    { action: call.action, ...call.on, awsError: found.name, status: found.status },
    { cause: error },
  );
}

/** Whether an error is one of the service's own, by name. */
export function isAwsError(error: unknown, ...names: readonly string[]): boolean {
  return names.includes(readSdkError(error).name);
}

/** An answer that lacks what the call cannot go on without. */
export function missingInAnswer(call: AwsCall, member: string): CanaryError {
  return new CanaryError(
    'AwsCallFailed',
    `${call.action} on ${renderTarget(call.on)} answered without ${member}; the same call may succeed later`,
    { action: call.action, ...call.on, member },
  );
}

function isThrottle(error: SdkError): boolean {
  return error.status === 429 || THROTTLES.has(error.name);
}

function isPassing(error: SdkError): boolean {
  if (error.status === undefined) {
    // A time-out or a lost connection: the call may or may not have taken effect.
    return !OWN_FAILURES.has(error.name);
  }
  return error.status >= 500 || PASSING.has(error.name);
}

function readSdkError(error: unknown): SdkError {
  if (typeof error !== 'object' || error === null) {
    return { name: 'UnknownError', message: String(error) };
  }
  const { name, message, $metadata } = error as {
    name?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: unknown };
  };
  return {
    name: typeof name === 'string' ? name : 'UnknownError',
    message: typeof message === 'string' && message !== '' ? message : 'no message',
    ...(typeof $metadata?.httpStatusCode === 'number' ? { status: $metadata.httpStatusCode } : {}),
  };
}

function renderTarget(on: AwsCall['on']): string {
  return Object.entries(on)
    .map(([key, value]) => `${key} "${String(value)}"`)
    .join(', ');
}
