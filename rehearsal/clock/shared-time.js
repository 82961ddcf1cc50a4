'use strict';

/**
 * The present time of one clock in memory that worker threads share. Plain CommonJS, because the function worker loads
 * it as it is, without a compiler. Types and documentation for callers: `shared-time.d.ts`.
 */

const { performance } = require('node:perf_hooks');

/** A number that is odd while a tick is being written, then three of 8 bytes: virtual, wall, speed. */
const BYTES = 32;

/** Between two ticks time passes for this long at most. */
const MOST_BETWEEN_TICKS_MILLIS = 100;

function wallMillis() {
  return performance.timeOrigin + performance.now();
}

function viewsOf(shared) {
  return { turn: new Int32Array(shared, 0, 1), values: new Float64Array(shared, 8, 3) };
}

function createSharedTime(virtual, speed) {
  const shared = new SharedArrayBuffer(BYTES);
  viewsOf(shared).values.set([virtual, wallMillis(), speed]);
  return shared;
}

/** A reading that no tick has come between. */
function readWhole({ turn, values }) {
  for (;;) {
    const before = Atomics.load(turn, 0);
    const [virtual, wall, speed] = values;
    if (before % 2 === 0 && Atomics.load(turn, 0) === before) return { virtual, wall, speed };
  }
}

function timeAt({ virtual, wall, speed }, now) {
  return virtual + Math.min(Math.max(0, now - wall), MOST_BETWEEN_TICKS_MILLIS) * speed;
}

function readTime(shared) {
  const views = viewsOf(shared);
  return () => timeAt(readWhole(views), wallMillis());
}

function tick(shared) {
  const views = viewsOf(shared);
  const last = readWhole(views);
  const now = wallMillis();
  Atomics.add(views.turn, 0, 1);
  views.values[0] = timeAt(last, now);
  views.values[1] = now;
  Atomics.add(views.turn, 0, 1);
  return Math.max(0, now - last.wall - MOST_BETWEEN_TICKS_MILLIS);
}

module.exports = { MOST_BETWEEN_TICKS_MILLIS, createSharedTime, readTime, tick };
