import { MemoryWorld } from '../../../../adapters/memory/world';
import type { ServiceBinding } from '../../../../core/config/service-binding';
import type { Ports } from '../../../../core/ports/index';
import { emptyServiceState } from '../../../../core/rollout/record';
import { only } from '../../../../core/traffic/split';
import {
  aBinding,
  aDeployConfig,
  aRecord,
  aTaskDefinition,
  CANARY,
  iso,
  NOON,
  STABLE,
} from '../../../_helpers/builders';

/** Verbs of the ports that change something outside. */
const WRITES = [
  ...['saveService', 'saveRollout', 'saveSplitChange', 'saveVersion', 'appendEntry'],
  ...['addTarget', 'setSplit', 'removeTarget', 'create', 'scale', 'remove', 'start', 'notify'],
];

/** Ports in memory, and what was written through them. */
export interface RecordedWorld {
  readonly world: MemoryWorld;
  readonly ports: Ports;
  /** Verbs in the order in which they were called; the note of a refusal stands as `note`. */
  readonly writes: string[];
}

/** Watches ports. */
export function record(world: MemoryWorld): RecordedWorld {
  const writes: string[] = [];
  const watch = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name);
        return typeof value !== 'function'
          ? value
          : (...args: unknown[]) => {
              if (WRITES.includes(String(name))) {
                const isNote =
                  name === 'appendEntry' && (args[1] as { readonly kind: string }).kind === 'note';
                writes.push(isNote ? 'note' : String(name));
              }
              return (value as (...given: unknown[]) => unknown).apply(object, args);
            };
      },
    });
  const ports: Ports = {
    clock: world.clock,
    log: world.log,
    store: watch(world.store),
    notifier: watch(world.notifier),
    executions: watch(world.executions),
    directory: world.directory,
    forService: (binding: ServiceBinding) => {
      const own = world.forService(binding);
      return {
        router: watch(own.router),
        workload: watch(own.workload),
        metrics: own.metrics,
        taskLogs: own.taskLogs,
      };
    },
  };
  return { world, ports, writes };
}

/** A service without any release. */
export function freshWorld(): MemoryWorld {
  const world = new MemoryWorld(NOON);
  world.directory.add(aBinding());
  return world;
}

/** A rollout of `shop` whose canary has 10 %. */
export async function worldInRollout(): Promise<MemoryWorld> {
  const world = await worldWithVersions({ [CANARY]: 10, [STABLE]: 90 });
  const holder = { rolloutId: 'shop-1', execution: aRecord().execution, startedAt: iso(0) };
  await world.store.saveRollout(
    aRecord({ firstShiftAt: iso(-120), lastShiftAt: iso(-120), createdAt: iso(-180) }),
  );
  await world.store.saveService({ ...emptyServiceState('shop'), fence: 1, holder, stable: STABLE });
  return world;
}

/** `shop` under manual split, with two versions that were built, one of which serves. */
export async function worldUnderSplit(): Promise<MemoryWorld> {
  const world = await worldWithVersions(only(STABLE).weights);
  world.directory.add(aBinding({ manualSplit: true }));
  return world;
}

/** A change of the split of `shop`, from all on stable to half and half, that has started its versions. */
export async function worldInSplit(): Promise<MemoryWorld> {
  const world = await worldUnderSplit();
  const { execution } = aRecord();
  const holder = { rolloutId: 'shop-1', execution, startedAt: iso(0) };
  await world.store.saveSplitChange({
    id: 'shop-1',
    service: 'shop',
    wanted: { [CANARY]: 50, [STABLE]: 50 },
    before: only(STABLE).weights,
    execution,
    fence: 1,
    adoptedFrom: null,
    phase: 'starting',
    startedAt: iso(0),
    startingSince: iso(0),
    leftovers: [],
  });
  await world.store.saveService({ ...emptyServiceState('shop'), fence: 1, holder, stable: STABLE });
  return world;
}

async function worldWithVersions(weights: Readonly<Record<string, number>>): Promise<MemoryWorld> {
  const world = freshWorld();
  const { router, workload } = world.forService(aBinding());
  for (const version of [STABLE, CANARY]) {
    await router.addTarget(version);
    await workload.create({
      version,
      image: `registry/shop:${version}`,
      desired: 1,
      taskDefinition: aTaskDefinition(),
    });
    const { commit, image } = aRecord();
    const deploy = aDeployConfig();
    const built = {
      service: 'shop',
      version,
      commit,
      image,
      deploy,
      taskDefinition: aTaskDefinition(),
      builtAt: iso(0),
    };
    await world.store.saveVersion(built);
  }
  await router.setSplit({ weights });
  return world;
}
