import { DEFAULT_RATE_LIMITS } from '../../../../rehearsal/aws/limits/published';
import type { RateLimit } from '../../../../rehearsal/aws/limits/rate-limit';
import { isOf, RateLimiter } from '../../../../rehearsal/aws/limits/rate-limiter';

const aLimit = (changes: Partial<RateLimit> = {}): RateLimit => ({
  name: 'changes',
  actions: ['ecs:CreateService', 'appmesh:Update*'],
  burst: 3,
  perSecond: 2,
  source: 'https://example.com',
  basis: 'published',
  ...changes,
});

describe('RateLimiter', () => {
  const admitted = (limiter: RateLimiter, action: string, times: number) =>
    Array.from({ length: times }, () => limiter.admit(action)).filter(Boolean).length;

  it('admits a burst, then as many calls as time brings back', () => {
    let now = 0;
    const limiter = new RateLimiter([aLimit()], () => now);
    expect(admitted(limiter, 'ecs:CreateService', 5)).toBe(3);
    now = 499;
    expect(admitted(limiter, 'ecs:CreateService', 5)).toBe(0);
    now = 1000;
    expect(admitted(limiter, 'ecs:CreateService', 5)).toBe(2);
  });

  it('holds no more than a burst, however long nobody called', () => {
    let now = 0;
    const limiter = new RateLimiter([aLimit()], () => now);
    now = 3_600_000;
    expect(admitted(limiter, 'ecs:CreateService', 10)).toBe(3);
  });

  it('lets the actions of one limit share its bucket, and others pass', () => {
    const limiter = new RateLimiter([aLimit()], () => 0);
    expect(admitted(limiter, 'appmesh:UpdateRoute', 2)).toBe(2);
    expect(admitted(limiter, 'ecs:CreateService', 2)).toBe(1);
    expect(admitted(limiter, 'ecs:DescribeServices', 100)).toBe(100);
  });

  it.each([
    [0, 1],
    [5, 0],
    [Number.NaN, 1],
  ])('refuses a bucket of burst %s and rate %s, which never gives a token', (burst, perSecond) => {
    expect(() => new RateLimiter([aLimit({ burst, perSecond })], () => 0)).toThrow(/changes/);
  });
});

describe('the published limits', () => {
  it('name a source each, and each action in one bucket alone', () => {
    const actions = DEFAULT_RATE_LIMITS.flatMap((limit) => limit.actions);
    expect(new Set(actions).size).toBe(actions.length);
    for (const { source } of DEFAULT_RATE_LIMITS) expect(source).toMatch(/^https:\/\//);
  });

  it.each([
    'ecs:RegisterTaskDefinition',
    'appmesh:UpdateRoute',
    'servicediscovery:ListServices',
    'ssm:GetParameter',
  ])('hold %s', (action) => {
    expect(DEFAULT_RATE_LIMITS.filter((limit) => isOf(limit, action))).toHaveLength(1);
  });
});
