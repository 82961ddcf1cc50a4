import type { ServiceBinding } from '../config/service-binding';
import { CanaryError } from '../errors';
import type { Ports, ServicePorts } from '../ports/index';
import { requireLease } from '../rollout/lease';
import type { ServiceState } from '../rollout/record';
import { type Split, weightOf } from '../traffic/split';
import { changeIdOf, type SplitStepInput } from './progress';
import type { SplitChange } from './split-change';

/** What a use case works with once it is sure that its execution still holds the service's lease. */
export interface SplitContext extends ServicePorts {
  readonly ports: Ports;
  readonly binding: ServiceBinding;
  readonly change: SplitChange;
  readonly service: ServiceState;
}

/**
 * Loads the change and checks the lease.
 * @throws {CanaryError} `UnknownRollout`; `LeaseLost` when another execution drives the service now.
 */
export async function openSplit(ports: Ports, input: SplitStepInput): Promise<SplitContext> {
  const id = changeIdOf(input);
  const change = await ports.store.loadSplitChange(id);
  if (change === null) {
    throw new CanaryError('UnknownRollout', `change of the split "${id}" has no record`, { change: id });
  }
  const service = await ports.store.loadService(change.service);
  requireLease(service, id, input.execution);
  const binding = await ports.directory.load(change.service);
  return { ports, binding, change, service, ...ports.forService(binding) };
}

/** Saves changed members of the change and returns the new one. */
export async function updateChange(
  context: Pick<SplitContext, 'ports' | 'change'>,
  changes: Partial<SplitChange>,
): Promise<SplitChange> {
  const change = { ...context.change, ...changes };
  await context.ports.store.saveSplitChange(change);
  return change;
}

/** The change as events name it: its versions stand where a rollout has its one. */
export function asEventSubject(change: SplitChange): { id: string; service: string; version: string } {
  return { id: change.id, service: change.service, version: Object.keys(change.wanted).join(', ') };
}

/** The version that has every request; null when several share them, or none has any. */
export function soleVersion(split: Split): string | null {
  return Object.keys(split.weights).find((version) => weightOf(split, version) === 100) ?? null;
}
