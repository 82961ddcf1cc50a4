import { nextStep, planSteps } from '../../../core/rollout/plan';
import {
  allTrafficUnproven,
  endsOf,
  factsOf,
  hasDiedMeanwhile,
  idOf,
  isEditedSince,
  isExclusive,
  isGivenByHand,
  isHandedOver,
  isPassing,
  lateWritesLeft,
  newestRelease,
  type Played,
  raisedIn,
  recordIn,
  reportedLeftovers,
  requireRecord,
  settledSplit,
  shiftsOf,
  show,
  staleReads,
  stepsWithoutVerdict,
  unsettled,
  type Write,
  writesOf,
} from './evidence';
import { PACE } from './pace';
import { unrecorded, untoldWrites, untrueChanges, untrueRecords } from './records';
import { E, nameOf } from './scenarios';

/** An invariant that did not hold, and what was found instead. */
export interface Broken {
  readonly invariant: string;
  readonly found: string;
}

/** What must hold, in one sentence. */
interface Invariant {
  readonly name: string;
  readonly sentence: string;
  /** Says what is wrong, a line each; empty when it holds. */
  readonly check: (played: Played) => readonly string[];
}

/** Calls that a play may make: a rollback, five recoveries and three releases are far below. */
const MOST_CALLS = 3000;

/** Seconds: those that recovery waits for late calls, and the drain, at most. */
const LATE_SECONDS = 90;

/** What must hold at every moment. */
const ALWAYS: readonly Invariant[] = [
  {
    name: 'whole-split',
    sentence: 'every split that is written sums to 100, and only a service without a stable version has none',
    check: (played) =>
      writesOf(played).flatMap(({ weights, by, truth }) => {
        const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
        const isEmpty = Object.keys(weights).length === 0;
        return sum === 100 || (isEmpty && truth.stable === null) ? [] : [`${by} wrote ${show(weights)}`];
      }),
  },
  {
    name: 'ready-before-weight',
    sentence: 'a version gets more weight only when it is a target and a task of it is ready',
    // all_at_once gives traffic back to a version that it starts afterwards, or takes it from one that a hand gave it
    // when that had no task any more: nobody could answer in between anyhow.
    check: (played) =>
      writesOf(played)
        .filter((write) => !(isExclusive(played) && (isGivingBack(write) || isTakenFromNobody(write))))
        .flatMap((write) =>
          raisedIn(write)
            .filter((version) => (write.truth.tasks[version]?.ready ?? 0) === 0)
            .filter((version) => !hasDiedMeanwhile(played, write, version))
            .map((version) => `${write.by} raised ${version} in ${show(write.weights)} without a ready task`),
        ),
  },
  {
    name: 'sized-before-weight',
    sentence: 'the canary has as many ready tasks as stable runs before its weight grows',
    check: (played) =>
      shiftsOf(played).flatMap((write) => {
        const { weights, before, truth, rollout } = write;
        const { version, stable } = requireRecord(played, rollout);
        const needed = stable === null || isExclusive(played) ? 1 : (truth.tasks[stable]?.running ?? 0);
        const ready = truth.tasks[version]?.ready ?? 0;
        const grows = (weights[version] ?? 0) > (before[version] ?? 0);
        return !grows || ready >= needed || hasDiedMeanwhile(played, write, version)
          ? []
          : [`${ready} of ${needed} tasks ready at ${show(weights)}`];
      }),
  },
  {
    name: 'no-skipped-step',
    sentence: 'the weight of a canary grows by one step of its plan at a time',
    check: (played) =>
      shiftsOf(played).flatMap((write) => {
        const record = requireRecord(played, write.rollout);
        const [before, after] = [write.before, write.weights].map((split) => split[record.version] ?? 0);
        const allowed = nextStep(planSteps(record.deploy, record.stable === null), before ?? 0);
        const isEdited = isEditedSince(played, write.begun);
        return after === before || after === allowed || isEdited
          ? []
          : [`${write.rollout} went from ${before} % to ${after} %, next is ${allowed} %`];
      }),
  },
  {
    name: 'verdict-before-step',
    sentence: 'every step after the first, and the promotion, follows a verdict that says advance',
    check: (played) => stepsWithoutVerdict(played),
  },
  {
    name: 'proven-before-all',
    sentence: 'outside of its own plan only a version that was stable gets all traffic',
    check: (played) => allTrafficUnproven(played),
  },
  {
    name: 'traffic-before-tasks',
    sentence: 'nothing of a version that has weight is removed',
    // all_at_once stops the version that serves; somebody may set a split by hand between look and removal.
    check: (played) =>
      factsOf(played, 'removal')
        .filter(({ weight, begun }) => weight > 0 && !isEditedSince(played, begun))
        .filter(({ by }) => !(isExclusive(played) && ['stop-stable', 'restore-stable'].includes(by)))
        .map(({ by, verb, version, weight }) => `${by} called ${verb} of ${version}, which had ${weight} %`),
  },
  {
    name: 'late-overruled',
    sentence: `a split that a stopped execution wrote late is overruled within ${LATE_SECONDS} s, a person is called, or AWS does not answer at all`,
    check: (played) =>
      played.person.alarms.length > 0 || played.disturbances.some(({ kind }) => kind === 'outage')
        ? []
        : lateWritesLeft(played, LATE_SECONDS).map(({ by, weights }) => `${by} wrote ${show(weights)} late`),
  },
  {
    name: 'never-two',
    sentence: 'with all_at_once tasks of two versions never run at the same time',
    check: (played) =>
      isExclusive(played) && !isStoppedTwice(played)
        ? factsOf(played, 'start')
            .filter(({ alive }) => alive.length > 1)
            .map(({ alive }) => `${alive.join(' and ')} run together`)
        : [],
  },
  {
    name: 'restored-whole',
    sentence: 'a rollback of all_at_once is done only when all of stable’s tasks are ready',
    check: (played) => {
      // An old answer may say so some seconds early; stable has been told to start by then.
      if (staleReads(played, 'describe').length > 0) {
        return [];
      }
      return factsOf(played, 'record').flatMap(({ by, record, truth }) => {
        const { id, stable, stableTasks = 0, phase } = record;
        const ready = truth.tasks[stable ?? '']?.ready ?? 0;
        return by === 'restore-stable' && phase === 'rolled_back' && ready < stableTasks
          ? [`${id} was called rolled back with ${ready} of ${stableTasks} tasks of ${stable} ready`]
          : [];
      });
    },
  },
  {
    name: 'true-outcome',
    sentence: 'when a rollout completes, traffic and tasks are as its outcome says',
    check: (played) => [...untrueRecords(played), ...untrueChanges(played)],
  },
  {
    name: 'bounded',
    sentence: `everything comes to rest within 6 hours and ${MOST_CALLS} calls`,
    check: ({ isAtRest, calls }) => [
      ...(isAtRest ? [] : ['something still runs']),
      ...(calls <= MOST_CALLS ? [] : [`${calls} calls`]),
    ],
  },
  ...PACE,
];

