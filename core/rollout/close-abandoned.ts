import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import type { RolloutRecord } from './record';
import { tellEnd } from './tell-end';

/** Who took a service over from what died, and where traffic is by now. */
export interface Successor {
  readonly id: string;
  /** Its fencing number: what the dead one still writes is refused from now on. */
  readonly fence: number;
  /** `traffic is at 1a2b3c4d 100 %`. */
  readonly where: string;
}

/** Ends the record of a rollout whose execution died, for nobody else will, and tells people how it ended. */
export async function closeAbandoned(ports: Ports, abandoned: RolloutRecord, by: Successor): Promise<void> {
  if (abandoned.phase === 'completed') {
    return tellEnd(ports, abandoned);
  }
  const closed: RolloutRecord = {
    ...abandoned,
    fence: by.fence,
    phase: 'completed',
    outcome: abandoned.phase === 'promoted' ? 'Promoted' : 'Aborted',
    reason: reasonOfAbandoned(by),
    endedAt: isoNow(ports.clock),
  };
  await ports.store.saveRollout(closed);
  await tellEnd(ports, closed);
}

/** Why a rollout, or a change of a split, that somebody took over has ended. */
export function reasonOfAbandoned({ id, where }: Pick<Successor, 'id' | 'where'>): string {
  return `its execution ended without it; "${id}" took the service over, and ${where}`;
}
