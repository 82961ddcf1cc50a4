import type { ServiceBinding } from '../config/service-binding';
import { CanaryError } from '../errors';
import type { RolloutEvent } from '../events';
import { EVENT_CATALOGUE } from '../events';
import { isoNow } from '../ports/clock';
import type { Ports, ServicePorts } from '../ports/index';
import { describeSplit, equalSplits, type Split } from '../traffic/split';
import { requireLease } from './lease';
import { rolloutIdOf, type StepInput } from './progress';
import type { RolloutRecord, ServiceState } from './record';

/** What a use case works with once it is sure that its execution still holds the service's lease. */
export interface RolloutContext extends ServicePorts {
  readonly ports: Ports;
  readonly binding: ServiceBinding;
  readonly record: RolloutRecord;
  readonly service: ServiceState;
}

/**
 * Loads the rollout and checks the lease.
 * @throws {CanaryError} `UnknownRollout`; `LeaseLost` when another execution drives the service now.
 */
export async function openRollout(ports: Ports, input: StepInput): Promise<RolloutContext> {
  const id = rolloutIdOf(input);
  const record = await ports.store.loadRollout(id);
  if (record === null) {
    throw new CanaryError('UnknownRollout', `rollout "${id}" has no record`, { rollout: id });
  }
  const service = await ports.store.loadService(record.service);
  requireLease(service, id, input.execution);
  const binding = await ports.directory.load(record.service);
  return { ports, binding, record, service, ...ports.forService(binding) };
}

/** Saves changed members of the record and returns the new one. */
export async function updateRecord(
  context: RolloutContext,
  changes: Partial<RolloutRecord>,
): Promise<RolloutRecord> {
  const record = { ...context.record, ...changes };
  await context.ports.store.saveRollout(record);
  return record;
}

/** The members of an event that are the same for a whole rollout. */
type EventBody = RolloutEvent extends infer Event
  ? Event extends RolloutEvent
    ? Omit<Event, 'at' | 'environment' | 'service' | 'rollout' | 'version'>
    : never
  : never;

/** What an event is about: a rollout, or a change of an operator's split. */
export type EventSubject = Pick<RolloutRecord, 'id' | 'service' | 'version'>;

/** Logs an event, and tells people where the catalogue says so. */
export async function emit(
  context: Pick<RolloutContext, 'ports' | 'binding'> & { readonly record: EventSubject },
  body: EventBody,
): Promise<void> {
  const { ports, record, binding } = context;
  const event = {
    at: isoNow(ports.clock),
    environment: binding.environment,
    service: record.service,
    rollout: record.id,
    version: record.version,
    ...body,
  } as RolloutEvent;
  ports.log(event);
  if (EVENT_CATALOGUE[event.type].notify) {
    await ports.notifier.notify(event);
  }
}

/**
 * Writes a split and makes sure that the router shows it; answers whether it had to write. Writes nothing when it
 * already does. Weights that a hand gave another sum may come to the same shares: they are written all the same, for
 * no later step could verify them.
 * @param isStep A step of the plan: it is told although the split is in force already, for the one that wrote it may
 * have died before it could.
 * @throws {CanaryError} `SplitNotReached` when the router shows another one; the state machine tries again.
 */
export async function establishSplit(
  context: Pick<RolloutContext, 'ports' | 'binding' | 'router'> & { readonly record: EventSubject },
  split: Split,
  reason: string,
  isStep = false,
): Promise<boolean> {
  const { router, ports, record } = context;
  const current = await router.getSplit();
  const isShown = equalSplits(current, split) && (await router.verifySplit(split)) !== 'pending';
  if (!isShown) {
    await router.setSplit(split);
  }
  if (!isShown && (await router.verifySplit(split)) === 'pending') {
    throw new CanaryError('SplitNotReached', `the router does not show ${describeSplit(split)} yet`, {
      service: record.service,
      split: split.weights,
    });
  }
  // What was read may be older than the split in force: whatever had to be written is told.
  if (isStep || !isShown) {
    await ports.store.appendEntry(record.id, {
      kind: 'split',
      at: isoNow(ports.clock),
      weights: split.weights,
      reason,
    });
    await emit(context, { type: 'TrafficShifted', weights: split.weights, reason });
  }
  return !isShown;
}
