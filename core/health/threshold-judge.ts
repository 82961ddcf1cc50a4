import type { JudgeInput } from './judge-input';
import { METRIC_PERIOD_SECONDS, type Observation, observationEnd } from './observation';
import { judgeOther } from './other-checks';
import { judgePeriod } from './period-checks';
import type { CheckEvidence, Judgement } from './verdict';

/**
 * Holds the canary's whole minutes against the limits. Only minutes that began after the canary got traffic and
 * have `min_requests` are judged. The newest `failed_checks` of them all broken: roll back. The newest broken:
 * hold. The newest kept, and young enough: advance. Anything missing, partial or thin: hold. For tcp, where
 * `tasksPassing` says so, every minute with connections is judged, and minutes without any are data too.
 */
export function judgeByThreshold(input: JudgeInput): Judgement {
  const usable = usablePeriods(input);
  const other = judgeOther(input);
  if (usable.length === 0) {
    return withoutData(input, other);
  }
  const isQuietFine = input.tasksPassing !== undefined;
  const needed = isQuietFine ? 1 : input.health.min_requests;
  const judged = usable.filter((period) => period.requests >= needed);
  if (judged.length === 0 && !isQuietFine) {
    return thinData(input, usable, other);
  }
  return judgeNewest(input, judged, isQuietFine ? usable.at(-1) : judged.at(-1), other);
}

