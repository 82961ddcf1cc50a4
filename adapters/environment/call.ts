import { type AwsCall, callAws, isAwsError } from '../aws-errors';

const GO_ON = 'correct what the service names, then run the same command again: it goes on where it stopped';

/**
 * Runs one AWS call on behalf of the person at the keyboard.
 * @throws {CanaryError} `AwsCallFailed` or `AwsCallRefused`, in words for that person.
 */
export function ask<T>(action: string, on: AwsCall['on'], run: () => Promise<T>): Promise<T> {
  return callAws({ action, on, todo: GO_ON }, run);
}

/**
 * Runs a call that says by an error that something is not there.
 * @param gone The service's names for that; `isGone` when only the message tells.
 * @returns undefined when it is not there.
 */
export async function unlessGone<T>(
  gone: readonly string[],
  run: () => Promise<T>,
  isGone: (message: string) => boolean = () => false,
): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    if (isAwsError(cause, ...gone) || isGone(cause instanceof Error ? cause.message : '')) {
      return undefined;
    }
    throw error;
  }
}
