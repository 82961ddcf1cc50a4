import type { Ports } from '../ports/index';

/** Takes a claimant that will not go on out of the queue: whoever holds the service would make way for nobody. */
export async function leaveQueue(ports: Ports, service: string, id: string): Promise<void> {
  const state = await ports.store.loadService(service);
  if (state.waiting?.rolloutId === id) {
    await ports.store.saveService({ ...state, waiting: null });
  }
}
