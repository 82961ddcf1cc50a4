import type { Drill } from '../_helpers/drill';
import { checkedVersion, drill, promoted, release, version } from '../drills/scenes';

/** Short: what is looked for shows itself after many rollouts, not in long ones. */
const DEPLOY = { steps: [50], wait_time: 60, bake_time: 60, health: { interval: 30, min_requests: 3 } };

/** Rollouts that `roundOf` makes. */
export const ROLLOUTS_PER_ROUND = 5;

/** One of each kind, good and bad: promoted, rolled back, never started, stopped by hand, promoted again. */
export function roundOf(service: string, round: number): Drill {
  const name = (what: string): string => `${what}, round ${round}`;
  const stop = { when: { state: 'WaitForTraffic' }, fault: { kind: 'stop_execution' } };
  return drill(
    DEPLOY,
    release(service, promoted, version(name('Change nothing'))),
    release(
      service,
      { outcome: 'RolledBack' },
      version(name('Listen beside'), ['Number(process.env.PORT)', 'Number(process.env.PORT) + 1']),
    ),
    release(
      service,
      { outcome: 'FailedNoChange' },
      checkedVersion(name('Exit at start'), ['EXIT_CODE = 0', 'EXIT_CODE = 7']),
    ),
    release(service, { outcome: 'Aborted' }, { ...version(name('Be stopped')), during: [stop] }),
    release(service, promoted, version(name('End well'))),
  );
}
