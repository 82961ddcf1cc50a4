import { OUTCOMES } from '../../../core/rollout/record';
import { equalSplits } from '../../../core/traffic/split';
import type { Kind } from './disturbance';
import { endsOf, type FactOf, factsOf, isEditedUnseen, type Played, show, staleReads } from './evidence';

/** Rollouts whose record, when it was completed, said something else than traffic and tasks showed. */
export function untrueRecords(played: Played): readonly string[] {
  const closed = new Set<string>();
  return played.stage.chronicle.facts.flatMap((fact, index) => {
    if (fact.type !== 'record' || fact.record.phase !== 'completed' || closed.has(fact.record.id)) {
      return [];
    }
    closed.add(fact.record.id);
    // Whoever reads an older split cannot say where traffic is.
    const hasSeen = fact.record.outcome !== 'RollbackFailed' || staleReads(played, 'getSplit').length === 0;
    const lies = [...(hasSeen ? liesAboutTraffic(fact) : []), ...liesAboutTasks(fact)];
    return isEditedUnseen(played, index) ? [] : lies.map((lie) => `${fact.record.id}: ${lie}`);
  });
}

function liesAboutTraffic({ record, truth }: FactOf<'record'>): readonly string[] {
  const { outcome, version, reason = '' } = record;
  const where = show(truth.split);
  // What a hand, or whoever took over, made of it since: the reason says so where it was seen.
  const isSaid = reason.includes(where);
  if (outcome === 'Promoted') {
    return (truth.split[version] === 100 || isSaid) && truth.stable === version
      ? []
      : [`Promoted, but traffic is at ${where}, and stable on record is ${truth.stable}`];
  }
  if (outcome === 'RollbackFailed') {
    return isSaid || reason.includes('where traffic is cannot be read')
      ? []
      : [`RollbackFailed does not say that traffic is at ${where}`];
  }
  if (isSaid) {
    return [];
  }
  return version in truth.split && outcome !== 'Registered' ? [`${outcome}, but traffic is at ${where}`] : [];
}

function liesAboutTasks({ record, truth, by }: FactOf<'record'>): readonly string[] {
  if (by !== 'complete-rollout') {
    return [];
  }
  return [...new Set([...Object.keys(truth.tasks), ...truth.targets])]
    .filter((version) => !(version in truth.split) && version !== truth.stable)
    .filter((version) => !record.leftovers.includes(version))
    .map((version) => `${record.outcome}, but ${version} is left and not named`);
}

/** Changes of the split whose record, when it was completed, said something else than traffic showed. */
export function untrueChanges(played: Played): readonly string[] {
  const closed = new Set<string>();
  return played.stage.chronicle.facts.flatMap((fact, index) => {
    if (fact.type !== 'change' || fact.change.phase !== 'completed' || closed.has(fact.change.id)) {
      return [];
    }
    closed.add(fact.change.id);
    const { id, outcome, wanted, before, reason = '' } = fact.change;
    const where = show(fact.truth.split);
    if (outcome === 'RollbackFailed') {
      const isSaid = reason.includes(where) || reason.includes('where traffic is cannot be read');
      return isSaid ? [] : [`${id}: RollbackFailed does not say that traffic is at ${where}`];
    }
    // What never held the service had not looked yet what served before.
    const hadLooked = Object.keys(before).length > 0;
    const expected = outcome === 'Applied' ? wanted : hadLooked ? before : fact.truth.split;
    const isTrue = equalSplits({ weights: expected }, { weights: fact.truth.split });
    // What a hand, or whoever took over, made of it since: the reason says so where it was seen.
    const isOverruled = reason.includes(where);
    return isTrue || isOverruled || isEditedUnseen(played, index)
      ? []
      : [`${id}: ${outcome}, but traffic is at ${where}`];
  });
}

/** Errors of an execution that say how it ended, and that nothing was touched when it never held the service. */
const NOTHING_DONE = new Set<string>([...OUTCOMES, 'RolloutUnrecorded', 'SplitUnrecorded']);

/** Releases and splits of which nothing says how they ended. */
export function unrecorded(played: Played): readonly string[] {
  const { stage } = played;
  const ended = new Set(endsOf(stage).map(({ id }) => id));
  const held = new Set(factsOf(played, 'service').map(({ state }) => state.holder?.rolloutId));
  return stage
    .executions()
    .filter(({ name }) => !ended.has(name))
    .flatMap(({ name, status, error }) => {
      // Stopped or refused before it held anything: its execution says so, and nothing is to be said about traffic.
      const isKnown = status === 'ABORTED' || NOTHING_DONE.has(error ?? '');
      return isKnown && !held.has(name)
        ? []
        : [`${name} ended ${status} ${error ?? ''} without an outcome on record`];
    });
}

/**
 * Disturbances after which nobody may be left to write a line of history, or what was written is gone before anybody
 * has looked: the record then says what was found.
 */
const SILENCING = new Set<Kind>(['stop', 'orphan', 'denied', 'forbidden', 'outage', 'edit-half', 'edit-all']);

/** Splits that a rollout wrote, and that its history does not know of. */
export function untoldWrites(played: Played): readonly string[] {
  if (played.disturbances.some(({ kind }) => SILENCING.has(kind))) {
    return [];
  }
  const { facts } = played.stage.chronicle;
  return facts.flatMap((fact, index) => {
    if (fact.type !== 'write' || fact.by === 'hand' || fact.isLate || !isChange(fact)) {
      return [];
    }
    const text = show(fact.weights);
    const isTold = facts
      .slice(index + 1)
      .some((line) => line.type === 'line' && line.rollout === fact.rollout && line.text.includes(text));
    return isTold ? [] : [`${fact.by} of ${fact.rollout} wrote ${text}, and its history does not say so`];
  });
}

/** A split is also written when the router did not say at once that it is in force. */
function isChange({ before, weights }: FactOf<'write'>): boolean {
  return !equalSplits({ weights: before }, { weights });
}