/** Whole periods that began after the first traffic and have ended, oldest first, each once. */
function usablePeriods(input: JudgeInput): readonly Observation[] {
  const byStart = new Map(
    input.observations
      .filter(
        (o) =>
          Date.parse(o.start) >= input.underTrafficSince &&
          observationEnd(o) <= input.now &&
          (o.requests > 0 || input.tasksPassing !== undefined),
      )
      .map((o) => [o.start, o]),
  );
  return [...byStart.values()].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

function withoutData(input: JudgeInput, other: Judgement): Judgement {
  if (other.verdict === 'roll_back') {
    return other;
  }
  const evidence = [unknown('metrics of the canary'), ...other.evidence];
  const waited = Math.floor((input.now - input.underTrafficSince) / 1000);
  if (input.firstReleaseReadySince !== undefined && other.verdict === 'advance') {
    return waited >= silenceSeconds(input)
      ? judgedByItsTasks(
          input.now - input.firstReleaseReadySince,
          'nobody calls this first release yet',
          evidence,
        )
      : notYet(evidence);
  }
  return waited >= input.health.no_data_deadline ? noData(input, waited, evidence) : notYet(evidence);
}

/**
 * How long no data must come before it means that nobody calls: the first whole minute under traffic ends within
 * two minutes, and its metrics may be `max_data_age` late.
 */
function silenceSeconds(input: JudgeInput): number {
  return 2 * METRIC_PERIOD_SECONDS + input.health.max_data_age;
}

function notYet(evidence: readonly CheckEvidence[]): Judgement {
  return {
    verdict: 'hold',
    missingData: true,
    reason: 'no whole minute of metrics under traffic yet',
    evidence,
  };
}

function noData(input: JudgeInput, seconds: number, evidence: readonly CheckEvidence[]): Judgement {
  const reason = `no metrics of the canary for ${seconds} s (no_data_deadline ${input.health.no_data_deadline} s)`;
  return { verdict: input.health.on_no_data, missingData: true, reason, evidence };
}

function judgedByItsTasks(readyMillis: number, why: string, evidence: readonly CheckEvidence[]): Judgement {
  const seconds = Math.floor(readyMillis / 1000);
  const tasks: CheckEvidence = {
    check: 'first release: tasks ready',
    result: 'kept',
    value: seconds,
    source: 'tasks',
  };
  return {
    verdict: 'advance',
    reason: `${why}; its tasks have been ready for ${seconds} s`,
    evidence: [tasks, ...evidence],
  };
}

function unknown(check: string): CheckEvidence {
  return { check, result: 'unknown' };
}

function thinData(input: JudgeInput, usable: readonly Observation[], other: Judgement): Judgement {
  if (other.verdict === 'roll_back') {
    return other;
  }
  const requests = usable.at(-1)?.requests ?? 0;
  const thin = { ...unknown(`at least ${input.health.min_requests} requests a minute`), requests };
  const evidence = [thin, ...other.evidence];
  const advice =
    input.protocol === 'tcp'
      ? ' (tcp: fewer are enough with strategy blue_green or all_at_once, while all tasks pass a health_check)'
      : '';
  const reason = `too few requests to judge: ${requests} in the newest minute, ${input.health.min_requests} needed${advice}`;
  const isBroken = usable.some((period) => judgePeriod(period, input).some((e) => e.result === 'broken'));
  if (input.firstReleaseReadySince !== undefined && other.verdict === 'advance' && !isBroken) {
    return judgedByItsTasks(input.now - input.firstReleaseReadySince, reason, evidence);
  }
  return { verdict: 'hold', missingData: true, reason, evidence };
}

function judgeNewest(
  input: JudgeInput,
  judged: readonly Observation[],
  youngest: Observation | undefined,
  other: Judgement,
): Judgement {
  const { health } = input;
  const results = judged.map((period) => judgePeriod(period, input));
  const newest = results.at(-1) ?? [];
  const lastKept = results.findLastIndex((evidence) => evidence.every((e) => e.result !== 'broken'));
  const brokenInARow = results.length - 1 - lastKept;
  const evidence = [...newest, ...tasksEvidence(input), ...other.evidence];
  if (brokenInARow >= health.failed_checks) {
    return {
      verdict: 'roll_back',
      reason: `${describeBroken(newest)}, for ${brokenInARow} ${brokenInARow === 1 ? 'minute' : 'minutes in a row'}`,
      evidence,
    };
  }
  if (other.verdict === 'roll_back') {
    return { ...other, evidence };
  }
  if (brokenInARow > 0) {
    return {
      verdict: 'hold',
      reason: `${describeBroken(newest)}; ${brokenInARow} of ${health.failed_checks} minutes that roll back`,
      evidence,
    };
  }
  return advanceIfFresh(input, youngest, { ...other, evidence }, newest);
}

function tasksEvidence({ tasksPassing }: JudgeInput): readonly CheckEvidence[] {
  return tasksPassing === undefined
    ? []
    : [{ check: 'tcp: tasks pass their health check', result: 'kept', value: tasksPassing, source: 'tasks' }];
}

function advanceIfFresh(
  input: JudgeInput,
  last: Observation | undefined,
  other: Judgement,
  newest: readonly CheckEvidence[],
): Judgement {
  const age =
    last === undefined ? Number.POSITIVE_INFINITY : Math.floor((input.now - observationEnd(last)) / 1000);
  const notMeasured = newest.find((evidence) => evidence.result === 'unknown');
  if (age >= input.health.no_data_deadline) {
    return noData(input, age, other.evidence);
  }
  const wanting = whatIsWanting(input, age, last, notMeasured);
  if (wanting !== null) {
    return { ...other, verdict: 'hold', missingData: true, reason: wanting };
  }
  if (other.verdict === 'hold') {
    return other;
  }
  const limits = newest.map((e) => e.check).join(', ');
  return {
    ...other,
    verdict: 'advance',
    reason: `limits kept: ${limits || 'all'}; ${describeTraffic(input, last?.requests ?? 0)}`,
  };
}

function describeTraffic({ tasksPassing, protocol }: JudgeInput, count: number): string {
  const traffic = `${count} ${protocol === 'tcp' ? 'connections' : 'requests'} in the newest minute`;
  return tasksPassing === undefined
    ? traffic
    : `${traffic}, and ${tasksPassing === 1 ? 'its task passes' : `its ${tasksPassing} tasks pass`} the health check`;
}

function whatIsWanting(
  input: JudgeInput,
  age: number,
  last: Observation | undefined,
  notMeasured: CheckEvidence | undefined,
): string | null {
  if (notMeasured !== undefined) {
    return `${notMeasured.check} could not be measured in the newest minute`;
  }
  if (age > input.health.max_data_age) {
    return `the newest judged minute ended ${age} s ago; at most ${input.health.max_data_age} s is allowed`;
  }
  if (input.freshSince !== undefined && last !== undefined && Date.parse(last.start) < input.freshSince) {
    return 'no whole minute since the last shift yet';
  }
  return null;
}

function describeBroken(evidence: readonly CheckEvidence[]): string {
  return evidence
    .filter((e) => e.result === 'broken')
    .map((e) => `${e.check} broken: ${e.value}`)
    .join('; ');
}
