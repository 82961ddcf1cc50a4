import { FunctionError } from '../contracts';

/**
 * What Step Functions reports for functions that fail.
 *
 * A function that throws is reported by its own error name, with the function's error payload as the cause. For what
 * happens to the environment, the payload of today's runtimes names `Sandbox.Timedout` and `Runtime.ExitError`; the
 * documentation still says "Unhandled errors in Lambda are reported as Lambda.Unknown … These include out-of-memory
 * errors and function timeouts" (https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html),
 * which is what is seen where Lambda gives no error type. A sound definition retries or catches both.
 */
export type EnvironmentEnd =
  | { readonly kind: 'timeout'; readonly seconds: number }
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'out_of_memory' }
  | { readonly kind: 'killed' };

/** An error that the function's own code gave. */
export interface ThrownError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** The failure of an environment that ended before it answered. */
export function environmentFailure(end: EnvironmentEnd, requestId: string): FunctionError {
  switch (end.kind) {
    case 'timeout':
      return withPayload(
        'Sandbox.Timedout',
        `RequestId: ${requestId} Error: Task timed out after ${end.seconds.toFixed(2)} seconds`,
      );
    case 'exit': {
      // Lambda tells success from failure only: an exit with 0 is a failure too, of a different wording.
      const how =
        end.code === 0
          ? 'Runtime exited without providing a reason'
          : `Runtime exited with error: exit status ${end.code}`;
      return withPayload('Runtime.ExitError', `RequestId: ${requestId} Error: ${how}`);
    }
    case 'out_of_memory':
      return withPayload(
        'Runtime.OutOfMemory',
        `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
      );
    case 'killed': {
      const returned = JSON.stringify({
        errorMessage: `RequestId: ${requestId} Process exited before completing request`,
      });
      const message = `The cause could not be determined because Lambda did not return an error type. Returned payload: ${returned}`;
      return new FunctionError('Lambda.Unknown', message, message);
    }
  }
}

/** The failure of a function whose code threw. */
export function thrownFailure(error: ThrownError): FunctionError {
  return new FunctionError(error.errorType, error.errorMessage, JSON.stringify(error));
}

/** The failure of the Lambda service itself, such as for a function that does not exist. */
export function serviceFailure(
  code: string,
  status: number,
  message: string,
  requestId: string,
): FunctionError {
  const details = `Service: AWSLambda; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null`;
  return new FunctionError(`Lambda.${code}`, message, `${message} (${details})`);
}

function withPayload(errorType: string, errorMessage: string): FunctionError {
  return new FunctionError(errorType, errorMessage, JSON.stringify({ errorType, errorMessage }));
}
