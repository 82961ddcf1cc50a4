import { only } from '../../../core/traffic/split';
import type { Stage } from './stage';

/** What the person on call had to do. */
export interface OnCall {
  /** Alarms that called the person, by their entry in docs/runbook.md. */
  readonly alarms: readonly ('recovery-failed' | 'rollback-failed')[];
}

/** Seconds until a person has come, has understood, and has removed the cause. */
const HALF_AN_HOUR = 1800;

/**
 * Does what docs/runbook.md tells the person whom an alarm calls, and nothing where no alarm was raised. The person
 * removes the cause; gives the events of the failure queue to recovery again; and after a failed rollback puts all
 * weight on the stable version by hand.
 */
export async function callOnCall(stage: Stage, hours: number): Promise<OnCall> {
  const alarms: OnCall['alarms'][number][] = [];
  for (let turn = 1; turn <= 3 && stage.theatre.unrecovered.length > 0; turn += 1) {
    alarms.push('recovery-failed');
    await stage.theatre.advance(HALF_AN_HOUR);
    stage.mend();
    const lost = stage.theatre.unrecovered.splice(0);
    for (const event of lost) {
      void stage.theatre.recover(event);
    }
    await stage.rest(hours);
  }
  if (isRollbackReported(stage)) {
    alarms.push('rollback-failed');
    stage.mend();
    await giveBackByHand(stage);
  }
  return { alarms };
}

/** The alarm counts the events that `complete-rollout` and `complete-split` log. */
function isRollbackReported({ theatre }: Stage): boolean {
  return theatre.world.logged.some((event) => 'outcome' in event && event.outcome === 'RollbackFailed');
}

async function giveBackByHand(stage: Stage): Promise<void> {
  const { stable, split, targets } = stage.chronicle.truth();
  if (stable !== null && targets.includes(stable) && split[stable] !== 100) {
    await stage.theatre.service.router.setSplit(only(stable));
    stage.chronicle.noteEdit(split, { [stable]: 100 });
  }
}
