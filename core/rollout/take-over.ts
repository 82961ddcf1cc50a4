import { isoNow } from '../ports/clock';
import { NO_TRAFFIC, only, trafficIsAt } from '../traffic/split';
import { closeAbandoned } from './close-abandoned';
import { establishSplit, type RolloutContext } from './context';
import { hasStoppedStable } from './exclusive';
import type { RolloutRecord, ServiceState } from './record';
import { planRepair, type Repair } from './repair';

/** A repair, and whether an interrupted `all_at_once` left stable without tasks. */
export interface TakeOver extends Repair {
  readonly isStopped: boolean;
}

/**
 * Makes a service safe to roll out: finds the stable version, gives it everything, and closes the record of a
 * rollout whose execution died. Its canary is removed with everything else that nobody owns, when this rollout
 * removes the losing version.
 */
export async function takeOver(context: RolloutContext): Promise<TakeOver> {
  const { ports, router, workload, service } = context;
  const versions = await workload.list();
  const abandoned = await findAbandoned(context);
  const stopped = findStopped(context.record, abandoned, versions);
  const split = await router.getSplit();
  const known = [...new Set([...versions, ...Object.keys(split.weights)])];
  const repair =
    repairOf(service, stopped, abandoned) ??
    planRepair({ split, recordedStable: service.stable, running: await runningOf(context, known) });
  const record = {
    ...context.record,
    fence: service.fence,
    stable: repair.stable,
    phase: 'creating' as const,
    intended: repair.split.weights,
    previous: split.weights,
    createdAt: isoNow(ports.clock),
    ...(stopped === null ? {} : { stableTasks: stopped.stableTasks }),
  };
  await ports.store.saveRollout(record);
  await establishSplit({ ...context, record }, repair.split, `take-over: ${repair.reason}`);
  if (abandoned !== null) {
    const where = trafficIsAt(repair.split);
    await closeAbandoned(ports, abandoned, { id: record.id, fence: record.fence, where });
  }
  return { ...repair, isStopped: stopped !== null };
}

/** What an interrupted rollout had decided already; null where what runs and serves decides. */
function repairOf(
  { stable }: ServiceState,
  stopped: ReturnType<typeof findStopped>,
  abandoned: RolloutRecord | null,
): Repair | null {
  if (stopped !== null) {
    const reason = `"${stopped.stable}" is the stable version, stopped by an interrupted rollout`;
    return { stable: stopped.stable, split: only(stopped.stable), reason };
  }
  if (stable === null && abandoned?.phase === 'rolling_back' && abandoned.stable === null) {
    const reason = `"${abandoned.version}" was the first version, and was being taken back`;
    return { stable: null, split: NO_TRAFFIC, reason };
  }
  return null;
}

async function runningOf(
  { workload }: RolloutContext,
  versions: readonly string[],
): Promise<readonly string[]> {
  const running: string[] = [];
  for (const version of versions) {
    const status = await workload.describe(version);
    if (status.state === 'active' && status.running > 0) {
      running.push(version);
    }
  }
  return running;
}

/** A take-over that is repeated finds in its own record what it took from the abandoned one the first time. */
function findStopped(record: RolloutRecord, abandoned: RolloutRecord | null, versions: readonly string[]) {
  const isOpen = abandoned !== null && !['promoted', 'rolled_back', 'completed'].includes(abandoned.phase);
  const from = hasStoppedStable(record) ? record : isOpen ? abandoned : null;
  return from !== null && hasStoppedStable(from) && versions.includes(from.stable) ? from : null;
}

/** The record as the execution that died leaves it, whose late calls may have written until now. */
async function findAbandoned({ ports, record, service }: RolloutContext): Promise<RolloutRecord | null> {
  return record.adoptedFrom === null ? null : ports.store.fenceRollout(record.adoptedFrom, service.fence);
}
