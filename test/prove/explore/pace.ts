import { SPLIT_OUTCOMES } from '../../../core/manual-split/split-change';
import { OUTCOMES } from '../../../core/rollout/record';
import { sharesTraffic } from '../../../core/traffic/split';
import type { Fact } from './chronicle';
import type { Kind } from './disturbance';
import {
  diesAt,
  endsOf,
  type FactOf,
  factsOf,
  idOf,
  isEditedSince,
  isExclusive,
  isPassing,
  type Played,
  recordIn,
  reportedLeftovers,
  requireRecord,
  shiftsOf,
  show,
  staleReads,
} from './evidence';
import { A, B, nameOf } from './scenarios';
import { forgivenMinutes, heldWithoutData, judgedOnNothing } from './seen-by-callers';

/** What must hold, in one sentence; `check` says what is wrong, a line each. */
export interface PaceInvariant {
  readonly name: string;
  readonly sentence: string;
  readonly check: (played: Played) => readonly string[];
}

/** Functions in which a rollout or a change looks whether a newer one waits. */
const LOOKS = ['evaluate-health', 'check-version-ready', 'stop-stable', 'start-versions'];
/** Names under which an execution may end by itself. */
const ENDINGS: readonly string[] = [
  ...OUTCOMES,
  ...SPLIT_OUTCOMES,
  'LeaseLost',
  'RolloutUnrecorded',
  'SplitUnrecorded',
];

/** When things must happen, and what they must be based on. */
export const PACE: readonly PaceInvariant[] = [
  {
    name: 'drained',
    sentence: 'a version that lost its traffic keeps its tasks for the drain time',
    // all_at_once stops tasks before traffic moves: nothing is left to drain.
    check: (played) => (isExclusive(played) ? [] : undrained(played)),
  },
  {
    name: 'paced',
    sentence: 'steps are wait_time apart, and a promotion comes bake_time after the canary got everything',
    check: (played) => hurried(played),
  },
  {
    name: 'rolled-back-at-once',
    sentence: 'a verdict that says roll back is followed by the rollback’s split within a minute',
    check: (played) => (isCalm(played) ? lingering(played) : []),
  },
  {
    name: 'checked-often',
    sentence: 'while a canary has traffic it is checked every health.interval',
    check: (played) => (played.disturbances.length === 0 ? unchecked(played) : []),
  },
  {
    name: 'judged-on-data',
    sentence:
      'a verdict says advance only where callers saw a whole, recent, busy enough minute of the canary that keeps the limits',
    check: (played) => judgedOnNothing(played),
  },
  {
    name: 'gives-up',
    sentence: 'a canary of which no data comes is not held longer than no_data_deadline',
    check: (played) => (isPassing(played) ? heldWithoutData(played) : []),
  },
  {
    name: 'rolls-back-broken',
    sentence:
      'failed_checks broken minutes in a row, as callers saw them, are followed by a verdict that says roll back',
    check: (played) => (isPassing(played) ? forgivenMinutes(played) : []),
  },
  {
    name: 'gives-up-dying',
    sentence: 'a version whose tasks die at start is given up long before progress_deadline',
    check: ({ stage, scenario, disturbances }) => {
      const record = recordIn(stage, nameOf(B));
      const { startedAt = '', endedAt = startedAt, deploy } = record ?? {};
      const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
      return scenario.fault === 'crash' && disturbances.length === 0 && deploy !== undefined
        ? seconds > deploy.progress_deadline / 2
          ? [`${nameOf(B)} took ${seconds} s to end`]
          : []
        : [];
    },
  },
  {
    name: 'stopped-as-aborted',
    sentence: 'a rollout that somebody stopped ends as Aborted, unless its outcome was decided before',
    check: ({ stage, scenario, disturbances }) => {
      const outcome = endsOf(stage).find(({ id }) => id === idOf(scenario))?.outcome ?? 'Aborted';
      const isStopped = disturbances.length === 1 && disturbances[0]?.kind === 'stop';
      return !isStopped || outcome === 'Aborted' || outcome === scenario.outcome
        ? []
        : [`it ended ${outcome}`];
    },
  },
  {
    name: 'failing-tasks',
    sentence: 'once tasks of the canary die under traffic, the next check says roll back',
    check: (played) => {
      // A look that is answered with what was before cannot show it, nor can one that had begun; the one after it must.
      return factsOf(played, 'check')
        .filter((check) => check.rollout === nameOf(B) && begunAt(played, check) >= diesAt(played))
        .slice(staleReads(played, 'describe').length)
        .filter(({ verdict }) => verdict !== 'roll_back')
        .map(({ at, verdict }) => `the check at ${new Date(at).toISOString()} said ${verdict}`);
    },
  },
  {
    name: 'unshrunk',
    sentence: 'a version that served before and serves afterwards has as many tasks as it had',
    check: ({ stage, scenario: { stableTasks = 1 } }) => {
      const { split, tasks } = stage.chronicle.truth();
      const now = tasks[A]?.desired ?? 0;
      return split[A] === 100 && now > 0 && now < stableTasks
        ? [`${A} has ${now} of ${stableTasks} tasks`]
        : [];
    },
  },
  {
    name: 'makes-way',
    sentence: 'a rollout, or a change of the split, that a newer one waits for ends at its next look',
    check: (played) => (played.disturbances.every(({ kind }) => NEWER.has(kind)) ? inTheWay(played) : []),
  },
  {
    name: 'edit-noticed',
    sentence: 'a rollout whose split somebody else changed goes no further',
    check: (played) => overlookedEdits(played),
  },
  {
    name: 'ends-named',
    sentence:
      'an execution that nobody stops ends with an outcome as its name, or with the loss of its lease',
    check: ({ stage }) =>
      stage
        .executions()
        .filter(({ status }) => status === 'FAILED' || status === 'TIMED_OUT')
        .filter(({ error }) => !ENDINGS.includes(error ?? ''))
        .map(({ name, status, error }) => `${name} ended ${status} ${error ?? ''}`),
  },
  {
    name: 'absorbed-cleanly',
    sentence: 'one fault that passes leaves nothing behind, and the execution ends as the outcome says',
    check: (played) => (isPassing(played) ? traces(played) : []),
  },
  {
    name: 'unattended',
    sentence: 'no person is called for one fault that passes, one stop, one edit, or newer releases',
    check: ({ disturbances, person }) =>
      disturbances.length <= 1 && disturbances.every(({ kind }) => PERSISTENT.every((each) => each !== kind))
        ? person.alarms.map((alarm) => `the alarm ${alarm} called one`)
        : [],
  },
];

