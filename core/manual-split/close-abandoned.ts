import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { loadAdopted } from '../rollout/adopted';
import { reasonOfAbandoned, type Successor } from '../rollout/close-abandoned';
import type { SplitContext } from './context';
import type { SplitChange } from './split-change';
import { tellEndOfSplit } from './tell-end-of-split';

/** Ends the record of a change whose execution died, for nobody else will, and tells people how it ended. */
export async function closeAbandonedSplit(
  ports: Ports,
  abandoned: SplitChange,
  by: Successor,
): Promise<void> {
  if (abandoned.phase === 'completed') {
    return tellEndOfSplit(ports, abandoned);
  }
  const closed: SplitChange = {
    ...abandoned,
    fence: by.fence,
    phase: 'completed',
    outcome: abandoned.phase === 'set' ? 'Applied' : 'Aborted',
    reason: reasonOfAbandoned(by),
    endedAt: isoNow(ports.clock),
  };
  await ports.store.saveSplitChange(closed);
  await tellEndOfSplit(ports, closed);
}

/** Ends what a change adopted and could not end when it began. */
export async function closeAdoptedSplits(
  { ports, change, service }: Pick<SplitContext, 'ports' | 'change' | 'service'>,
  where: string,
): Promise<void> {
  const by = { id: change.id, fence: service.fence, where };
  for (const adopted of await loadAdopted(change, (id) => ports.store.loadSplitChange(id))) {
    await closeAbandonedSplit(ports, adopted, by);
  }
}
