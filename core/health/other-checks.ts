import type { Check } from '../config/check-schema';
import type { AlarmState } from '../ports/metrics';
import type { JudgeInput } from './judge-input';
import { observationEnd } from './observation';
import type { OtherReading } from './reading';
import type { CheckEvidence, Judgement } from './verdict';

type OtherCheck = Extract<Check, { type: 'metric' | 'metric_math' | 'alarm' }>;

/**
 * Judges the checks that bring their own window. An alarm in ALARM, or more server errors in their window than
 * tolerated, rolls back at once; a metric does after `failed_checks` values in a row beyond its limits; no value
 * is hold.
 */
export function judgeOther(input: JudgeInput): Judgement {
  const expected = input.health.checks.filter(isOtherCheck);
  const judgements = expected.map((check) => {
    const reading = input.readings.find(
      (candidate) => candidate.check === check || nameOf(candidate.check) === nameOf(check),
    );
    return reading === undefined
      ? hold(check, 'was not read')
      : judgeReading(reading, input.health.failed_checks);
  });
  judgements.push(
    ...input.health.checks
      .filter((check) => check.type === 'server_errors')
      .map((check) => judgeServerErrors(check, input)),
  );
  const worst =
    judgements.find((j) => j.verdict === 'roll_back') ?? judgements.find((j) => j.verdict === 'hold');
  return {
    verdict: worst?.verdict ?? 'advance',
    reason: worst?.reason ?? 'every limit kept',
    evidence: judgements.flatMap((j) => j.evidence),
  };
}

/** Whether a check has to be read separately from the proxies' counters. */
export function isOtherCheck(check: Check): check is OtherCheck {
  return check.type === 'metric' || check.type === 'metric_math' || check.type === 'alarm';
}

/** Sums the errors of the canary's whole minutes that lie inside the window that ends now. */
function judgeServerErrors(check: Extract<Check, { type: 'server_errors' }>, input: JudgeInput): Judgement {
  const from = Math.max(input.now - check.window * 1000, input.underTrafficSince);
  const value = input.observations
    .filter((o) => Date.parse(o.start) >= from && observationEnd(o) <= input.now)
    .reduce((sum, o) => sum + o.errors, 0);
  const name = `server_errors <= ${check.max} in ${check.window} s`;
  const isKept = value <= check.max;
  return {
    verdict: isKept ? 'advance' : 'roll_back',
    reason: isKept ? 'limit kept' : `${name} broken: ${value}`,
    evidence: [
      {
        check: name,
        result: isKept ? 'kept' : 'broken',
        value,
        limit: check.max,
        from: new Date(from).toISOString(),
        to: new Date(input.now).toISOString(),
      },
    ],
  };
}

function judgeReading(reading: OtherReading, failedChecks: number): Judgement {
  return 'alarm' in reading ? judgeAlarm(reading.check, reading.alarm) : judgeValues(reading, failedChecks);
}

function judgeAlarm(check: Extract<Check, { type: 'alarm' }>, state: AlarmState): Judgement {
  if (state === 'ok') {
    return {
      verdict: 'advance',
      reason: 'alarm is OK',
      evidence: [{ check: nameOf(check), result: 'kept', source: 'cloudwatch' }],
    };
  }
  if (state === 'alarm') {
    return {
      verdict: 'roll_back',
      reason: `${nameOf(check)} is in state ALARM`,
      evidence: [{ check: nameOf(check), result: 'broken', source: 'cloudwatch' }],
    };
  }
  return hold(check, state === 'missing' ? 'does not exist' : 'has insufficient data');
}

function judgeValues(reading: Extract<OtherReading, { values: unknown }>, failedChecks: number): Judgement {
  const { check, values } = reading;
  const newest = values.at(-1);
  if (newest === undefined) {
    return hold(check, 'has no value');
  }
  const lastKept = values.findLastIndex(({ value }) => isWithin(value, check));
  const brokenInARow = values.length - 1 - lastKept;
  const evidence: CheckEvidence = {
    check: nameOf(check),
    result: brokenInARow > 0 ? 'broken' : 'kept',
    value: newest.value,
    from: newest.start,
    source: 'cloudwatch',
  };
  if (brokenInARow === 0) {
    return { verdict: 'advance', reason: 'limit kept', evidence: [evidence] };
  }
  const reason = `${nameOf(check)} broken: ${newest.value}, ${brokenInARow} of ${failedChecks} values that roll back`;
  return { verdict: brokenInARow >= failedChecks ? 'roll_back' : 'hold', reason, evidence: [evidence] };
}

function isWithin(
  value: number,
  limits: { readonly min?: number | undefined; readonly max?: number | undefined },
): boolean {
  return (
    value >= (limits.min ?? Number.NEGATIVE_INFINITY) && value <= (limits.max ?? Number.POSITIVE_INFINITY)
  );
}

function hold(check: OtherCheck, why: string): Judgement {
  return {
    verdict: 'hold',
    reason: `${nameOf(check)} ${why}`,
    evidence: [{ check: nameOf(check), result: 'unknown', source: 'cloudwatch' }],
  };
}

function nameOf(check: OtherCheck): string {
  switch (check.type) {
    case 'alarm':
      return `alarm "${check.name}"`;
    case 'metric':
      return `${check.namespace}/${check.name} ${check.statistic} ${JSON.stringify(check.dimensions)}${limitsOf(check)}`;
    case 'metric_math':
      return `${check.expression}${limitsOf(check)}`;
  }
}

function limitsOf(check: { readonly min?: number | undefined; readonly max?: number | undefined }): string {
  return `${check.min === undefined ? '' : ` >= ${check.min}`}${check.max === undefined ? '' : ` <= ${check.max}`}`;
}
