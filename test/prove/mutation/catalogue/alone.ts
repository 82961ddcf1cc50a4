import type { Mutation } from '../mutation';
import { ALONE, exploredIn } from './scenarios';

const STOP = 'core/rollout/stop-stable.ts';
const RESTORE = 'core/rollout/restore-stable.ts';
const ROLL_BACK = 'core/rollout/roll-back.ts';
const EXCLUSIVE = 'core/rollout/exclusive.ts';

/** What strategy all_at_once must never do. */
export const ALONE_RULES: readonly Mutation[] = [
  {
    id: 'started-beside-stable',
    rule: 'alone',
    without: 'the new version starts before the last task of the old one has ended',
    edits: [{ file: STOP, find: '  if (alive.length > 0) {', replace: '  if (alive.length < 0) {' }],
    noticedBy: exploredIn(ALONE),
  },
  {
    id: 'stopped-before-saved',
    rule: 'alone',
    without: 'how many tasks stable had is saved after they are stopped',
    edits: [
      { file: STOP, find: '  const stopping = await saveSize(context);\n', replace: '' },
      {
        file: STOP,
        find: '  const alive = await stopAllBut(context, record.version);\n',
        replace:
          '  const alive = await stopAllBut(context, record.version);\n  const stopping = await saveSize(context);\n',
      },
    ],
    noticedBy: exploredIn(ALONE, ['scale#', ':stop', ':kill']),
  },
  {
    id: 'size-not-saved',
    rule: 'alone',
    without: 'stable is stopped and nothing says so',
    edits: [
      {
        file: STOP,
        find: 'updateRecord(context, { stableTasks, stoppedAt: at, createdAt: at })',
        replace: 'updateRecord(context, { stoppedAt: at, createdAt: at })',
      },
    ],
    noticedBy: exploredIn(ALONE),
  },
  {
    id: 'starting-tasks-overlooked',
    rule: 'alone',
    without: 'a version that shall have tasks counts as gone while none has started yet',
    edits: [
      {
        file: EXCLUSIVE,
        find: "return status.alive > 0 || (status.state === 'active' && status.desired > 0);",
        replace: 'return status.alive > 0;',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/exclusive.test.ts'],
      only: 'none has started',
      why: 'in memory a task lives from the moment that it is asked for',
    },
  },
  {
    id: 'stable-not-restored',
    rule: 'alone',
    without: 'a rollback does not start stable again',
    edits: [{ file: ROLL_BACK, find: "next: isDown ? 'restore' : 'drain',", replace: "next: 'drain'," }],
    noticedBy: exploredIn(ALONE),
  },
  {
    id: 'restored-beside-canary',
    rule: 'alone',
    without: 'stable starts again before the last task of the canary has ended',
    edits: [{ file: RESTORE, find: 'if (alive.length > 0 || isFirstLook) {', replace: 'if (isFirstLook) {' }],
    noticedBy: exploredIn(ALONE),
  },
  {
    id: 'restored-at-first-look',
    rule: 'alone',
    without: 'stable starts again at the first look, while a late call may still start the canary',
    edits: [
      { file: RESTORE, find: 'if (alive.length > 0 || isFirstLook) {', replace: 'if (alive.length > 0) {' },
    ],
    noticedBy: exploredIn(ALONE, [':orphan']),
  },
  {
    id: 'restored-before-ready',
    rule: 'alone',
    without: 'a rollback is done before stable’s tasks are ready',
    edits: [
      { file: RESTORE, find: 'if (status.ready >= stableTasks) {', replace: 'if (status.ready >= 0) {' },
    ],
    noticedBy: exploredIn(ALONE),
  },
  {
    id: 'restored-on-an-old-look',
    rule: 'alone',
    without: 'stable counts as serving by a look that may be of the time before it was stopped',
    edits: [
      {
        file: RESTORE,
        find: 'const isTold = record.restartedAt !== undefined;',
        replace: 'const isTold = record.restoringSince !== undefined;',
      },
    ],
    noticedBy: exploredIn(ALONE, ['describe#', ':stale']),
  },
  {
    id: 'newest-not-in-the-list',
    rule: 'alone',
    without:
      'only the tasks of versions that a list names are stopped, and a list may be older than the newest',
    edits: [
      {
        file: EXCLUSIVE,
        find: 'new Set([...(await workload.list()), ...known]);',
        replace: 'new Set([...(await workload.list()), ...known.slice(known.length)]);',
      },
    ],
    noticedBy: exploredIn(ALONE, ['list#', ':stale']),
  },
  {
    id: 'restored-smaller',
    rule: 'alone',
    without: 'stable starts again with one task, however many it had',
    edits: [
      {
        file: RESTORE,
        find: 'await workload.scale(stable, stableTasks);',
        replace: 'await workload.scale(stable, 1);',
      },
    ],
    noticedBy: exploredIn(['scaled-alone']),
  },
  {
    id: 'called-rolled-back-too-early',
    rule: 'alone',
    without: 'a rollback counts as done when the split is back, before stable runs',
    edits: [
      {
        file: ROLL_BACK,
        find: 'const settled = hasStoppedStable(started)\n    ? started',
        replace: 'const settled = hasStoppedStable(started) && reason.length < 0\n    ? started',
      },
    ],
    noticedBy: exploredIn(ALONE, ['roll-back', 'RestoreStable', 'WhatIsLeft', 'DoesStable', 'WaitForStable']),
  },
  {
    id: 'stopped-stable-keeps-traffic',
    rule: 'alone',
    without: 'traffic that a hand gives to the stopped version after the promotion is left there',
    edits: [
      {
        file: 'core/rollout/remove-version.ts',
        find: 'removing: [...stoppedBy(record), ...(record.removing ?? [])]',
        replace: 'removing: record.removing ?? []',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/all-at-once.test.ts'],
      only: 'takes traffic from the old version again',
      why: 'what a hand gives to a version without tasks is not held against the system',
    },
  },
  {
    id: 'stopped-stable-not-adopted',
    rule: 'alone',
    without: 'a rollout that takes over does not know that the one before had stopped stable',
    edits: [
      {
        file: 'core/rollout/take-over.ts',
        find: 'const from = hasStoppedStable(record) ? record : isOpen ? abandoned : null;',
        replace: 'const from = hasStoppedStable(record) ? record : isOpen ? record : null;',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/all-at-once.test.ts'],
      only: 'starts a stopped version again',
      why: 'only where the event of its recovery is lost does the next release find stable stopped',
    },
  },
  {
    id: 'no-second-look-after-take-over',
    rule: 'alone',
    without: 'a rollout that took over starts its version while a late call may still start another',
    edits: [
      {
        file: STOP,
        find: 'record.adoptedFrom === null ? 0 : LATE_CALLS_SECONDS',
        replace: 'record.adoptedFrom === null ? 0 : 0',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/exclusive.test.ts'],
      only: 'second look',
      why: 'only where the event of its recovery is lost does the next release find stable stopped',
    },
  },
  {
    id: 'failed-look-counts-before-starting',
    rule: 'alone',
    without:
      'a look that failed counts, and what the next one says may be of the time before anything was stopped',
    edits: [
      {
        file: STOP,
        find: "const isFirstLook = input.state.progress?.next !== 'wait_for_stop';",
        replace: 'const isFirstLook = record.stoppedAt === undefined;',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/old-answers.test.ts'],
      only: 'first look failed',
      why: 'of three disturbances at once: a failed look, an old answer, and stable stopped once before',
    },
  },
  {
    id: 'failed-look-counts-before-restoring',
    rule: 'alone',
    without: 'a look that failed counts, and stable starts while a late call may still stop it',
    edits: [
      {
        file: RESTORE,
        find: "const isFirstLook = input.state.progress?.next !== 'wait_for_stable';",
        replace: 'const isFirstLook = record.restoringSince === undefined;',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/late-calls.test.ts'],
      only: 'first look of its recovery failed',
      why: 'of two disturbances at once, which are drawn seldom: a late call and a look that fails after it',
    },
  },
  {
    id: 'replaced-split-forgotten',
    rule: '4.1',
    without: 'a repeated rollback tells the split that it wrote the first time as the one that it found',
    edits: [
      {
        file: ROLL_BACK,
        find: 'isStarted && equalSplits(found, target) ? { weights: record.previous } : found',
        replace: 'isStarted && equalSplits(found, target) ? found : found',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/history.test.ts'],
      only: 'a rollback replaced',
      why: 'a split is missing only where the line that told it was lost, too: of two disturbances at once',
    },
  },
  {
    id: 'no-deadline-for-stopping',
    rule: '4.7',
    without: 'the old version may take for ever to end',
    edits: [{ file: STOP, find: '>= record.deploy.progress_deadline\n', replace: '< 0\n' }],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/all-at-once.test.ts'],
      only: 'does not end in time',
      why: 'tasks that never end would end no other release of the scenario either',
    },
  },
  {
    id: 'no-deadline-for-restoring',
    rule: '4.7',
    without: 'stable may take for ever to serve again, and nobody is told',
    edits: [{ file: RESTORE, find: '>= RESTORE_DEADLINE) {', replace: '< 0) {' }],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/all-at-once.test.ts'],
      only: 'fails loudly',
      why: 'tasks that never start would start for no other release of the scenario either',
    },
  },
  {
    id: 'newer-not-waited-for-before-stopping',
    rule: '4.4',
    without: 'stable is stopped although a newer rollout waits',
    edits: [
      {
        file: STOP,
        find: 'if (service.waiting !== null) {',
        replace: 'if (service.waiting === undefined) {',
      },
    ],
    noticedBy: exploredIn(ALONE, [':release']),
  },
];
