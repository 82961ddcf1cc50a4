import type { Observation } from '../../../core/health/observation';
import type { RolloutRecord } from '../../../core/rollout/record';
import type { Fact } from './chronicle';
import { factsOf, type Played, requireRecord, shiftsOf } from './evidence';

type Shift = Extract<Fact, { readonly type: 'write' }>;

/** Seconds that a function may take from one call to another. */
const TOLERANCE = 30;

/** Checks that said advance although callers had seen nothing that allowed it. */
export function judgedOnNothing(played: Played): readonly string[] {
  const shifts = new Map<string, readonly Shift[]>();
  return played.stage.chronicle.facts.flatMap((fact) => {
    if (fact.type === 'write' && (fact.by === 'shift-traffic' || fact.by === 'hand')) {
      shifts.set(fact.rollout, [...(shifts.get(fact.rollout) ?? []), fact]);
    }
    if (fact.type !== 'check' || fact.verdict !== 'advance') {
      return [];
    }
    const record = requireRecord(played, fact.rollout);
    // A hand may have set the very split that a step was about to write; then there is nothing to write.
    const byHand = (shifts.get('') ?? []).filter(({ weights }) => (weights[record.version] ?? 0) > 0);
    const own = shifts.get(fact.rollout) ?? [];
    const before = own.length === 0 ? byHand : own;
    // The check was made some seconds before it was written down.
    const wrong = [fact.at, fact.at - TOLERANCE * 1000].map((now) =>
      whatIsWrong(played, record, before, now),
    );
    return wrong.includes(null) ? [] : [`${fact.rollout} at ${new Date(fact.at).toISOString()}: ${wrong[0]}`];
  });
}

/** What is wrong with advancing at an instant, by what callers saw since the shifts before; null when nothing is. */
function whatIsWrong(
  played: Played,
  record: RolloutRecord,
  shifts: readonly Shift[],
  now: number,
): string | null {
  const { version, deploy, stable } = record;
  const full = shifts.find(({ weights }) => weights[version] === 100);
  const since = (full ?? shifts[0])?.at ?? now;
  const seen = played.stage.theatre.service.metrics.source({
    version,
    from: new Date(Math.ceil(since / 60_000) * 60_000).toISOString(),
    to: new Date(Math.floor(now / 60_000) * 60_000).toISOString(),
    periodSeconds: 60,
    quantiles: [],
  });
  const isTasksWord = stable === null || (record.deploy.strategy !== 'canary' && isTcp(played));
  const newest = seen.findLast(({ requests }) => requests >= (isTasksWord ? 1 : deploy.health.min_requests));
  if (newest === undefined) {
    return isTasksWord ? null : 'callers saw no whole minute with enough requests';
  }
  const age = (now - Date.parse(newest.start)) / 1000 - 60;
  if (age > deploy.health.max_data_age && !isTasksWord) {
    return `the newest minute with enough requests ended ${age} s ago`;
  }
  return brokenLimit(record, newest);
}

/** Checks that went on holding a canary although no data had come for longer than its deadline. */
export function heldWithoutData(played: Played): readonly string[] {
  const shifts = shiftsOf(played);
  return factsOf(played, 'check')
    .filter(({ verdict }) => verdict !== 'roll_back')
    .flatMap(({ at, rollout }) => {
      const { version, deploy, stable } = requireRecord(played, rollout);
      const since = shifts.find((shift) => shift.rollout === rollout)?.at ?? at;
      const [from, to] = [new Date(since).toISOString(), new Date(at).toISOString()];
      const seen = played.stage.theatre.service.metrics.source({
        version,
        from,
        to,
        periodSeconds: 60,
        quantiles: [],
      });
      const newest = seen.findLast(({ requests }) => requests > 0);
      const last = newest === undefined ? since : Date.parse(newest.start) + 60_000;
      const seconds = (at - last) / 1000;
      const { no_data_deadline, interval } = deploy.health;
      return stable === null || seconds <= no_data_deadline + interval + TOLERANCE
        ? []
        : [`${rollout} was held ${seconds} s without data`];
    });
}

/** Checks that did not say roll back although enough minutes in a row had broken a limit. */
export function forgivenMinutes(played: Played): readonly string[] {
  const shifts = shiftsOf(played);
  return factsOf(played, 'check')
    .filter(({ verdict }) => verdict !== 'roll_back')
    .flatMap(({ at, rollout }) => {
      const record = requireRecord(played, rollout);
      const { failed_checks, min_requests, no_data_deadline } = record.deploy.health;
      const first = shifts.find((shift) => shift.rollout === rollout)?.at ?? at;
      // A minute that ended just now may not have been looked at yet, and what is too old is no longer.
      const to = Math.floor((at - TOLERANCE * 1000) / 60_000) * 60_000;
      const from = Math.ceil(Math.max(first, at - no_data_deadline * 1000) / 60_000) * 60_000;
      const seen = minutesOf(played, record.version, from, to).filter(
        (each) => each.requests >= min_requests,
      );
      const lastKept = seen.findLastIndex((each) => !isBroken(record, each));
      const inARow = seen.length - 1 - lastKept;
      return inARow > failed_checks ? [`${rollout} went on after ${inARow} broken minutes`] : [];
    });
}

function minutesOf({ stage }: Played, version: string, from: number, to: number): readonly Observation[] {
  const window = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return from < to
    ? stage.theatre.service.metrics.source({ version, ...window, periodSeconds: 60, quantiles: [] })
    : [];
}

function isBroken({ deploy }: RolloutRecord, { requests, errors }: Observation): boolean {
  const success = (100 * (requests - errors)) / requests;
  return deploy.health.checks.some((check) => check.type === 'success_rate' && success < check.min);
}

function isTcp({ scenario }: Played): boolean {
  return scenario.binding.protocol === 'tcp';
}

function brokenLimit(
  { deploy }: RolloutRecord,
  { requests, errors, latencyMillis }: Observation,
): string | null {
  const success = (100 * (requests - errors)) / requests;
  const broken = deploy.health.checks.find((check) => {
    if (check.type === 'success_rate') {
      return success < check.min;
    }
    return check.type === 'latency' && !((latencyMillis[check.quantile] ?? Number.NaN) <= check.max_millis);
  });
  return broken === undefined ? null : `the newest minute breaks or lacks ${broken.type}`;
}
