import { closeAbandoned } from './close-abandoned';
import type { RolloutContext } from './context';

/** Dead rollouts that are looked back at; more than a few in a row means that nothing works at all. */
const MOST_ADOPTED = 10;

type Adopting = Pick<RolloutContext, 'ports' | 'record'>;

/** The records of what died one after the other before something took its service over, the newest first. */
export async function loadAdopted<R extends { readonly adoptedFrom: string | null }>(
  { adoptedFrom }: { readonly adoptedFrom: string | null },
  load: (id: string) => Promise<R | null>,
): Promise<readonly R[]> {
  const found: R[] = [];
  for (let id = adoptedFrom; id !== null && found.length < MOST_ADOPTED; ) {
    const adopted: R | null = await load(id);
    if (adopted !== null) {
      found.push(adopted);
    }
    id = adopted?.adoptedFrom ?? null;
  }
  return found;
}

const adoptedBy = ({ ports, record }: Adopting) => loadAdopted(record, (id) => ports.store.loadRollout(id));

/** Versions that the rollouts which this one adopted had released, or had to replace. */
export async function findAdopted(context: Adopting): Promise<readonly string[]> {
  const adopted = await adoptedBy(context);
  return adopted.flatMap(({ version, stable }) => (stable === null ? [version] : [version, stable]));
}

/** Ends what this rollout adopted and could not end when it took over. */
export async function closeAdopted(
  context: Adopting & Pick<RolloutContext, 'service'>,
  where: string,
): Promise<void> {
  const by = { id: context.record.id, fence: context.service.fence, where };
  for (const adopted of await adoptedBy(context)) {
    await closeAbandoned(context.ports, adopted, by);
  }
}
