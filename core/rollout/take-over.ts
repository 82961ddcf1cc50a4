import { isoNow } from '../ports/clock';
import { establishSplit, type RolloutContext } from './context';
import { planRepair, type Repair } from './repair';

/**
 * Makes a service safe to roll out: finds the stable version, gives it everything, and closes the record of a
 * rollout whose execution died. Its canary is removed with everything else that nobody owns, when this rollout
 * removes the losing version.
 */
export async function takeOver(context: RolloutContext): Promise<Repair> {
  const { ports, router, workload, service } = context;
  const running: string[] = [];
  for (const version of await workload.list()) {
    const status = await workload.describe(version);
    if (status.state === 'active' && status.running > 0) {
      running.push(version);
    }
  }
  const split = await router.getSplit();
  const repair = planRepair({ split, recordedStable: service.stable, running });
  const record = {
    ...context.record,
    fence: service.fence,
    stable: repair.stable,
    phase: 'creating' as const,
    intended: repair.split.weights,
    previous: split.weights,
    createdAt: isoNow(ports.clock),
  };
  await ports.store.saveRollout(record);
  await establishSplit({ ...context, record }, repair.split, `take-over: ${repair.reason}`);
  await closeAbandoned(context);
  return repair;
}

async function closeAbandoned(context: RolloutContext): Promise<void> {
  const { ports, record } = context;
  const abandoned = record.adoptedFrom === null ? null : await ports.store.loadRollout(record.adoptedFrom);
  if (abandoned === null || abandoned.phase === 'completed') {
    return;
  }
  await ports.store.saveRollout({
    ...abandoned,
    phase: 'completed',
    outcome: abandoned.phase === 'promoted' ? 'Promoted' : 'Aborted',
    reason: `its execution ended without it; rollout "${record.id}" took the service over`,
    endedAt: isoNow(ports.clock),
  });
}
