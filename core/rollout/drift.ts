import { describeSplit, type Split, sharesTraffic } from '../traffic/split';
import type { RolloutRecord } from './record';

/**
 * Says how the router's split differs from what this rollout wrote; null when it does not. Either the split
 * last intended or the one before it is expected, for a shift may have failed half-way.
 */
export function describeDrift(
  record: Pick<RolloutRecord, 'intended' | 'previous'>,
  found: Split,
): string | null {
  const intended: Split = { weights: record.intended };
  const previous: Split = { weights: record.previous };
  if (sharesTraffic(found, intended) || sharesTraffic(found, previous)) {
    return null;
  }
  return `somebody else changed the split: found ${describeSplit(found)}, this rollout wrote ${describeSplit(intended)}`;
}
