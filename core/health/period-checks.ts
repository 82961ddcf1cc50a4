import type { Check } from '../config/check-schema';
import type { JudgeInput } from './judge-input';
import { type Observation, observationEnd } from './observation';
import type { CheckEvidence } from './verdict';

type PeriodCheck = Extract<Check, { type: 'success_rate' | 'latency' }>;

/** Holds one period against every limit that its counters can answer. */
export function judgePeriod(period: Observation, input: JudgeInput): readonly CheckEvidence[] {
  return input.health.checks.flatMap((check) => {
    switch (check.type) {
      case 'success_rate':
        return [judgeSuccessRate(period, check)];
      case 'latency':
        return input.protocol === 'tcp' ? [] : [judgeLatency(period, check)];
      default:
        return [];
    }
  });
}

function judgeSuccessRate(
  period: Observation,
  check: Extract<PeriodCheck, { type: 'success_rate' }>,
): CheckEvidence {
  const value = (100 * (period.requests - period.errors)) / period.requests;
  return {
    check: `success_rate >= ${check.min} %`,
    result: value >= check.min ? 'kept' : 'broken',
    value: rounded(value),
    limit: check.min,
    ...about(period),
  };
}

function judgeLatency(period: Observation, check: Extract<PeriodCheck, { type: 'latency' }>): CheckEvidence {
  const name = `latency ${check.quantile} <= ${check.max_millis} ms`;
  const value = period.latencyMillis[check.quantile];
  if (value === undefined) {
    return { check: name, result: 'unknown', limit: check.max_millis, ...about(period) };
  }
  return {
    check: name,
    result: value <= check.max_millis ? 'kept' : 'broken',
    value: rounded(value),
    limit: check.max_millis,
    ...about(period),
  };
}

function about(period: Observation): Pick<CheckEvidence, 'requests' | 'from' | 'to' | 'source'> & object {
  return {
    requests: period.requests,
    from: period.start,
    to: new Date(observationEnd(period)).toISOString(),
    source: period.source,
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
