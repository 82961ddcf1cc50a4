import { Worker } from 'node:worker_threads';
import { createManualClock } from '../../../rehearsal/clock/manual-clock';
import { createRehearsalClock } from '../../../rehearsal/clock/rehearsal-clock';
import { MOST_BETWEEN_TICKS_MILLIS } from '../../../rehearsal/clock/shared-time';
import { installVirtualDate } from '../../../rehearsal/clock/virtual-date';

const NEW_YEAR = Date.UTC(2030, 0, 1);

describe('createRehearsalClock', () => {
  it('starts at the given time and runs at its speed', async () => {
    const clock = createRehearsalClock({ speed: 1000, start: NEW_YEAR });
    const first = clock.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(first - NEW_YEAR).toBeLessThan(1000);
    expect(clock.now() - NEW_YEAR).toBeGreaterThanOrEqual(19_000);
    expect(clock.toWallMillis(60_000)).toBe(60);
  });

  it('never ends a sleep early', async () => {
    const clock = createRehearsalClock({ speed: 100 });
    for (const wanted of [1, 37, 250, 999, 1500]) {
      const before = clock.now();
      await clock.sleep(wanted);
      expect(clock.now() - before).toBeGreaterThanOrEqual(wanted);
    }
  });

  it('ends a sleep at once when it is aborted, with the reason of the signal', async () => {
    const clock = createRehearsalClock({ speed: 1 });
    const controller = new AbortController();
    const sleeping = clock.sleep(3_600_000, controller.signal);
    controller.abort(new Error('stopped by hand'));
    await expect(sleeping).rejects.toThrow('stopped by hand');
    await expect(clock.sleep(1, controller.signal)).rejects.toThrow('stopped by hand');
  });

  it('sleeps longer than the longest timer', async () => {
    const clock = createRehearsalClock({ speed: 1 });
    const controller = new AbortController();
    const sleeping = clock.sleep(2 ** 40, controller.signal);
    const early = await Promise.race([
      sleeping.then(() => 'ended'),
      new Promise((resolve) => setTimeout(() => resolve('still asleep'), 20)),
    ]);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    expect(early).toBe('still asleep');
  });

  it('stands still while its thread is kept from running, and goes on from there', async () => {
    const clock = createRehearsalClock({ speed: 100, start: NEW_YEAR });
    await clock.sleep(1);
    const before = clock.now();
    const blockedUntil = performance.now() + 600;
    while (performance.now() < blockedUntil);
    expect(clock.now() - before).toBeLessThanOrEqual(MOST_BETWEEN_TICKS_MILLIS * 100);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(clock.now() - before).toBeLessThan((MOST_BETWEEN_TICKS_MILLIS + 400) * 100);
    expect(clock.stoodStillMillis()).toBeGreaterThan(300);
  });

  it('gives a worker the same time', async () => {
    const clock = createRehearsalClock({ speed: 10, start: NEW_YEAR });
    const worker = new Worker(
      `const {parentPort, workerData} = require('node:worker_threads');
       const {readTime} = require(workerData.file);
       const now = readTime(workerData.time);
       parentPort.once('message', () => parentPort.postMessage(now()));`,
      {
        eval: true,
        workerData: {
          file: require.resolve('../../../rehearsal/clock/shared-time'),
          time: clock.shared,
        },
      },
    );
    const there = new Promise<number>((resolve) => worker.once('message', resolve));
    await new Promise((resolve) => worker.once('online', resolve));
    const before = clock.now();
    worker.postMessage('now');
    const reading = await there;
    expect(reading).toBeGreaterThanOrEqual(before - 50);
    expect(reading).toBeLessThanOrEqual(clock.now() + 50);
    await worker.terminate();
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the speed %p', (speed) => {
    expect(() => createRehearsalClock({ speed })).toThrow(/speed is ".*", allowed is a number above 0/);
  });
});

describe('createManualClock', () => {
  it('moves only when told to, and ends sleeps in order at their own times', async () => {
    const clock = createManualClock({ start: NEW_YEAR });
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name} ${clock.now() - NEW_YEAR}`);
    const both = [clock.sleep(200).then(note('late')), clock.sleep(100).then(note('early'))];
    expect(clock.pending()).toBe(2);
    await clock.advance(50);
    expect(seen).toEqual([]);
    await clock.advance(150);
    await Promise.all(both);
    expect(seen).toEqual(['early 100', 'late 200']);
    expect(clock.now()).toBe(NEW_YEAR + 200);
  });

  it('reaches sleeps that are set off by other sleeps in the same advance', async () => {
    const clock = createManualClock();
    let rounds = 0;
    const loop = (async () => {
      for (; rounds < 5; rounds++) await clock.sleep(10);
    })();
    await clock.advance(100);
    await loop;
    expect(rounds).toBe(5);
  });

  it('ends an aborted sleep at once', async () => {
    const clock = createManualClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(10, controller.signal);
    controller.abort(new Error('no more'));
    await expect(sleeping).rejects.toThrow('no more');
    expect(clock.pending()).toBe(0);
  });
});

describe('installVirtualDate', () => {
  it('gives virtual time to new Date(), Date() and Date.now(), and nothing else', () => {
    const target = { Date };
    const restore = installVirtualDate({ now: () => NEW_YEAR + 0.7, target });
    expect(target.Date.now()).toBe(NEW_YEAR);
    expect(new target.Date().toISOString()).toBe('2030-01-01T00:00:00.000Z');
    expect((target.Date as unknown as () => string)()).toMatch(/2030|2029/);
    expect(new target.Date(0).getTime()).toBe(0);
    expect(new target.Date(2020, 1, 2).getMonth()).toBe(1);
    expect(target.Date.UTC(2030, 0, 1)).toBe(NEW_YEAR);
    expect(new Date() instanceof target.Date).toBe(true);
    expect(new target.Date() instanceof Date).toBe(true);
    expect(target.Date.name).toBe('Date');
    restore();
    expect(target.Date).toBe(Date);
  });
});
