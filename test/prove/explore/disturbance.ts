/**
 * What a play meets on its way, and what can be done to it there. A point is a call of a port's verb, an invocation
 * of a function or the entry into a state, by its name and how often that name was met before.
 */
export interface Point {
  readonly type: 'call' | 'function' | 'state';
  /** `setSplit`, `shift-traffic` or `ShiftTraffic`: the three ways to write tell the types apart. */
  readonly name: string;
  /** Counted from 1, over the whole play. */
  readonly nth: number;
  /** Kinds of disturbance that make sense here. */
  readonly kinds: readonly Kind[];
}

/** Every kind of disturbance, with what it does. */
export const KINDS = {
  throttled: 'the call, and every one of its verb for 10 s, is refused by rate before any effect',
  failed: 'the call answers with a server error, without effect',
  'timeout-before': 'the call has no effect, and 9 s later no answer either',
  'timeout-after': 'the call takes effect, but its answer never comes',
  denied: 'the call is refused, and repeating it would not help',
  forbidden: 'from here on the function may not make this call, until a person mends it',
  outage: 'from here on every call of the same service fails, for 10 minutes',
  lost: 'the router takes the split, says so, and never puts it in force',
  stale: 'the read answers with what it would have answered at an earlier moment',
  late: 'the call takes effect 9 s late',
  'kill-before': 'the function dies before it does anything',
  'kill-after': 'the function dies after the call took effect, or after all of its work',
  orphan:
    'somebody stops the execution while the call is under way; it takes effect 9 s later, and the function goes on',
  stop: 'somebody stops the execution',
  release: 'a newer commit is released, and claims the service while the call is under way',
  releases: 'two newer commits are released at the same moment',
  split: 'the operator applies another split while the call is under way',
  'edit-half': 'somebody gives two versions half of the traffic each, by hand, just before',
  'edit-all': 'somebody gives the newest version all of the traffic, by hand, just before',
  'throttled-invoke': 'the function is not invoked for lack of concurrency',
} as const;

export type Kind = keyof typeof KINDS;

/** One disturbance: what is done, at which point. */
export interface Disturbance {
  readonly name: string;
  readonly nth: number;
  readonly kind: Kind;
}

/** `setSplit#3:timeout-after` */
export function renderDisturbance({ name, nth, kind }: Disturbance): string {
  return `${name}#${nth}:${kind}`;
}

/** `canary/setSplit#3:timeout-after+WaitForTraffic#7:stop`; the scenario alone when nothing disturbs it. */
export function renderPlay(scenario: string, disturbances: readonly Disturbance[]): string {
  const list = disturbances.map(renderDisturbance).join('+');
  return list === '' ? scenario : `${scenario}/${list}`;
}

/**
 * Reads what {@link renderPlay} wrote.
 * @throws {Error} for anything else, with what is allowed.
 */
export function parsePlay(text: string): { scenario: string; disturbances: readonly Disturbance[] } {
  const [scenario = '', list = ''] = text.split('/');
  const disturbances = list === '' ? [] : list.split('+').map(parseDisturbance);
  return { scenario, disturbances };
}

function parseDisturbance(text: string): Disturbance {
  const [, name, nth, kind] = /^([A-Za-z-]+)#(\d+):([a-z-]+)$/.exec(text) ?? [];
  if (name === undefined || kind === undefined || !(kind in KINDS)) {
    throw new Error(
      `play names "${text}"; allowed: point#number:kind, such as setSplit#3:timeout-after, with one of the kinds ${Object.keys(KINDS).join(', ')}`,
    );
  }
  return { name, nth: Number(nth), kind: kind as Kind };
}
