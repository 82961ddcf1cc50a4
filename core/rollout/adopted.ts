import type { RolloutContext } from './context';
import type { RolloutRecord } from './record';

/** Dead rollouts that are looked back at; more than a few in a row means that nothing works at all. */
const MOST_ADOPTED = 10;

/** Versions that the rollouts that died one after the other before this one released, or had to replace. */
export async function findAdopted({
  ports,
  record,
}: Pick<RolloutContext, 'ports' | 'record'>): Promise<readonly string[]> {
  const found: string[] = [];
  let id = record.adoptedFrom;
  for (let looked = 0; id !== null && looked < MOST_ADOPTED; looked += 1) {
    const adopted: RolloutRecord | null = await ports.store.loadRollout(id);
    if (adopted === null) {
      break;
    }
    found.push(adopted.version, ...(adopted.stable === null ? [] : [adopted.stable]));
    id = adopted.adoptedFrom;
  }
  return found;
}
