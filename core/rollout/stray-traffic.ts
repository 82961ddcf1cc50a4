import type { TrafficRouter } from '../ports/traffic-router';
import { findTraffic } from '../traffic/find-traffic';
import { type Split, sharesTraffic } from '../traffic/split';

/** Where traffic is when nobody could look after it any more. */
export interface TrafficSeen {
  /** True when it is elsewhere than it was settled, or nobody can tell. */
  readonly isAstray: boolean;
  /** What the record's reason says of it; empty when traffic is where it was settled. */
  readonly remark: string;
}

/** What is said where nothing failed, and the removal itself looked after traffic. */
export const NOT_ASTRAY: TrafficSeen = { isAstray: false, remark: '' };

/** Looks where traffic is after a removal failed: the removal would have kept the settled split in force. */
export async function lookForStray(router: TrafficRouter, settled: Split): Promise<TrafficSeen> {
  const { split, text } = await findTraffic(router);
  if (split === null) {
    return { isAstray: true, remark: `; ${text}` };
  }
  return sharesTraffic(split, settled)
    ? NOT_ASTRAY
    : { isAstray: true, remark: `; then the split was changed: ${text}` };
}