/** Disturbances that do not pass by themselves, or not soon. */
const PERSISTENT: readonly Kind[] = ['denied', 'forbidden', 'outage'];
/** Disturbances that are newer releases and splits alone. */
const NEWER = new Set<Kind>(['release', 'releases', 'split']);
/** Disturbances that pass without holding anything up. */
const BRIEF = new Set<Kind>(['failed', 'throttled', 'lost', 'kill-before', 'kill-after']);

function isCalm({ disturbances }: Played): boolean {
  return disturbances.length <= 1 && disturbances.every(({ kind }) => BRIEF.has(kind));
}

function traces({ stage, scenario }: Played): readonly string[] {
  const left = reportedLeftovers(stage).map((version) => `${version} was left behind`);
  const id = idOf(scenario);
  const outcome = endsOf(stage).find((end) => end.id === id)?.outcome;
  const execution = stage.executions().find(({ name }) => name === id);
  const isNamed = execution?.status === 'SUCCEEDED' || execution?.error === outcome;
  return isNamed ? left : [...left, `${id} ended ${outcome}, and its execution ${execution?.error}`];
}

function undrained({ stage, scenario }: Played): readonly string[] {
  const lost = new Map<string, number>();
  return stage.chronicle.facts.flatMap((fact) => {
    if (fact.type === 'write') {
      for (const version of Object.keys(fact.before)) {
        const isLost = (fact.before[version] ?? 0) > 0 && (fact.weights[version] ?? 0) === 0;
        // What a hand takes traffic from is nobody's to drain.
        if (isLost && fact.by !== 'hand') {
          lost.set(version, fact.at);
        } else if (isLost) {
          lost.delete(version);
        }
      }
      return [];
    }
    const since = fact.type === 'removal' && fact.verb === 'remove' ? lost.get(fact.version) : undefined;
    const seconds = since === undefined ? Number.POSITIVE_INFINITY : (fact.at - since) / 1000;
    return fact.type !== 'removal' || seconds >= scenario.binding.drainSeconds
      ? []
      : [`${fact.by} removed ${fact.version} ${seconds} s after it had lost its traffic`];
  });
}

