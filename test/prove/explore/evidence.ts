import type { RolloutRecord } from '../../../core/rollout/record';
import { describeSplit, equalSplits, sharesTraffic, type Weights } from '../../../core/traffic/split';
import { NOON } from '../../_helpers/builders';
import type { Fact } from './chronicle';
import type { Disturbance, Kind } from './disturbance';
import type { OnCall } from './on-call';
import { A, B, E, nameOf, type Scenario } from './scenarios';
import type { Stage } from './stage';

/** A play that has come to its end. */
export interface Played {
  readonly scenario: Scenario;
  readonly disturbances: readonly Disturbance[];
  readonly stage: Stage;
  readonly person: OnCall;
  readonly isAtRest: boolean;
  readonly calls: number;
}

/** A fact of one type. */
export type FactOf<Type extends Fact['type']> = Extract<Fact, { readonly type: Type }>;
/** A split that was written. */
export type Write = FactOf<'write'>;

/** How a rollout or a change of an operator's split ended. */
export interface End {
  readonly id: string;
  readonly outcome: string;
  readonly reason: string;
}

/** Functions that compare the split with what they expect before they decide. */
const DECIDES = new Set([
  'stop-stable',
  'shift-traffic',
  'evaluate-health',
  'promote-version',
  'roll-back',
  'claim-rollout',
  'claim-split',
  'set-split',
  'restore-split',
]);

/** Faults that pass by themselves: retries must absorb one of them without a trace. */
const PASSING = new Set<Kind>([
  'throttled',
  'failed',
  'timeout-before',
  'timeout-after',
  'lost',
  'late',
  'kill-before',
  'kill-after',
  'throttled-invoke',
]);

/** Whether nothing disturbed a play, or one fault that passes. */
export function isPassing({ disturbances }: Pick<Played, 'disturbances'>): boolean {
  return disturbances.length <= 1 && disturbances.every(({ kind }) => PASSING.has(kind));
}

/** Reads of one verb that are answered with what was before. */
export function staleReads(
  { disturbances }: Pick<Played, 'disturbances'>,
  verb: string,
): readonly Disturbance[] {
  return disturbances.filter(({ kind, name }) => kind === 'stale' && name === verb);
}

/** Everything of one type that happened, in order. */
export function factsOf<Type extends Fact['type']>(
  { stage }: Pick<Played, 'stage'>,
  type: Type,
): readonly FactOf<Type>[] {
  return stage.chronicle.facts.filter((fact): fact is FactOf<Type> => fact.type === type);
}

/**
 * Splits that the product wrote. A call of an execution that was stopped may come late, and no router has conditional
 * writes: such a split is only to be overruled soon.
 */
export function writesOf(played: Played): readonly Write[] {
  return factsOf(played, 'write').filter(({ by, isLate }) => by !== 'hand' && !isLate);
}

/** Late writes that moved traffic, and that nothing overruled within `seconds`. */
export function lateWritesLeft(played: Played, seconds: number): readonly Write[] {
  const writes = factsOf(played, 'write');
  return writes.filter(
    (late, index) =>
      late.isLate &&
      raisedIn(late).length > 0 &&
      !isSettling(played, late) &&
      !writes
        .slice(index + 1)
        .some((next) => next.at - late.at <= seconds * 1000 && (!next.isLate || isSettling(played, next))),
  );
}

/** What settles traffic does so also where its own execution was stopped meanwhile. */
function isSettling(played: Played, { weights }: Write): boolean {
  return equalSplits({ weights }, { weights: settledSplit(played) });
}

/** Splits that the product wrote to give a canary its next weight. */
export function shiftsOf(played: Played): readonly Write[] {
  return writesOf(played).filter(({ by }) => by === 'shift-traffic');
}

/** Versions that a write gives more weight than they had. */
export function raisedIn({ weights, before }: Write): readonly string[] {
  return Object.keys(weights).filter((version) => (weights[version] ?? 0) > (before[version] ?? 0));
}

/** The newest record of a rollout that was written since the play began. */
export function recordIn(stage: Stage, id: string): RolloutRecord | undefined {
  return factsOf({ stage }, 'record').findLast(({ record }) => record.id === id)?.record;
}

/** The record of a rollout that has one. */
export function requireRecord({ stage }: Played, id: string): RolloutRecord {
  const found = recordIn(stage, id);
  if (found === undefined) {
    throw new Error(`rollout "${id}" moved traffic without a record`);
  }
  return found;
}

