import type { Workload } from '../../core/ports/workload';
import { aVersionSpec, CANARY, STABLE } from './builders';

/** How the tasks of a version behave: they pass their health check, never pass it, or exit with code 3. */
export type TaskBehaviour = 'ready' | 'never ready' | 'crash';

export interface WorkloadFixture {
  readonly workload: Workload;
  behave(version: string, behaviour: TaskBehaviour): void;
  /** Lets everything that is due happen: tasks start, pass checks, crash, end. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const HEALTH_CHECK = { health_check: { command: ['true'] } };
const MANY_STEPS = 12;

/** What everything that runs versions must do. */
export function describeWorkload(name: string, start: () => Promise<WorkloadFixture>): void {
  describe(`workload: ${name}`, () => {
    let fixture: WorkloadFixture;
    let workload: Workload;
    beforeEach(async () => {
      fixture = await start();
      workload = fixture.workload;
    });
    afterEach(() => fixture.close());

    const run = async (version: string, desired = 1) => {
      await workload.create(aVersionSpec(version, { desired }, HEALTH_CHECK));
      await fixture.settle();
    };
    const removeWholly = async (version: string) => {
      const steps: string[] = [];
      while (steps.at(-1) !== 'removed' && steps.length < MANY_STEPS) {
        steps.push(await workload.remove(version));
        await fixture.settle();
      }
      return steps;
    };

    it('knows nothing of a version that was never created', async () => {
      expect(await workload.list()).toEqual([]);
      expect(await workload.describe(CANARY)).toEqual({
        state: 'absent',
        desired: 0,
        running: 0,
        alive: 0,
        ready: 0,
        failures: [],
        gaveUp: false,
      });
    });

    it('runs as many tasks as desired until they are ready', async () => {
      await run(CANARY, 3);
      expect(await workload.describe(CANARY)).toEqual({
        state: 'active',
        desired: 3,
        running: 3,
        alive: 3,
        ready: 3,
        failures: [],
        gaveUp: false,
      });
    });

    it('counts the tasks that run of an active version, and none of any other', async () => {
      expect(await workload.countRunning(CANARY)).toBe(0);
      await run(CANARY, 3);
      expect(await workload.countRunning(CANARY)).toBe(3);
      await removeWholly(CANARY);
      expect(await workload.countRunning(CANARY)).toBe(0);
    });

    it('calls tasks without a health check ready once they run', async () => {
      await workload.create(aVersionSpec(CANARY));
      await fixture.settle();
      expect(await workload.describe(CANARY)).toMatchObject({ running: 1, ready: 1 });
    });

    it('does not call tasks ready that do not pass their health check', async () => {
      fixture.behave(CANARY, 'never ready');
      await run(CANARY, 2);
      expect(await workload.describe(CANARY)).toMatchObject({ state: 'active', desired: 2, ready: 0 });
    });

    it('creates a version twice as once', async () => {
      await run(CANARY, 2);
      await run(CANARY, 2);
      expect(await workload.list()).toEqual([CANARY]);
      expect(await workload.describe(CANARY)).toMatchObject({ desired: 2, running: 2, ready: 2 });
    });

    it('raises a version that is created again with more tasks, and never shrinks it', async () => {
      await run(CANARY, 2);
      await run(CANARY, 3);
      expect((await workload.describe(CANARY)).desired).toBe(3);
      await run(CANARY, 1);
      expect((await workload.describe(CANARY)).desired).toBe(3);
    });

    it('scales out and in, and does not call tasks failed that it stopped itself', async () => {
      await run(CANARY);
      for (const desired of [4, 2]) {
        await workload.scale(CANARY, desired);
        await fixture.settle();
        expect(await workload.describe(CANARY)).toMatchObject({ desired, running: desired, failures: [] });
      }
    });

    it('stops all tasks of a version, says when the last is gone, and starts it again', async () => {
      await run(CANARY, 2);
      await workload.scale(CANARY, 0);
      await fixture.settle();
      await workload.describe(CANARY);
      expect(await workload.describe(CANARY)).toMatchObject({
        state: 'active',
        desired: 0,
        running: 0,
        alive: 0,
        ready: 0,
        failures: [],
      });
      expect(await workload.list()).toEqual([CANARY]);
      await workload.scale(CANARY, 2);
      await fixture.settle();
      expect(await workload.describe(CANARY)).toMatchObject({
        desired: 2,
        alive: 2,
        ready: 2,
        gaveUp: false,
      });
    });

    it('refuses to scale a version that does not run', async () => {
      await expect(workload.scale(CANARY, 2)).rejects.toMatchObject({ code: 'AwsCallRefused' });
    });

    it('tells why tasks stopped by themselves, newest first, and when nothing more is tried', async () => {
      fixture.behave(CANARY, 'crash');
      await run(CANARY);
      for (let look = 0; look < MANY_STEPS && !(await workload.describe(CANARY)).gaveUp; look += 1) {
        await fixture.settle();
      }
      const status = await workload.describe(CANARY);
      expect(status).toMatchObject({ state: 'active', ready: 0, gaveUp: true });
      expect(status.failures.length).toBeGreaterThanOrEqual(3);
      expect(status.failures[0]).toMatchObject({
        exitCode: 3,
        reason: expect.stringContaining('Essential container in task exited'),
      });
      const times = status.failures.map(({ at }) => at);
      expect(times).toEqual([...times].sort().reverse());
      expect(new Set(status.failures.map(({ task }) => task)).size).toBe(status.failures.length);
    });

    it('lists every version', async () => {
      await run(STABLE);
      await run(CANARY);
      await run(`${CANARY}-2`);
      expect([...(await workload.list())].sort()).toEqual([STABLE, CANARY, `${CANARY}-2`].sort());
    });

    it('removes a version step by step until nothing is left', async () => {
      await run(STABLE);
      await run(CANARY, 2);
      const steps = await removeWholly(CANARY);
      expect(steps.at(0)).toBe('pending');
      expect(steps.at(-1)).toBe('removed');
      expect((await workload.describe(CANARY)).state).toBe('absent');
      expect(await workload.list()).toEqual([STABLE]);
      expect(await workload.describe(STABLE)).toMatchObject({ state: 'active', ready: 1 });
    });

    it('calls a version removed that is gone or never was', async () => {
      await run(CANARY);
      await removeWholly(CANARY);
      expect(await workload.remove(CANARY)).toBe('removed');
      expect(await workload.remove(STABLE)).toBe('removed');
    });

    it('removes a version whose tasks crash', async () => {
      fixture.behave(CANARY, 'crash');
      await run(CANARY);
      expect((await removeWholly(CANARY)).at(-1)).toBe('removed');
      expect(await workload.list()).toEqual([]);
    });
  });
}
