import {
  dollarsOf,
  isThrottled,
  limitUses,
  servicesAtOnce,
  tokensInMinute,
  total,
  usageOf,
} from '../../bench/concurrency/cost';
import { PRICES } from '../../bench/concurrency/prices';
import type { RateLimit } from '../../rehearsal/aws/limits/rate-limit';

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const call = (action: string, seconds = 0, errorCode?: string) => ({
  action,
  at: at(seconds),
  ...(errorCode === undefined ? {} : { errorCode }),
});
const invocation = (millis: number) => ({
  functionName: 'f',
  at: 0,
  millis,
  memoryMb: 256,
  isCold: false,
  error: null,
});
const limit: RateLimit = {
  name: 'reads',
  actions: ['ecs:List*'],
  burst: 10,
  perSecond: 0.5,
  source: 'https://example.com',
  basis: 'published',
};

describe('the cost of releases', () => {
  it('counts what is priced, an item by its size', () => {
    const usage = usageOf(
      {
        calls: [
          call('dynamodb:PutItem'),
          call('dynamodb:PutItem'),
          call('dynamodb:GetItem'),
          call('cloudwatch:GetMetricData'),
          call('sns:Publish'),
          call('ecs:ListTasks'),
        ],
        invocations: [invocation(1000), invocation(3000)],
        transitions: 40,
        logBytes: 3 * 1024 ** 2,
      },
      { metricsPerCall: 4, itemBytes: 4097 },
    );
    expect(usage).toEqual({
      transitions: 40,
      invocations: 2,
      gigabyteSeconds: 1,
      metricsRead: 4,
      logMegabytes: 3,
      writeUnits: 10,
      readUnits: 2,
      messages: 1,
    });
  });

  it('prices each amount by its own unit', () => {
    const nothing = Object.fromEntries(Object.keys(PRICES).map((key) => [key, 0])) as Parameters<
      typeof dollarsOf
    >[0];
    expect(total(dollarsOf(nothing))).toBe(0);
    expect(total(dollarsOf({ ...nothing, transitions: 1000 }))).toBeCloseTo(0.025);
    expect(total(dollarsOf({ ...nothing, writeUnits: 1_000_000, readUnits: 1_000_000 }))).toBeCloseTo(0.75);
    expect(total(dollarsOf({ ...nothing, gigabyteSeconds: 75_000 }))).toBeCloseTo(1, 3);
  });

  it('finds the busiest minute, and does not take retries of throttled calls for demand', () => {
    const calls = [
      ...[0, 59, 60, 61, 62, 118].map((seconds) => call('ecs:ListTasks', seconds)),
      call('ecs:ListTasks', 61, 'ThrottlingException'),
      call('ecs:DescribeTasks', 61),
    ];
    expect(limitUses(calls, [limit])).toEqual([
      { limit, calls: 6, throttled: 1, peakPerMinute: 5, perMinute: 6 / (118 / 60) },
    ]);
  });

  it('says how many services a bucket serves in one minute', () => {
    expect(tokensInMinute(limit)).toBe(40);
    expect(servicesAtOnce({ limit, calls: 6, throttled: 0, peakPerMinute: 5, perMinute: 3 })).toBe(8);
    expect(servicesAtOnce({ limit, calls: 0, throttled: 0, peakPerMinute: 0, perMinute: 0 })).toBe(Infinity);
  });

  it.each([
    'ThrottlingException',
    'Throttling',
    'TooManyRequestsException',
    'ProvisionedThroughputExceededException',
  ])('takes %s for a throttle', (errorCode) => {
    expect(isThrottled(call('ecs:ListTasks', 0, errorCode))).toBe(true);
    expect(isThrottled(call('ecs:ListTasks', 0, 'ConflictException'))).toBe(false);
  });
});
