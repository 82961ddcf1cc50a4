import type { RateLimit } from '../../rehearsal/aws/limits/rate-limit';
import { isOf } from '../../rehearsal/aws/limits/rate-limiter';
import type { Invocation } from '../../rehearsal/headless/in-process-runner';
import { PRICES, type Usage } from './prices';

/** A call as far as it is counted. */
export interface CountedCall {
  /** ISO 8601, virtual. */
  readonly at: string;
  readonly action: string;
  readonly errorCode?: string;
}

/** What a time of a headless run used. */
export interface Measured {
  readonly calls: readonly CountedCall[];
  readonly invocations: readonly Invocation[];
  readonly transitions: number;
  readonly logBytes: number;
}

/** What turns calls into priced units. */
export interface Units {
  /** Metrics that one GetMetricData asks for. */
  readonly metricsPerCall: number;
  /** Bytes of the greatest item in the release table: every read and write is taken for one of it. */
  readonly itemBytes: number;
}

/** DynamoDB counts a write by 1 KB and a consistent read by 4 KB, begun ones as whole. */
const WRITE_BYTES = 1024;
const READ_BYTES = 4096;

/** Amounts that are priced, of what was measured. */
export function usageOf(measured: Measured, units: Units): Usage {
  const { calls, invocations, transitions, logBytes } = measured;
  const count = (...actions: readonly string[]) =>
    calls.filter(({ action }) => actions.includes(action)).length;
  const reads = count('dynamodb:GetItem', 'dynamodb:Query');
  const writes = count('dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem');
  return {
    transitions,
    invocations: invocations.length,
    gigabyteSeconds: sum(
      invocations.map(({ millis, memoryMb }) => (Math.ceil(millis) / 1000) * (memoryMb / 1024)),
    ),
    metricsRead: count('cloudwatch:GetMetricData') * units.metricsPerCall,
    logMegabytes: logBytes / 1024 ** 2,
    writeUnits: writes * Math.ceil(units.itemBytes / WRITE_BYTES),
    readUnits: reads * Math.ceil(units.itemBytes / READ_BYTES),
    messages: count('sns:Publish'),
  };
}

/** US dollars, by what is priced. */
export function dollarsOf(usage: Usage): Usage {
  const priced = Object.entries(PRICES).map(([key, { dollars, per }]) => [
    key,
    (usage[key as keyof Usage] / per) * dollars,
  ]);
  return Object.fromEntries(priced) as Usage;
}

/** The sum of all amounts; of dollars alone it means something. */
export function total(amounts: Usage): number {
  return sum(Object.values(amounts));
}

/** How one limit is used by one rollout. */
export interface LimitUse {
  readonly limit: RateLimit;
  readonly calls: number;
  readonly throttled: number;
  /** Calls in the busiest minute. */
  readonly peakPerMinute: number;
  /** Calls per minute from the first to the last. */
  readonly perMinute: number;
}

/** Error codes with which AWS says that it was asked too often. */
const THROTTLE = /^(Throttling|TooManyRequests|ProvisionedThroughputExceeded|RequestLimitExceeded|SlowDown)/;

/** Whether a call was throttled. */
export function isThrottled(call: CountedCall): boolean {
  return THROTTLE.test(call.errorCode ?? '');
}

/** How calls use each limit. Retries of throttled calls are not demand: they are counted apart. */
export function limitUses(calls: readonly CountedCall[], limits: readonly RateLimit[]): readonly LimitUse[] {
  return limits.map((limit) => {
    const own = calls.filter(({ action }) => isOf(limit, action));
    const times = own.filter((call) => !isThrottled(call)).map(({ at }) => Date.parse(at));
    const minutes = times.length === 0 ? 0 : Math.max(1, (Math.max(...times) - Math.min(...times)) / 60_000);
    return {
      limit,
      calls: times.length,
      throttled: own.length - times.length,
      peakPerMinute: busiestMinute(times),
      perMinute: minutes === 0 ? 0 : times.length / minutes,
    };
  });
}

function busiestMinute(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let first = 0;
  return sorted.reduce((most, time, last) => {
    while ((sorted[first] ?? time) <= time - 60_000) {
      first += 1;
    }
    return Math.max(most, last - first + 1);
  }, 0);
}

/** Tokens that a bucket has in the busiest minute, full when it begins. */
export function tokensInMinute({ burst, perSecond }: RateLimit): number {
  return burst + 60 * perSecond;
}

/** Services that can release in one minute before this limit makes them wait for longer than that minute. */
export function servicesAtOnce({ limit, peakPerMinute }: LimitUse): number {
  return peakPerMinute === 0 ? Number.POSITIVE_INFINITY : Math.floor(tokensInMinute(limit) / peakPerMinute);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}
