/** Wall milliseconds after a tick at which time stands still until the next one. */
declare const MOST_BETWEEN_TICKS_MILLIS: number;

/** Memory that holds a clock's time. `virtual`: milliseconds since the Unix epoch; `speed`: virtual seconds per wall second. */
export function createSharedTime(virtual: number, speed: number): SharedArrayBuffer;

/** A function that gives the present virtual time, in any thread of this process. It never runs backwards. */
export function readTime(shared: SharedArrayBuffer): () => number;

/**
 * Lets time go on. Whoever owns the clock calls it every few milliseconds; what the machine was too busy for is not
 * made up for. Returns the wall milliseconds for which time has stood still since the last tick.
 */
export function tick(shared: SharedArrayBuffer): number;

export { MOST_BETWEEN_TICKS_MILLIS };