/** What must hold once everything has come to rest, recovery and the person on call have had their turn. */
const AT_THE_END: readonly Invariant[] = [
  {
    name: 'lease-free',
    sentence: 'nobody holds the service, and nobody waits for it',
    check: ({ stage }) => {
      const { holder, waiting } = stage.theatre.world.store.peekService('shop');
      return holder === null && waiting === null
        ? []
        : [`holder ${holder?.rolloutId ?? 'none'}, waiting ${waiting?.rolloutId ?? 'none'}`];
    },
  },
  {
    name: 'settled',
    sentence: 'one version, the stable one on record, has all traffic, or the operator’s split is in force',
    check: (played) => unsettled(played),
  },
  {
    name: 'serves',
    sentence: 'every version with weight has a ready task',
    // After a failed rollback the runbook's next step is one more release: what must hold then is checked then. And
    // whoever gives traffic by hand to a version without tasks has given it to nobody.
    check: (played) => {
      const { split, tasks } = played.stage.chronicle.truth();
      return Object.keys(split)
        .filter((version) => (split[version] ?? 0) > 0 && !isHandedOver(played))
        .filter((version) => (tasks[version]?.ready ?? 0) === 0 && !isGivenByHand(played, version))
        .map((version) => `${version} has ${split[version]} % and no ready task`);
    },
  },
  {
    name: 'nothing-unowned',
    sentence:
      'no tasks and no targets are left of a version without weight, unless a record and an alarm name it',
    check: (played) => {
      const { stage } = played;
      if (isHandedOver(played)) {
        return [];
      }
      const { split, tasks, targets } = stage.chronicle.truth();
      const owned = new Set([
        ...Object.keys(split),
        ...Object.keys(settledSplit(played)),
        ...reportedLeftovers(stage),
      ]);
      return [...new Set([...Object.keys(tasks), ...targets])]
        .filter((version) => !owned.has(version))
        .map((version) => `${version} is left and belongs to nobody`);
    },
  },
  {
    name: 'recorded',
    sentence: 'every release and every split has an outcome, a reason and an end on record',
    check: (played) => unrecorded(played),
  },
  {
    name: 'in-history',
    sentence:
      'every split that a rollout wrote is a line of its history, unless it was stopped, not allowed to write, or edited by hand',
    check: (played) => untoldWrites(played),
  },
  {
    name: 'told',
    sentence: 'every outcome on record was told, for the alarms count what is told',
    check: ({ stage }) => {
      const told = new Set(
        stage.theatre.world.logged.flatMap((event) =>
          'outcome' in event ? [`${event.rollout} ${event.outcome}`] : [],
        ),
      );
      return endsOf(stage)
        .filter(({ id, outcome }) => !told.has(`${id} ${outcome}`))
        .map(({ id, outcome }) => `nobody was told that ${id} ended ${outcome}`);
    },
  },
  {
    name: 'newest-wins',
    sentence: 'of several releases the newest is promoted, whatever becomes of the others',
    check: ({ stage, disturbances, scenario }) => {
      const isOnlyReleases = disturbances.every(({ kind }) => kind === 'release' || kind === 'releases');
      const newest = newestRelease(stage);
      if (!isOnlyReleases || disturbances.length === 0 || scenario.splits !== undefined) {
        return [];
      }
      const outcome = recordIn(stage, newest)?.outcome;
      return outcome === 'Promoted' ? [] : [`${newest} ended ${outcome ?? 'without an outcome'}`];
    },
  },
  {
    name: 'absorbed',
    sentence: 'without disturbance, or with one fault that passes, the outcome is the one of the scenario',
    check: ({ stage, disturbances, scenario }) => {
      if (!isPassing({ disturbances })) {
        return [];
      }
      const { outcome, reason } = endsOf(stage).find(({ id }) => id === idOf(scenario)) ?? {};
      return outcome === scenario.outcome ? [] : [`${outcome ?? 'no outcome'}: ${reason ?? ''}`];
    },
  },
];

