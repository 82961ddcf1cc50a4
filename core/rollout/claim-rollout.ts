import { findProblems } from '../config/problems';
import { type RolloutInput, rolloutInputSchema } from '../config/rollout-input-schema';
import { findMisfits } from '../config/service-fit';
import { CanaryError, InvalidInput, renderProblem } from '../errors';
import { builtVersionOf } from '../manual-split/built-version';
import { keepForSplit } from '../manual-split/keep-version';
import { isoNow } from '../ports/clock';
import type { Ports } from '../ports/index';
import { NO_TRAFFIC } from '../traffic/split';
import { emit, type RolloutContext } from './context';
import { type Claim, claimLease, isOutdated, nextVersion, rememberSequence } from './lease';
import { findOriginProblem } from './pipeline-origin';
import { documentOf, type Progress, progressOf, type StepInput, serviceNamedIn } from './progress';
import type { Claimant, RolloutRecord, ServiceState } from './record';
import { resumeRequestOf, resumeRollout } from './resume';
import { takeOver } from './take-over';

/** Seconds between two looks of a rollout that waits for its turn. */
const TURN_SECONDS = 10;

/**
 * The first step: refuses bad input before anything is touched, then takes the service's lease, waits for its
 * turn, or ends as superseded. With the lease it repairs whatever split it finds.
 */
export async function claimRollout(ports: Ports, input: StepInput): Promise<Progress> {
  const id = input.execution.name;
  const document = documentOf(input.state, id);
  const foreign = findOriginProblem(id, document);
  const resume = resumeRequestOf(input);
  if (foreign === null && resume !== null) {
    return resumeRollout(ports, input, resume);
  }
  const refusal = foreign === null ? await refusalOf(ports, document) : renderProblem(foreign);
  if (refusal !== null) {
    await ports.store.appendEntry(id, {
      kind: 'note',
      at: isoNow(ports.clock),
      text: `Rejected: ${refusal}`,
    });
    return {
      rollout_id: id,
      service: serviceNamedIn(input.state),
      next: 'end',
      outcome: 'Rejected',
      reason: refusal,
    };
  }
  return claimFor(ports, input, rolloutInputSchema.parse(document));
}

/** Why the input is refused; null when it is not. */
async function refusalOf(ports: Ports, document: unknown): Promise<string | null> {
  const problems = findProblems(rolloutInputSchema, document);
  if (problems.length > 0) {
    return problems.map(renderProblem).join('\n');
  }
  const rollout = rolloutInputSchema.parse(document);
  try {
    const binding = await ports.directory.load(rollout.service);
    const refused = findMisfits(rollout.deploy, rollout.task_definition, {
      protocol: binding.protocol,
      hasVolume: binding.volume !== undefined,
    });
    const lines = refused.map(({ document: part, ...problem }) =>
      renderProblem({ ...problem, path: `${part}.${problem.path}` }),
    );
    return lines.length === 0 ? null : lines.join('\n');
  } catch (error) {
    if (error instanceof CanaryError && (error instanceof InvalidInput || error.code === 'UnknownService')) {
      return error.message;
    }
    throw error;
  }
}

async function claimFor(ports: Ports, input: StepInput, rollout: RolloutInput): Promise<Progress> {
  const id = input.execution.name;
  const claimant: Claimant = {
    rolloutId: id,
    execution: input.execution.id,
    startedAt: input.execution.started_at,
  };
  const service = await ports.store.loadService(rollout.service);
  const kept = await keepForSplit(ports, rollout, claimant, service);
  if (kept !== null) {
    return kept;
  }
  const holderState =
    service.holder === null ? 'unknown' : await ports.executions.stateOf(service.holder.execution);
  const base = { rollout_id: id, service: rollout.service };
  if (isOutdated(service, id, rollout.sequence)) {
    const reason = `a newer build of ${rollout.service} came to its rollout before this one (sequence ${service.sequence} before ${rollout.sequence}); push again to release this commit`;
    return endSuperseded(ports, base, reason);
  }
  const claim = claimLease(rememberSequence(service, rollout.sequence), claimant, holderState);
  if (claim.kind === 'superseded') {
    const reason = `superseded by the newer rollout "${claim.by.rolloutId}" before it began`;
    return endSuperseded(ports, base, reason);
  }
  if (claim.kind === 'wait') {
    await ports.store.saveService(claim.state);
    return {
      ...base,
      next: 'wait_for_turn',
      wait_seconds: TURN_SECONDS,
      reason: `rollout "${claim.holder.rolloutId}" gives the service up first`,
    };
  }
  const isHeld = service.holder?.rolloutId === id;
  const existing = isHeld ? await ports.store.loadRollout(id) : null;
  const claimed = await saveClaim(ports, rollout, claimant, claim, existing);
  return takeOverService(ports, input, claimed.record, claimed.service);
}

async function endSuperseded(
  ports: Ports,
  base: Pick<Progress, 'rollout_id' | 'service'>,
  reason: string,
): Promise<Progress> {
  await ports.store.appendEntry(base.rollout_id, {
    kind: 'note',
    at: isoNow(ports.clock),
    text: `Superseded: ${reason}`,
  });
  return { ...base, next: 'end', outcome: 'Superseded', reason };
}

/**
 * Writes the record, then the lease: the record already names the dead rollout whose work is adopted, so that a
 * repeated claim still knows it.
 */
async function saveClaim(
  ports: Ports,
  rollout: RolloutInput,
  claimant: Claimant,
  claim: Extract<Claim, { kind: 'granted' }>,
  existing: RolloutRecord | null,
): Promise<{ service: ServiceState; record: RolloutRecord }> {
  const named =
    existing === null
      ? nextVersion(claim.state, rollout.commit)
      : { version: existing.version, state: claim.state };
  const record: RolloutRecord = existing ?? {
    id: claimant.rolloutId,
    service: rollout.service,
    version: named.version,
    commit: rollout.commit,
    image: rollout.image,
    deploy: rollout.deploy,
    taskDefinition: rollout.task_definition,
    execution: claimant.execution,
    fence: claim.state.fence,
    adoptedFrom: claim.previous?.rolloutId ?? null,
    stable: null,
    phase: 'claimed',
    intended: NO_TRAFFIC.weights,
    previous: NO_TRAFFIC.weights,
    startedAt: claimant.startedAt,
    leftovers: [],
  };
  await ports.store.saveVersion(builtVersionOf(record));
  await ports.store.saveRollout(record);
  return { service: await ports.store.saveService(named.state), record };
}

async function takeOverService(
  ports: Ports,
  input: StepInput,
  record: RolloutRecord,
  service: ServiceState,
): Promise<Progress> {
  const binding = await ports.directory.load(record.service);
  const context: RolloutContext = { ports, binding, record, service, ...ports.forService(binding) };
  const { stable, reason, isStopped } = await takeOver(context);
  const base = { ...progressOf(record, input), stable };
  await emit({ ports, record, binding }, { type: 'RolloutStarted', stable });
  if (record.deploy.strategy === 'all_at_once') {
    return { ...base, next: 'stop', reason };
  }
  return isStopped
    ? {
        ...base,
        next: 'roll_back',
        reason: `an interrupted rollout had stopped "${stable}", which is started again first; release once more`,
      }
    : { ...base, next: 'create', reason };
}