/** Rollouts and changes that completed since the play began, each once. */
export function endsOf(stage: Stage): readonly End[] {
  const ends = new Map<string, End>();
  const keep = (each: {
    id: string;
    phase: string;
    outcome?: string | undefined;
    reason?: string | undefined;
  }) => {
    if (each.phase === 'completed') {
      ends.set(each.id, { id: each.id, outcome: each.outcome ?? 'none', reason: each.reason ?? '' });
    }
  };
  for (const { record } of factsOf({ stage }, 'record')) {
    keep(record);
  }
  for (const { change } of factsOf({ stage }, 'change')) {
    keep(change);
  }
  return [...ends.values()];
}

/** The release that was started last, before the one that ends every play; of the same moment the one of the greater name. */
export function newestRelease(stage: Stage): string {
  const releases = stage
    .executions()
    .filter(({ name }) => name.startsWith('shop-') && name !== nameOf(E))
    .sort((a, b) => a.startedAt - b.startedAt || (a.name < b.name ? -1 : 1));
  return releases.at(-1)?.name ?? '';
}

/** The id of what is under test. */
export function idOf({ splits }: Scenario): string {
  return splits === undefined ? nameOf(B) : 'split-1';
}

/** Whether two versions may never run at the same time. */
export function isExclusive({ scenario }: Pick<Played, 'scenario'>): boolean {
  return scenario.deploy.strategy === 'all_at_once';
}

/** Whether somebody edited the router since a number of facts, or just before, and the answer was older than that. */
export function isEditedSince(played: Played, begun: number): boolean {
  const { facts } = played.stage.chronicle;
  const isHand = (fact: Fact | undefined) => fact?.type === 'write' && fact.by === 'hand';
  const newest = facts.slice(0, begun).findLast(({ type }) => type === 'write');
  return facts.slice(begun).some(isHand) || (isHand(newest) && staleReads(played, 'getSplit').length > 0);
}

/** Whether the last split before a number of facts was set by hand, and nothing decided since: nobody could know. */
export function isEditedUnseen({ stage }: Pick<Played, 'stage'>, until: number): boolean {
  const facts = stage.chronicle.facts.slice(0, until);
  const last = facts.findLastIndex((fact) => fact.type === 'write');
  const edit = facts[last];
  return (
    edit?.type === 'write' &&
    edit.by === 'hand' &&
    !facts.some((fact, index) => index > last && fact.type === 'invoked' && decides(facts, index, fact))
  );
}

/** Whoever recovers what is complete frees the lease, and decides nothing. */
function decides(facts: readonly Fact[], index: number, { by, rollout }: FactOf<'invoked'>): boolean {
  return DECIDES.has(by) && !hasEnded(facts.slice(0, index), rollout);
}

/** Whether the rollout, or the change of the split, that an execution drives was complete by then. */
function hasEnded(facts: readonly Fact[], execution: string): boolean {
  const id = execution.replace(/--.*$/, '');
  return facts.some((fact) => {
    const recorded = fact.type === 'record' ? fact.record : fact.type === 'change' ? fact.change : null;
    return recorded?.id === id && recorded.phase === 'completed';
  });
}

/** Whether an alarm says that a rollback failed: the next release puts things right, as the runbook says. */
export function isHandedOver({ person }: Pick<Played, 'person'>): boolean {
  return person.alarms.includes('rollback-failed');
}

/** Disturbances after which a function may not do what it would. */
const REFUSING = new Set<Kind>(['denied', 'forbidden', 'outage']);

/**
 * Whether a hand gave a version traffic that had no ready task, and nothing took it away since: either nobody looked
 * any more, or an operator's split names the version, and whatever has weight already is not asked for tasks. Or the
 * version was being removed at that moment, and the removal was refused what it needs to take the traffic away again.
 */
export function isGivenByHand(played: Played, version: string): boolean {
  const { facts } = played.stage.chronicle;
  const isRefused = played.disturbances.some(({ kind }) => REFUSING.has(kind));
  const isGiven = facts.some(
    (fact, index) =>
      fact.type === 'write' &&
      fact.by === 'hand' &&
      version in fact.weights &&
      ((fact.truth.tasks[version]?.ready ?? 0) === 0 ||
        (isRefused && isRemovedAcross(facts, index, version))),
  );
  const isLast = isEditedUnseen(played, facts.length);
  return isGiven && (isLast || played.scenario.splits !== undefined);
}

/** When the tasks of the version under test begin to die, in milliseconds since the Unix epoch; never is infinite. */
export function diesAt({ scenario }: Pick<Played, 'scenario'>): number {
  return NOON + (scenario.diesAfter ?? Number.POSITIVE_INFINITY) * 1000;
}

/** Whether tasks of a version died by themselves while the function that wrote a split was at work: no look shows that. */
export function hasDiedMeanwhile(played: Played, { begun, at }: Write, version: string): boolean {
  const invokedAt = played.stage.chronicle.facts[begun]?.at ?? at;
  return version === B && invokedAt < diesAt(played) && diesAt(played) <= at;
}

