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
  for (let id = record.adoptedFrom; id !== null && found.length < MOST_ADOPTED; ) {
    const adopted: RolloutRecord | null = await ports.store.loadRollout(id);
    found.push(
      ...[adopted?.version, adopted?.stable].filter((version) => version !== undefined && version !== null),
    );
    id = adopted?.adoptedFrom ?? null;
  }
  return found;
}
