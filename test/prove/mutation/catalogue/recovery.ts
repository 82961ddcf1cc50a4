import type { Mutation } from '../mutation';
import { CANARIES, exploredIn } from './scenarios';

const RECOVER = 'core/rollout/recover-rollout.ts';
const RESUME = 'core/rollout/resume.ts';
const COMPLETE = 'core/rollout/complete-rollout.ts';

/** Rule 5: a killed execution heals. */
export const RECOVERY: readonly Mutation[] = [
  {
    id: 'no-recovery',
    rule: '4.5',
    without: 'nothing is started when an execution ends before its rollout does',
    edits: [
      {
        file: RECOVER,
        find: '  await ports.executions.start(executionNameFor(',
        replace: '  void (executionNameFor(',
      },
    ],
    noticedBy: exploredIn(CANARIES, [':stop']),
  },
  {
    id: 'recovery-keeps-split',
    rule: '4.5',
    without: 'a recovery completes the rollout without giving traffic back',
    edits: [{ file: RESUME, find: "    next: 'roll_back',\n", replace: "    next: 'complete',\n" }],
    noticedBy: exploredIn(CANARIES, [':stop']),
  },
  {
    id: 'recovery-keeps-canary',
    rule: '4.5',
    without: 'a recovery after traffic was settled does not remove the losing version',
    edits: [{ file: RESUME, find: "      next: 'drain',\n", replace: "      next: 'complete',\n" }],
    noticedBy: exploredIn(CANARIES, [':stop']),
  },
  {
    id: 'recovery-takes-no-lease',
    rule: '4.5',
    without: 'a recovery does not take the lease over',
    edits: [
      {
        file: 'core/rollout/drive-on.ts',
        find: 'const { fence } = await ports.store.saveService(granted);',
        replace: 'const { fence } = granted;',
      },
    ],
    noticedBy: exploredIn(CANARIES, [':stop']),
  },
  {
    id: 'lease-kept-by-rollback',
    rule: '4.5',
    without:
      'a recovery that cannot claim the service for a rollout that is complete leaves the lease with it',
    edits: [{ file: 'core/rollout/roll-back.ts', find: '    await freeLease(ports, known);\n', replace: '' }],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/after-interruption.test.ts'],
      only: 'is freed by a recovery that cannot claim',
      why: 'it takes two failures, one after the other; the exploration draws such pairs by chance',
    },
  },
  {
    id: 'late-record-overwritten',
    rule: '4.5',
    without: 'a recovery goes by what it read before it had fenced the execution before off',
    edits: [
      {
        file: RESUME,
        find: 'fence: (id, fence) => ports.store.fenceRollout(id, fence),',
        replace: 'fence: async (_id, fence) => ({ ...record, fence }),',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/late-calls.test.ts'],
      only: 'reaches the recovery that takes',
      why: 'it takes two calls that come late, one after the other; the exploration draws such pairs by chance',
    },
  },
  {
    id: 'lease-not-freed',
    rule: '4.5',
    without: 'a rollout that has ended keeps the lease',
    edits: [{ file: COMPLETE, find: '  await freeLease(ports, completed);\n', replace: '' }],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'lease-not-freed-on-repeat',
    rule: '4.5',
    without: 'a rollout that died between its outcome and the lease keeps the lease',
    edits: [{ file: COMPLETE, find: '    await freeLease(ports, done);\n', replace: '' }],
    noticedBy: exploredIn(CANARIES, ['saveService', 'complete-rollout']),
  },
  {
    id: 'outcome-not-recorded',
    rule: '4.5',
    without: 'the outcome is not written to the record',
    edits: [
      {
        file: COMPLETE,
        find: '    ...end,\n',
        replace: '    reason: end.reason,\n    leftovers: end.leftovers,\n',
      },
    ],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'end-not-recorded',
    rule: '4.5',
    without: 'a rollout is never marked as completed',
    edits: [{ file: COMPLETE, find: "    phase: 'completed',\n    ...end,", replace: '    ...end,' }],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'completion-not-idempotent',
    rule: '4.5',
    without: 'a completion that is repeated fails for want of the lease that it freed',
    edits: [
      {
        file: COMPLETE,
        find: "if (done !== null && done.phase === 'completed') {",
        replace: "if (done !== null && done.phase === 'claimed') {",
      },
    ],
    noticedBy: exploredIn(CANARIES, ['saveService', 'complete-rollout']),
  },
  {
    id: 'late-calls-not-waited-for',
    rule: '4.5',
    without: 'a recovery does not wait for calls of the stopped execution that may still take effect',
    edits: [
      {
        file: 'core/rollout/late-calls.ts',
        find: 'Math.max(seconds, LATE_CALLS_SECONDS)',
        replace: 'Math.max(seconds, 0)',
      },
    ],
    noticedBy: exploredIn(['canary', 'canary-bad', 'all-at-once-bad'], [':orphan']),
  },
  {
    id: 'queue-not-left',
    rule: '4.5',
    without: 'an execution that dies while it waits keeps its place in the queue',
    edits: [
      { file: RECOVER, find: '  await ports.store.saveService({ ...state, waiting: null });\n', replace: '' },
    ],
    noticedBy: exploredIn(['canary'], ['WaitForTraffic#1:release'], true),
  },
  {
    id: 'stopped-called-rolled-back',
    rule: '4.5',
    without: 'a rollout that somebody stopped is recorded as rolled back by itself',
    edits: [
      {
        file: RESUME,
        find: "outcome: request.status === 'ABORTED' ? 'Aborted' : 'RolledBack',",
        replace: "outcome: 'RolledBack',",
      },
    ],
    noticedBy: exploredIn(CANARIES, [':stop']),
  },
  {
    id: 'moved-traffic-called-no-change',
    rule: '4.5',
    without: 'a rollout that had moved traffic is recorded as one that changed nothing',
    edits: [
      {
        file: 'core/rollout/roll-back.ts',
        find: "? 'FailedNoChange' : 'RolledBack';",
        replace: "? 'FailedNoChange' : 'FailedNoChange';",
      },
    ],
    noticedBy: exploredIn(CANARIES),
  },
];
