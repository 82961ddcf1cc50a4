import { findProblems } from '../config/problems';
import { renderProblem } from '../errors';
import { isoNow, secondsSince } from '../ports/clock';
import type { ExecutionState } from '../ports/executions';
import type { Ports } from '../ports/index';
import { emit } from '../rollout/context';
import { LATE_CALLS_SECONDS } from '../rollout/late-calls';
import { type Claim, claimLease } from '../rollout/lease';
import { documentOf, serviceNamedIn } from '../rollout/progress';
import { leaveQueue } from '../rollout/queue';
import type { Claimant, ServiceState } from '../rollout/record';
import { resumeRequestOf } from '../rollout/resume';
import { describeSplit, NO_TRAFFIC, trafficIsAt, type Weights } from '../traffic/split';
import { closeAbandonedSplit } from './close-abandoned';
import { asEventSubject } from './context';
import { progressOfChange, type SplitProgress, type SplitStepInput } from './progress';
import { whyRefused } from './refusal';
import { resumeSplit } from './resume-split';
import type { SplitChange } from './split-change';
import { splitInputSchema, wantedWeights } from './split-input';

/** Seconds between two looks of a change that waits for its turn. */
const TURN_SECONDS = 10;
/** Seconds that a rollout whose execution died has for its recovery, before a change gives up waiting for it. */
const RECOVERY_SECONDS = 900;

/**
 * The first step: refuses bad input before anything is touched, then takes the service's lease, waits for its turn,
 * or ends as superseded. With the lease it saves the split that a failure restores.
 */
export async function claimSplit(ports: Ports, input: SplitStepInput): Promise<SplitProgress> {
  const resume = resumeRequestOf(input);
  if (resume !== null) {
    return resumeSplit(ports, input, resume);
  }
  const document = documentOf(input.state, input.execution.name);
  const problems = findProblems(splitInputSchema, document);
  if (problems.length > 0) {
    return endWith(ports, input, 'Rejected', problems.map(renderProblem).join('\n'));
  }
  const { service: name, split } = splitInputSchema.parse(document);
  const wanted = wantedWeights(split);
  const service = await ports.store.loadService(name);
  const isHeld = service.holder?.rolloutId === input.execution.name;
  const refusal = isHeld ? null : await whyRefused(ports, name, wanted);
  return refusal === null
    ? claimFor(ports, input, service, wanted)
    : endWith(ports, input, 'Rejected', refusal);
}

async function claimFor(
  ports: Ports,
  input: SplitStepInput,
  service: ServiceState,
  wanted: Weights,
): Promise<SplitProgress> {
  const claimant: Claimant = {
    rolloutId: input.execution.name,
    execution: input.execution.id,
    startedAt: input.execution.started_at,
  };
  const claim = claimLease(service, claimant, await stateOfHolder(ports, service));
  if (claim.kind === 'superseded') {
    return endWith(
      ports,
      input,
      'Superseded',
      `superseded by the newer "${claim.by.rolloutId}" before it began`,
    );
  }
  if (claim.kind === 'wait') {
    return waitForTurn(ports, input, claim);
  }
  return begin(ports, await saveClaim(ports, service.service, claimant, claim, wanted));
}

/**
 * A rollout whose execution died counts as running until its recovery has given traffic back: what it left half-done
 * is its own to repair.
 */
async function stateOfHolder(ports: Ports, { holder }: ServiceState): Promise<ExecutionState> {
  if (holder === null) {
    return 'unknown';
  }
  const rollout = await ports.store.loadRollout(holder.rolloutId);
  const isHalfDone = rollout !== null && rollout.phase !== 'completed';
  return isHalfDone ? 'running' : ports.executions.stateOf(holder.execution);
}

