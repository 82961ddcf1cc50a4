/** The time. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** The clock's time as ISO 8601. */
export function isoNow(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

/** Whole seconds since `since` (ISO 8601); 0 when it is not set. */
export function secondsSince(since: string | undefined, now: number): number {
  return since === undefined ? 0 : Math.floor((now - Date.parse(since)) / 1000);
}
