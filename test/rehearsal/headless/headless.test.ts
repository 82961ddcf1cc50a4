import { join } from 'node:path';
import { DEFAULT_RATE_LIMITS } from '../../../rehearsal/aws/limits/published';
import { type Headless, startHeadless } from '../../../rehearsal/headless/headless';

const ASSEMBLY = join(__dirname, '../../../cdk.out');
/** Rollouts of a few virtual minutes. */
const QUICK = { steps: [20], bake_time: 60 };
const SERVICES = 3;
const commit = (letter: string) => letter.repeat(40);

/** One deployment for all: it is at rest between the tests, and each releases a service of its own. */
describe('a headless deployment', () => {
  let headless: Headless;
  beforeAll(async () => {
    headless = await startHeadless({
      assembly: ASSEMBLY,
      // A tenth of AWS's rates, so that three services meet what thirty would.
      limits: DEFAULT_RATE_LIMITS.map((limit) => ({
        ...limit,
        burst: Math.max(1, limit.burst / 10),
        perSecond: limit.perSecond / 10,
      })),
    });
    await headless.advance(120);
    // The others' releases are their first ones: each rollout takes processor time.
    await headless.release(headless.services[0]?.service ?? '', { commit: commit('a'), deploy: QUICK });
    await headless.finish(3600);
  });
  afterAll(() => headless?.stop());

  it('releases several services at once under throttles, and takes back the one that fails', async () => {
    const [bad = '', ...good] = headless.services.slice(0, SERVICES).map(({ service }) => service);
    const behaviours = new Map([[bad, 'failing' as const]]);
    const rollouts = new Map<string, string>();
    const before = headless.calls().length;
    for (const service of [bad, ...good]) {
      const behaviour = behaviours.get(service) ?? 'healthy';
      rollouts.set(
        service,
        await headless.release(service, { commit: commit('b'), behaviour, deploy: QUICK }),
      );
    }
    await headless.finish(3600);
    const outcomeOf = (service: string) => headless.outcomeOf(rollouts.get(service) ?? '');
    expect(good.map((service) => outcomeOf(service).outcome)).toEqual(good.map(() => 'Promoted'));
    expect(outcomeOf(bad).outcome).toBe('RolledBack');
    expect(outcomeOf(bad).splits.at(-1)?.weights).toEqual({ aaaaaaaa: 100 });
    const calls = headless.calls().slice(before);
    expect(calls.filter(({ errorCode }) => errorCode === 'ThrottlingException').length).toBeGreaterThan(0);
    expect(calls.filter(({ outcome }) => outcome === 'denied')).toEqual([]);
    expect(headless.problems).toEqual([]);
  });

  it('says of each call which function made it, with the role that the templates give it', () => {
    const shifts = headless.calls().filter(({ action }) => action === 'appmesh:UpdateRoute');
    expect(shifts.length).toBeGreaterThan(0);
    for (const call of shifts) {
      expect(call.function).toBe(call.principal);
      expect(call.resources[0]).toMatch(/:mesh\/.*\/route\//);
    }
    const starts = headless.calls().filter(({ action }) => action === 'states:StartExecution');
    expect(new Set(starts.map((call) => call.function))).toEqual(new Set([null]));
  });
});
