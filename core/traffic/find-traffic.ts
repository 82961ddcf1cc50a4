import type { TrafficRouter } from '../ports/traffic-router';
import { type Split, trafficIsAt } from './split';

/** Where traffic is, as far as anybody can tell. */
export interface FoundTraffic {
  /** Null when the router could not be read. */
  readonly split: Split | null;
  /** In words, for a record's reason. */
  readonly text: string;
}

/** Looks where traffic is. Never throws: what cannot be read is said. */
export async function findTraffic(router: Pick<TrafficRouter, 'getSplit'>): Promise<FoundTraffic> {
  try {
    const split = await router.getSplit();
    return { split, text: trafficIsAt(split) };
  } catch (error) {
    return { split: null, text: `where traffic is cannot be read: ${String(error)}` };
  }
}
