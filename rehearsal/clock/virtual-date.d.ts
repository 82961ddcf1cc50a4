/** What {@link installVirtualDate} replaces, and by which time. */
export interface VirtualDateOptions {
  /** Virtual milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Object whose `Date` is replaced. @default globalThis */
  readonly target?: { Date: DateConstructor };
}

/**
 * Replaces the global `Date`: `new Date()`, `Date()` and `Date.now()` give virtual time, in whole milliseconds. Dates
 * made from a value are as before, and `instanceof Date` holds for both. Timers and `performance.now` stay real.
 * Returns a function that puts the real `Date` back.
 */
export function installVirtualDate(options: VirtualDateOptions): () => void;
