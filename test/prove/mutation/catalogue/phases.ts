import type { Mutation } from '../mutation';
import { CANARIES, exploredIn } from './scenarios';

const READY = 'core/rollout/check-version-ready.ts';
const SHIFT = 'core/rollout/shift-traffic.ts';
const REMOVE = 'core/rollout/removal.ts';

const UNREADY_SHIFTS = {
  file: SHIFT,
  find: '  if (status.ready < needed) {',
  replace: '  if (status.ready < 0) {',
};
const UNREADY_PASSES = {
  file: READY,
  find: '  if (status.ready < needed) {',
  replace: '  if (status.ready < 0) {',
};

/** Rules 7, 8 and 9: deadlines, length and size. */
export const PHASES: readonly Mutation[] = [
  {
    id: 'no-deadline-for-tasks',
    rule: '4.7',
    without: 'tasks may take for ever to become ready',
    edits: [
      {
        file: READY,
        find: 'if (seconds >= record.deploy.progress_deadline) {',
        replace: 'if (seconds < 0) {',
      },
    ],
    noticedBy: exploredIn(['never-ready']),
  },
  {
    id: 'dying-tasks-waited-for',
    rule: '4.7',
    without: 'tasks that die at start are waited for until the deadline',
    edits: [
      {
        file: READY,
        find: 'return status.gaveUp || status.failures.length >= START_FAILURES',
        replace: 'return status.failures.length < 0',
      },
    ],
    noticedBy: exploredIn(['canary-crash']),
  },
  {
    id: 'no-deadline-for-steps',
    rule: '4.7',
    without: 'a step may be held for ever',
    edits: [
      {
        file: 'core/rollout/decide.ts',
        find: 'if (overdue >= deadline && !waitsForPerson) {',
        replace: 'if (overdue >= deadline && waitsForPerson) {',
      },
    ],
    noticedBy: exploredIn(['thin']),
  },
  {
    id: 'no-deadline-for-removal',
    rule: '4.7',
    without: 'a removal may take for ever',
    edits: [{ file: REMOVE, find: '>= REMOVAL_DEADLINE;', replace: '< 0;' }],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/rollout-under-faults.test.ts'],
      only: 'quarter of an hour',
      why: 'what is told to stop ends in memory sooner or later: only a test makes it stay for ever',
    },
  },
  {
    id: 'removal-not-polled',
    rule: '4.7',
    without: 'a removal that is still under way is taken for done',
    edits: [{ file: REMOVE, find: '      pending.push(version);\n', replace: '' }],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'no-continuation',
    rule: '4.8',
    without: 'a long rollout goes on in its first execution until the history is full',
    edits: [
      {
        file: 'core/rollout/evaluate-health.ts',
        find: 'checks < CHECKS_PER_EXECUTION',
        replace: 'checks < Number.POSITIVE_INFINITY',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/rollout.test.ts'],
      only: 'continues in a new execution',
      why: 'it takes a rollout of thousands of checks to fill a history',
    },
  },
  {
    id: 'continuation-without-lease',
    rule: '4.8',
    without: 'the execution that goes on with a long rollout does not take its lease',
    edits: [
      {
        file: 'core/rollout/resume.ts',
        find: "claim.kind === 'granted'\n",
        replace: "claim.kind === 'granted' && request.why !== 'continue'\n",
      },
    ],
    noticedBy: exploredIn(['continued']),
  },
  {
    id: 'stopped-continuation-called-a-failure',
    rule: '4.8',
    without:
      'a long rollout that somebody stopped in its second execution ends as rolled back, not as aborted',
    edits: [
      {
        file: 'core/rollout/caught.ts',
        find: "typeof ExecutionArn === 'string' && Status === 'ABORTED'",
        replace: "typeof ExecutionArn === 'string' && Status === 'aborted'",
      },
    ],
    noticedBy: exploredIn(['continued'], ['ClaimRollout#', ':stop']),
  },
  {
    id: 'step-without-verdict-after-a-wait',
    rule: '4.6',
    without: 'a step that must wait for tasks again goes on to the one after it, without a verdict',
    edits: [
      {
        file: READY,
        find: 'return input.state.progress?.target_weight ?? (weight === 0 ? first : weight);',
        replace:
          'return nextStep(planSteps(record.deploy, record.stable === null), weight) ?? input.state.progress?.target_weight ?? first;',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/rollout-under-faults.test.ts'],
      only: 'takes no further step without a verdict',
      why: 'it takes a step that could not be finished, and a stable version that is scaled just then',
    },
  },
  {
    id: 'continuation-starts-over',
    rule: '4.8',
    without: 'the execution that goes on with a long rollout rolls it back',
    edits: [
      {
        file: 'core/rollout/resume.ts',
        find: "if (request.why === 'continue') {",
        replace: "if (request.status === 'continue') {",
      },
    ],
    noticedBy: exploredIn(['continued']),
  },
  {
    id: 'sized-as-declared',
    rule: '4.9',
    without: 'the canary is as large as declared, however large stable is now',
    edits: [
      {
        file: 'core/rollout/create-version.ts',
        find: 'Math.max(declared, stableTasks ?? (await context.workload.countRunning(stable)))',
        replace: 'Math.max(declared, stableTasks ?? (stable === null ? 0 : declared))',
      },
    ],
    noticedBy: exploredIn(['scaled']),
  },
  {
    id: 'weight-before-tasks',
    rule: '4.9',
    without: 'the weight grows before the canary’s tasks are ready',
    edits: [UNREADY_SHIFTS, UNREADY_PASSES],
    noticedBy: exploredIn(['never-ready']),
  },
  {
    id: 'readiness-not-looked-at-again',
    rule: '4.9',
    without: 'only the first step looks whether the tasks are ready',
    edits: [UNREADY_SHIFTS],
    noticedBy: exploredIn(['grows']),
  },
  {
    id: 'readiness-not-awaited',
    rule: '4.9',
    without: 'tasks are not waited for before the first step, so that no deadline holds for them',
    edits: [UNREADY_PASSES],
    noticedBy: exploredIn(['never-ready']),
  },
  {
    id: 'not-raised-with-stable',
    rule: '4.9',
    without: 'a canary does not grow when stable has grown meanwhile',
    edits: [{ file: READY, find: '    await workload.scale(record.version, needed);\n', replace: '' }],
    noticedBy: exploredIn(['grows']),
  },
];
