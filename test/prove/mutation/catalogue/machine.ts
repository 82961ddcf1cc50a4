import type { Edit, Mutation } from '../mutation';
import { ALONE, CANARIES, exploredIn, SPLITS } from './scenarios';

const ROLLOUT = 'state-machine/rollout.asl.json';
const SPLIT = 'state-machine/split.asl.json';
const COMPLETE = 'core/rollout/complete-rollout.ts';

/** Task states, the definition they stand in, and the scenarios that go through them. */
const TASKS: readonly { readonly state: string; readonly file: string; readonly in: readonly string[] }[] = [
  { state: 'ClaimRollout', file: ROLLOUT, in: CANARIES },
  { state: 'StopStable', file: ROLLOUT, in: ALONE },
  { state: 'CreateVersion', file: ROLLOUT, in: CANARIES },
  { state: 'CheckVersionReady', file: ROLLOUT, in: CANARIES },
  { state: 'ShiftTraffic', file: ROLLOUT, in: CANARIES },
  { state: 'EvaluateHealth', file: ROLLOUT, in: CANARIES },
  { state: 'PromoteVersion', file: ROLLOUT, in: CANARIES },
  { state: 'RollBack', file: ROLLOUT, in: ['canary-bad', 'canary-crash'] },
  { state: 'RestoreStable', file: ROLLOUT, in: ['all-at-once-bad', 'all-at-once-crash'] },
  { state: 'RemoveVersion', file: ROLLOUT, in: CANARIES },
  { state: 'CompleteRollout', file: ROLLOUT, in: CANARIES },
  { state: 'ClaimSplit', file: SPLIT, in: SPLITS },
  { state: 'StartVersions', file: SPLIT, in: SPLITS },
  { state: 'SetSplit', file: SPLIT, in: SPLITS },
  { state: 'RestoreSplit', file: SPLIT, in: ['split-crash'] },
  { state: 'RemoveUnnamedVersions', file: SPLIT, in: SPLITS },
  { state: 'CompleteSplit', file: SPLIT, in: SPLITS },
];

/** `ShiftTraffic` as part of an id. */
function kebab(state: string): string {
  return state.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

function each(
  prefix: string,
  without: (state: string) => string,
  edits: (state: string, file: string) => readonly Edit[],
  first: readonly string[] = [],
): readonly Mutation[] {
  return TASKS.map(({ state, file, in: scenarios }) => ({
    id: `${prefix}-${kebab(state)}`,
    rule: '4.3',
    without: without(state),
    edits: edits(state, file),
    noticedBy: exploredIn(scenarios, first),
  }));
}

/** One mutation for each state machine, of every task state at once: the definition’s own tests look at each. */
function all(
  id: string,
  without: (states: readonly string[]) => string,
  edits: readonly Pick<Edit, 'find' | 'replace'>[],
  first: readonly string[] = [],
): readonly Mutation[] {
  return [ROLLOUT, SPLIT].map((file) => {
    const states = TASKS.filter((task) => task.file === file).map(({ state }) => state);
    return {
      id: file === ROLLOUT ? id : `${id}-in-splits`,
      rule: '4.3',
      without: without(states),
      edits: states.flatMap((state) => edits.map((edit) => ({ file, state, ...edit }))),
      noticedBy: exploredIn(file === ROLLOUT ? CANARIES : SPLITS, first),
    };
  });
}

/** Rule 3: what the state machines do about failures. */
export const MACHINE: readonly Mutation[] = [
  ...each(
    'no-catch',
    (state) => `a failure of ${state} is not caught`,
    (state, file) => [{ file, state, find: '"States.ALL"', replace: '"TakenOut"' }],
    [':denied', ':forbidden'],
  ),
  ...each(
    'no-retry',
    (state) => `a call of AWS that fails once in ${state} is not tried again`,
    (state, file) => [{ file, state, find: '"AwsCallFailed",', replace: '' }],
    [':failed'],
  ),
  ...all(
    'no-patience',
    () => 'a call of AWS that is throttled is tried again in no state',
    [{ find: '"AwsThrottled"', replace: '"TakenOut"' }],
    [':throttled'],
  ),
  ...all(
    'no-retry-of-functions',
    () => 'a function that is throttled or dies is invoked again in no state',
    [
      { find: '"Lambda.TooManyRequestsException"', replace: '"TakenOut"' },
      { find: '"Lambda.Unknown",', replace: '' },
    ],
    [':kill-after', ':throttled-invoke'],
  ),
  ...all('no-timeouts', (states) => `none of ${states.join(', ')} has a time limit of its own`, [
    { find: '"TimeoutSeconds": 60,', replace: '' },
  ]).map((mutation) => ({
    ...mutation,
    noticedBy: {
      kind: 'tests' as const,
      files: ['test/state-machine'],
      why: 'Lambda ends every function before the state’s own limit does, so that only the definition shows the second one missing; its test looks at each state',
    },
  })),
  {
    id: 'failed-rollback-called-done',
    rule: '4.3',
    without: 'a rollout whose rollback failed ends with the outcome that it wished for',
    edits: [
      {
        file: COMPLETE,
        find: "if (record.phase !== 'promoted' && record.phase !== 'rolled_back') {",
        replace: "if (record.phase === 'completed') {",
      },
    ],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'failed-rollback-not-reported',
    rule: '4.3',
    without: 'a rollback that fails leads to the removal of tasks, not to the report',
    edits: [
      {
        file: ROLLOUT,
        state: 'RollBack',
        find: '"Next": "ReportRollbackFailure"',
        replace: '"Next": "WaitForDrain"',
      },
    ],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'traffic-not-named-after-failure',
    rule: '4.3',
    without: 'a failed rollback does not say where traffic is',
    edits: [{ file: COMPLETE, find: '; ${text}', replace: '' }],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'nobody-told-of-outcome',
    rule: '4.3',
    without: 'the outcome is written and nobody is told, so that no alarm is raised',
    edits: [{ file: COMPLETE, find: '  await tellEnd(ports, completed);\n', replace: '' }],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'nobody-told-on-repeat',
    rule: '4.3',
    without: 'a rollout that died between its outcome and telling it tells nobody',
    edits: [{ file: COMPLETE, find: '    await tellEnd(ports, done);\n', replace: '' }],
    noticedBy: exploredIn(CANARIES, ['saveService', 'complete-rollout', 'CompleteRollout']),
  },
  {
    id: 'leftovers-hidden',
    rule: '4.3',
    without: 'what could not be removed is not named',
    edits: [
      {
        file: COMPLETE,
        find: 'const isUnclean = failure !== undefined;',
        replace: 'const isUnclean = failure === null;',
      },
    ],
    noticedBy: exploredIn(CANARIES),
  },
];