async function waitForTurn(
  ports: Ports,
  input: SplitStepInput,
  claim: Extract<Claim, { kind: 'wait' }>,
): Promise<SplitProgress> {
  const { holder, state } = claim;
  const waited = (ports.clock.now() - Date.parse(input.execution.started_at)) / 1000;
  if (waited >= RECOVERY_SECONDS && (await ports.executions.stateOf(holder.execution)) !== 'running') {
    const reason = `"${holder.rolloutId}" holds the service, its execution has ended, and its recovery did not finish within ${RECOVERY_SECONDS} s; see the runbook, "Recovery failed"`;
    return endWith(ports, input, 'FailedNoChange', reason);
  }
  await ports.store.saveService(state);
  return {
    change_id: input.execution.name,
    service: state.service,
    next: 'wait_for_turn',
    wait_seconds: TURN_SECONDS,
    reason: `"${holder.rolloutId}" gives the service up first`,
  };
}

/** Writes the change, then the lease; a repeated claim finds the change that it began. */
async function saveClaim(
  ports: Ports,
  service: string,
  claimant: Claimant,
  claim: Extract<Claim, { kind: 'granted' }>,
  wanted: Weights,
): Promise<SplitChange> {
  const existing = await ports.store.loadSplitChange(claimant.rolloutId);
  const change: SplitChange = {
    ...(existing ?? {
      id: claimant.rolloutId,
      service,
      wanted,
      before: NO_TRAFFIC.weights,
      execution: claimant.execution,
      adoptedFrom: claim.previous?.rolloutId ?? null,
      phase: 'claimed',
      startedAt: claimant.startedAt,
      leftovers: [],
    }),
    fence: claim.state.fence,
  };
  await ports.store.saveSplitChange(change);
  await ports.store.saveService(claim.state);
  return change;
}

async function begin(ports: Ports, claimed: SplitChange): Promise<SplitProgress> {
  const binding = await ports.directory.load(claimed.service);
  if (claimed.phase !== 'claimed') {
    return whenSilent(ports, claimed, { ...progressOfChange(claimed), reason: 'goes on where it was' });
  }
  const found = await ports.forService(binding).router.getSplit();
  const change: SplitChange = {
    ...claimed,
    before: found.weights,
    phase: 'starting',
    startingSince: isoNow(ports.clock),
  };
  await ports.store.saveSplitChange(change);
  const abandoned =
    change.adoptedFrom === null ? null : await ports.store.fenceSplitChange(change.adoptedFrom, change.fence);
  if (abandoned !== null) {
    const { id, fence } = change;
    await closeAbandonedSplit(ports, abandoned, { id, fence, where: trafficIsAt(found) });
  }
  await emit(
    { ports, record: asEventSubject(change), binding },
    { type: 'SplitStarted', weights: change.wanted },
  );
  const reason = `from ${describeSplit(found)} to ${describeSplit({ weights: change.wanted })}`;
  return whenSilent(ports, change, { ...progressOfChange(change), split: found.weights, reason });
}

/**
 * A call of what died may still set its split, and nobody could tell that from a hand's: nothing is set before that is
 * over.
 */
function whenSilent(
  { clock }: Ports,
  { adoptedFrom, startingSince }: SplitChange,
  base: Omit<SplitProgress, 'next'>,
): SplitProgress {
  const left = adoptedFrom === null ? 0 : LATE_CALLS_SECONDS - secondsSince(startingSince, clock.now());
  return left <= 0
    ? { ...base, next: 'start' }
    : {
        ...base,
        next: 'wait_for_turn',
        wait_seconds: left,
        reason: `making sure that "${adoptedFrom}", which was interrupted, sets nothing any more`,
      };
}

async function endWith(
  ports: Ports,
  input: SplitStepInput,
  outcome: 'Rejected' | 'Superseded' | 'FailedNoChange',
  reason: string,
): Promise<SplitProgress> {
  const id = input.execution.name;
  const service = serviceNamedIn(input.state);
  if (service !== '') {
    await leaveQueue(ports, service, id);
  }
  await ports.store.appendEntry(id, { kind: 'note', at: isoNow(ports.clock), text: `${outcome}: ${reason}` });
  return { change_id: id, service, next: 'end', outcome, reason };
}