function hurried(played: Played): readonly string[] {
  const last = new Map<string, { readonly at: number; readonly weight: number }>();
  return played.stage.chronicle.facts.flatMap((fact) => {
    if (fact.type === 'write' && fact.by === 'shift-traffic') {
      const { version, deploy } = requireRecord(played, fact.rollout);
      const before = last.get(fact.rollout);
      const weight = fact.weights[version] ?? 0;
      const isStep = before !== undefined && weight > before.weight;
      if (before === undefined || isStep) {
        last.set(fact.rollout, { at: fact.at, weight });
      }
      const seconds = before === undefined ? 0 : (fact.at - before.at) / 1000;
      return isStep && seconds < deploy.wait_time
        ? [`${fact.rollout} took the step to ${weight} % after ${seconds} s`]
        : [];
    }
    if (fact.type === 'service' && fact.by === 'promote-version') {
      const { deploy } = requireRecord(played, fact.rollout);
      const seconds = (fact.at - (last.get(fact.rollout)?.at ?? Number.NEGATIVE_INFINITY)) / 1000;
      return seconds < deploy.bake_time ? [`${fact.rollout} was promoted after ${seconds} s`] : [];
    }
    return [];
  });
}

function lingering(played: Played): readonly string[] {
  const writes = factsOf(played, 'write').filter(({ by }) => by === 'roll-back');
  return factsOf(played, 'check')
    .filter(({ verdict }) => verdict === 'roll_back')
    .filter(
      ({ at, rollout }) => !writes.some((write) => write.rollout === rollout && write.at <= at + 60_000),
    )
    .map(({ rollout }) => `${rollout} kept its traffic`);
}

/** When the function was invoked that wrote a check down. */
function begunAt({ stage: { chronicle } }: Played, check: FactOf<'check'>): number {
  const earlier = chronicle.facts.slice(0, chronicle.facts.indexOf(check));
  const begun = earlier.findLast(
    (fact) => fact.type === 'invoked' && fact.by === 'evaluate-health' && fact.rollout === check.rollout,
  );
  return begun?.at ?? check.at;
}

function unchecked(played: Played): readonly string[] {
  return shiftsOf(played).flatMap(({ at, rollout }) => {
    const { deploy } = requireRecord(played, rollout);
    const next = played.stage.chronicle.facts.find(
      (fact) => fact.at > at && 'rollout' in fact && fact.rollout === rollout && fact.type === 'check',
    );
    const seconds = next === undefined ? 0 : (next.at - at) / 1000;
    return seconds <= deploy.health.interval + 1 ? [] : [`${rollout} was first checked after ${seconds} s`];
  });
}

function inTheWay({ stage }: Played): readonly string[] {
  const { facts } = stage.chronicle;
  const looks = new Map<string, number>();
  let displaced: string | undefined;
  for (const fact of facts) {
    if (fact.type === 'service') {
      const { holder, waiting } = fact.state;
      const isWaitedFor = holder !== null && waiting !== null && holder.rolloutId !== waiting.rolloutId;
      displaced = isWaitedFor ? holder.rolloutId : undefined;
    } else if (fact.type === 'invoked' && fact.rollout === displaced && LOOKS.includes(fact.by)) {
      looks.set(displaced, (looks.get(displaced) ?? 0) + 1);
    }
  }
  // One look may have begun just before the newer one came.
  return [...looks]
    .filter(([, count]) => count > 2)
    .map(([id, count]) => `${id} looked ${count} times and went on`);
}

function overlookedEdits(played: Played): readonly string[] {
  const { facts } = played.stage.chronicle;
  const last = facts.findLastIndex((fact) => fact.type === 'write' && fact.by === 'hand');
  const edit = facts[last];
  if (edit?.type !== 'write') {
    return [];
  }
  const next = facts.slice(last + 1).find((fact): fact is FactOf<'write'> => fact.type === 'write');
  // What was invoked before the edit, or was answered with what was before it, could not know of it and wrote over it.
  const isStep = next?.by === 'shift-traffic' && next.begun > last && !isEditedSince(played, next.begun);
  return isStep && wasUnderWay(facts.slice(0, last), next.rollout, edit)
    ? [`${next.rollout} went on to ${show(next.weights)}`]
    : [];
}

/** Whether a rollout had begun, and the edited split is none that it wrote. */
function wasUnderWay(facts: readonly Fact[], rollout: string, edit: FactOf<'write'>): boolean {
  const newest = facts.findLast(
    (fact): fact is FactOf<'record'> => fact.type === 'record' && fact.record.id === rollout,
  )?.record;
  if (newest === undefined || newest.phase === 'claimed') {
    return false;
  }
  const found = { weights: edit.weights };
  return (
    !sharesTraffic(found, { weights: newest.intended }) && !sharesTraffic(found, { weights: newest.previous })
  );
}
