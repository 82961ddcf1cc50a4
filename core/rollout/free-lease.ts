import type { Ports } from '../ports/index';
import { releaseLease } from './lease';

/** What has ended: a rollout, or a change of an operator's split. */
interface Ended {
  readonly id: string;
  readonly service: string;
  readonly leftovers: readonly string[];
}

/** Frees the service's lease if what has ended still holds it, and remembers there what it left behind. */
export async function freeLease(ports: Ports, { service, id, leftovers }: Ended): Promise<void> {
  const state = await ports.store.loadService(service);
  if (state.holder?.rolloutId === id) {
    await ports.store.saveService(releaseLease(state, id, leftovers));
  }
}