/** What must hold after one more release, or one more split, that nothing disturbs. */
const AFTERWARDS: readonly Invariant[] = [
  {
    name: 'next-works',
    sentence: 'the next release of the service is promoted, and the next split applied, whatever came before',
    check: ({ stage, scenario, isAtRest }) => {
      const id = scenario.splits === undefined ? nameOf(E) : 'split-9';
      const { outcome, reason } = endsOf(stage).find((end) => end.id === id) ?? {};
      const isGood = outcome === 'Promoted' || outcome === 'Applied';
      return isGood && isAtRest ? [] : [`${id} ended ${outcome ?? 'without an outcome'}: ${reason ?? ''}`];
    },
  },
  {
    name: 'next-cleans',
    sentence: 'after the next release nothing is left but the version that serves',
    check: ({ stage }) => {
      const { split, tasks, targets } = stage.chronicle.truth();
      const left = [...new Set([...Object.keys(tasks), ...targets])].filter(
        (version) => split[version] !== 100,
      );
      return left.map((version) => `${version} is still there`);
    },
  },
];

/** Every invariant, for the reference page. */
export const INVARIANTS: readonly { readonly name: string; readonly sentence: string }[] = [
  ...ALWAYS,
  ...AT_THE_END,
  ...AFTERWARDS,
].map(({ name, sentence }) => ({ name, sentence }));

/**
 * The sentence of an invariant.
 * @throws {Error} when there is none of that name.
 */
export function sentenceOf(invariant: string): string {
  const found = INVARIANTS.find(({ name }) => name === invariant);
  if (found === undefined) {
    throw new Error(`there is no invariant "${invariant}"`);
  }
  return found.sentence;
}

/** Checks what had to hold all the time. */
export function checkDuring(played: Played): readonly Broken[] {
  return check(ALWAYS, played);
}

/** Checks what must hold at the end. */
export function checkEnd(played: Played): readonly Broken[] {
  return check(AT_THE_END, played);
}

/** Checks what must hold after one more release. */
export function checkAfterwards(played: Played): readonly Broken[] {
  return check(AFTERWARDS, played);
}

function check(invariants: readonly Invariant[], played: Played): readonly Broken[] {
  return invariants.flatMap(({ name, check: look }) => {
    const found = look(played);
    return found.length === 0 ? [] : [{ invariant: name, found: found.slice(0, 3).join('; ') }];
  });
}

function isGivingBack({ by }: Write): boolean {
  return by === 'roll-back' || by === 'claim-rollout';
}

/** Those that look after traffic once a rollback has given it back. */
const GIVES_BACK_LATER: readonly string[] = ['restore-stable', 'remove-version'];

function isTakenFromNobody({ by, before, truth }: Write): boolean {
  const serving = Object.keys(before).filter((version) => (before[version] ?? 0) > 0);
  return (
    GIVES_BACK_LATER.includes(by) && serving.every((version) => (truth.tasks[version]?.ready ?? 0) === 0)
  );
}

/**
 * Whether a newer release stops a version that the one before has just started again, and ECS answers with what was
 * between the two: no look can tell that from the truth, and one more would keep everybody waiting at each release.
 */
function isStoppedTwice(played: Played): boolean {
  const isReleased = played.disturbances.some(({ kind }) => kind === 'release' || kind === 'releases');
  return isReleased && staleReads(played, 'describe').length > 0;
}
