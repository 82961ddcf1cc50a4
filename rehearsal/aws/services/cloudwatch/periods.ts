import { ApiError } from '../../api';

const SUB_MINUTE = new Set([1, 5, 10, 20, 30]);
const MINUTE = 60;

/**
 * A period in milliseconds.
 * @throws ApiError with `code` for one that CloudWatch does not have.
 */
export function periodMillis(seconds: number, code: string): number {
  if (SUB_MINUTE.has(seconds) || (seconds > 0 && seconds % MINUTE === 0)) return seconds * 1000;
  throw new ApiError(code, `Period must be 1, 5, 10, 20, 30 or a multiple of 60 seconds, not ${seconds}.`);
}

/** The start of the whole period that holds `millis`. */
export function periodStart(millis: number, period: number): number {
  return Math.floor(millis / period) * period;
}