/** Whether a function that was at work when a fact came removed a version just after it. */
function isRemovedAcross(facts: readonly Fact[], index: number, version: string): boolean {
  return facts
    .slice(index)
    .some((fact) => fact.type === 'removal' && fact.version === version && fact.begun < index);
}

/** Steps, and promotions, that no verdict had allowed. */
export function stepsWithoutVerdict(played: Played): readonly string[] {
  const allowed = new Set<string>();
  /** The highest weight that a verdict has led to: a step that could not be verified is written again. */
  const reached = new Map<string, number>();
  const found: string[] = [];
  for (const fact of played.stage.chronicle.facts) {
    if (fact.type === 'check') {
      allowed[fact.verdict === 'advance' ? 'add' : 'delete'](fact.rollout);
    } else if (fact.type === 'write' && fact.by === 'shift-traffic' && !fact.isLate) {
      const { version } = requireRecord(played, fact.rollout);
      const [before, after] = [fact.before[version] ?? 0, fact.weights[version] ?? 0];
      // App Mesh has no conditional write: an edit between look and write is overruled unseen.
      const isRaced = isEditedSince(played, fact.begun);
      const isRepeated = after <= (reached.get(fact.rollout) ?? 0);
      reached.set(fact.rollout, Math.max(after, reached.get(fact.rollout) ?? 0));
      if (before > 0 && after > before && !allowed.has(fact.rollout) && !isRaced && !isRepeated) {
        found.push(`${fact.rollout} went from ${before} % to ${after} % without one`);
      }
      allowed.delete(fact.rollout);
    } else if (fact.type === 'service' && fact.by === 'promote-version' && !allowed.has(fact.rollout)) {
      found.push(`${fact.rollout} was promoted without one`);
    }
  }
  return found;
}

/** Versions that got all traffic although they had never been stable. */
export function allTrafficUnproven(played: Played): readonly string[] {
  const proven = new Set<string>(played.scenario.hasStable ? [A] : []);
  const found: string[] = [];
  // Shifts and promotions follow the plan and the verdicts; a split is the operator's own decision.
  const planned = ['hand', 'shift-traffic', 'promote-version', 'set-split', 'restore-split'];
  for (const fact of played.stage.chronicle.facts) {
    if (fact.type === 'service' && fact.state.stable !== null) {
      proven.add(fact.state.stable);
    } else if (fact.type === 'write' && !planned.includes(fact.by)) {
      const version = Object.keys(fact.weights).find((each) => fact.weights[each] === 100);
      const { stable, tasks } = fact.truth;
      // With no stable version running, users depend on whatever serves: it is adopted.
      const isOrphaned = stable === null || (tasks[stable]?.running ?? 0) === 0;
      if (version !== undefined && !proven.has(version) && !isOrphaned) {
        found.push(`${fact.by} gave ${version} everything`);
      }
    }
  }
  return found;
}

/** Where traffic is, when it is nowhere that anybody decided. */
export function unsettled(played: Played): readonly string[] {
  const { stage } = played;
  const { split, stable } = stage.chronicle.truth();
  const expected = settledSplit(played);
  // What a person leaves after a failed rollback may name a version without weight: the next release removes it.
  const isSame = isHandedOver(played) ? sharesTraffic : equalSplits;
  const isSettled = isSame({ weights: split }, { weights: expected });
  // A failed rollback without a stable version leaves a person nothing to give traffic to but the next release.
  const isLeft = isHandedOver(played) && stable === null;
  // A hand's split that was found after the traffic was settled is left, and the record says so.
  const isSaid = endsOf(stage).some(({ reason }) =>
    reason.includes(`somebody else set the split to ${show(split)}`),
  );
  return isSettled || isLeft || isSaid || isEditedUnseen(played, stage.chronicle.facts.length)
    ? []
    : [`traffic is at ${show(split)}, expected ${show(expected)}`];
}

/** The split that was decided: an operator's, or all on the stable version. */
export function settledSplit(played: Played): Weights {
  const { stable } = played.stage.chronicle.truth();
  const changes = factsOf(played, 'change');
  const applied = changes.findLast(({ change }) => change.outcome === 'Applied')?.change.wanted;
  return played.scenario.splits !== undefined && applied !== undefined ? applied : sole(stable);
}

function sole(stable: string | null): Weights {
  return stable === null ? {} : { [stable]: 100 };
}

/** Versions that were told to be left behind, or that a failed rollback names. */
export function reportedLeftovers({ theatre }: Stage): readonly string[] {
  return theatre.world.logged.flatMap((event) => ('leftovers' in event ? event.leftovers : []));
}

/** A split for people. */
export function show(weights: Weights): string {
  return describeSplit({ weights });
}
