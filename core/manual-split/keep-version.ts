import type { RolloutInput } from '../config/rollout-input-schema';
import type { ServiceBinding } from '../config/service-binding';
import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { nextVersion } from '../rollout/lease';
import type { Progress } from '../rollout/progress';
import { leaveQueue } from '../rollout/queue';
import type { Claimant, RolloutRecord, ServiceState } from '../rollout/record';
import { tellEnd } from '../rollout/tell-end';
import { describeSplit, NO_TRAFFIC } from '../traffic/split';
import { builtVersionOf } from './built-version';

/**
 * What a release comes to for a service whose split is an operator's: under manual split the build is kept as an
 * available version and nothing moves; a service that was taken out of it while several versions served is refused,
 * for nobody but the operator knows which one is meant to be stable. Null for a service that rolls out by itself.
 */
export async function keepForSplit(
  ports: Ports,
  rollout: RolloutInput,
  claimant: Claimant,
  service: ServiceState,
): Promise<Progress | null> {
  // What holds the service has begun as a rollout, and ends as one: the operator's split supersedes it.
  if (service.holder?.rolloutId === claimant.rolloutId) {
    return null;
  }
  const binding = await ports.directory.load(rollout.service);
  if (binding.manualSplit === true) {
    return keepVersion(ports, rollout, claimant);
  }
  return service.splitByHand === true && service.stable === null ? refuse(ports, claimant, binding) : null;
}

async function keepVersion(ports: Ports, rollout: RolloutInput, claimant: Claimant): Promise<Progress> {
  const existing = await ports.store.loadRollout(claimant.rolloutId);
  const isKept = existing?.outcome === 'Registered';
  const record = isKept ? existing : await recordOf(ports, rollout, claimant, existing?.fence ?? 0);
  await ports.store.saveVersion(builtVersionOf(record));
  await ports.store.saveRollout(record);
  const reason = record.reason ?? '';
  await tellEnd(ports, record);
  return {
    rollout_id: record.id,
    service: record.service,
    version: record.version,
    stable: record.stable,
    next: 'end',
    outcome: 'Registered',
    reason,
  };
}

/** The number is taken before the version is kept: a crash in between skips one, and no two builds share it. */
async function recordOf(
  ports: Ports,
  rollout: RolloutInput,
  claimant: Claimant,
  lowestFence: number,
): Promise<RolloutRecord> {
  const { version, state } = nextVersion(await ports.store.loadService(rollout.service), rollout.commit);
  const waiting = state.waiting?.rolloutId === claimant.rolloutId ? null : state.waiting;
  const { fence } = await ports.store.saveService({ ...state, waiting });
  return {
    id: claimant.rolloutId,
    service: rollout.service,
    version,
    commit: rollout.commit,
    image: rollout.image,
    deploy: rollout.deploy,
    taskDefinition: rollout.task_definition,
    execution: claimant.execution,
    fence: Math.max(fence, lowestFence),
    adoptedFrom: null,
    stable: state.stable,
    phase: 'completed',
    intended: NO_TRAFFIC.weights,
    previous: NO_TRAFFIC.weights,
    startedAt: claimant.startedAt,
    endedAt: isoNow(ports.clock),
    outcome: 'Registered',
    reason: `version ${version} is available for the split; nothing was moved`,
    leftovers: [],
  };
}

async function refuse(ports: Ports, claimant: Claimant, binding: ServiceBinding): Promise<Progress> {
  const split = await ports.forService(binding).router.getSplit();
  await leaveQueue(ports, binding.service, claimant.rolloutId);
  const reason = `service "${binding.service}" is no longer under manual split, but its traffic is as the operator left it: ${describeSplit(split)}; allowed: one version at 100; put \`split:\` back with one version at 100, apply it, then remove it`;
  await ports.store.appendEntry(claimant.rolloutId, {
    kind: 'note',
    at: isoNow(ports.clock),
    text: `Rejected: ${reason}`,
  });
  return {
    rollout_id: claimant.rolloutId,
    service: binding.service,
    next: 'end',
    outcome: 'Rejected',
    reason,
  };
}
