import type { Mutation } from '../mutation';
import { CANARIES, exploredIn } from './scenarios';

const LEASE = 'core/rollout/lease.ts';
const CLAIM = 'core/rollout/claim-rollout.ts';
const TAKE_OVER = 'core/rollout/take-over.ts';
const REPAIR = 'core/rollout/repair.ts';
const STORE = 'adapters/memory/store.ts';

const WITHOUT_LEASE_CHECK = {
  file: LEASE,
  find: 'if (holder?.rolloutId === id && holder.execution === execution.id) {',
  replace: 'if (id !== execution.id) {',
};
const WITHOUT_FENCE = { file: STORE, find: 'if (stored > record.fence) {', replace: 'if (stored < 0) {' };

const NOT_CLOSED_AT_THE_END = {
  file: 'core/rollout/complete-rollout.ts',
  find: "  await closeAdopted(context, end.outcome === 'RollbackFailed' ? end.reason : settled);\n",
  replace: '',
};

/** Rule 4: one rollout per service at a time, and the newest wins. */
export const LEASE_RULES: readonly Mutation[] = [
  {
    id: 'lease-not-checked',
    rule: '4.4',
    without:
      'a function looks neither whether its execution still drives the service nor does the store refuse what it writes',
    edits: [WITHOUT_LEASE_CHECK, WITHOUT_FENCE],
    noticedBy: exploredIn(['canary', 'canary-bad', 'all-at-once-bad'], [':orphan']),
  },
  {
    id: 'execution-not-checked',
    rule: '4.4',
    without: 'any execution of a rollout counts as the one that drives it, an ended one too',
    edits: [
      WITHOUT_FENCE,
      {
        file: LEASE,
        find: 'holder?.rolloutId === id && holder.execution === execution.id',
        replace: 'holder?.rolloutId === id',
      },
    ],
    noticedBy: exploredIn(CANARIES, [':orphan']),
  },
  {
    id: 'fence-not-checked',
    rule: '4.4',
    without: 'the store takes the write of a rollout that has lost its lease',
    edits: [WITHOUT_FENCE],
    noticedBy: {
      kind: 'tests',
      files: ['test/contract/rollout-store.test.ts'],
      why: 'a rollout writes its own record alone, so that only two executions of one rollout could meet there; the lease check and the number of each write of the service keep them apart',
    },
  },
  {
    id: 'fence-not-raised',
    rule: '4.4',
    without: 'a new holder of the lease has the fencing number of the one before',
    edits: [
      {
        file: LEASE,
        find: 'fence: sameDriver ? state.fence : state.fence + 1',
        replace: 'fence: sameDriver ? state.fence : state.fence',
      },
    ],
    noticedBy: exploredIn(CANARIES, [':orphan']),
  },
  {
    id: 'revision-not-checked',
    rule: '4.4',
    without: 'the store overwrites a service’s state that somebody else wrote meanwhile',
    edits: [{ file: STORE, find: 'if (stored !== state.revision) {', replace: 'if (stored < 0) {' }],
    noticedBy: exploredIn(CANARIES, [':release', 'saveService']),
  },
  {
    id: 'running-holder-displaced',
    rule: '4.4',
    without: 'a lease is granted although its holder runs',
    edits: [
      {
        file: LEASE,
        find: "if (holder === null || holderState !== 'running') {",
        replace: "if (holder === null || holderState !== 'never') {",
      },
    ],
    noticedBy: exploredIn(CANARIES, [':release']),
  },
  {
    id: 'dead-holder-kept',
    rule: '4.4',
    without: 'a holder whose execution has ended keeps the lease until recovery frees it',
    edits: [
      {
        file: LEASE,
        find: "if (holder === null || holderState !== 'running') {",
        replace: 'if (holder === null) {',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/rollouts-meet.test.ts'],
      only: 'adopts the half-done work',
      why: 'recovery heals before the next release comes; only where its event is lost too does the next release find half-done work',
    },
  },
  {
    id: 'older-wins-over-holder',
    rule: '4.4',
    without: 'an older rollout may wait for the lease of a newer one',
    edits: [
      { file: LEASE, find: 'if (isNewer(holder, claimant)) {', replace: "if (holder.rolloutId === '') {" },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/lease.test.ts'],
      why: 'it takes two delays at once to let the older of two claim last: the decision is one function, and its tests play every order',
    },
  },
  {
    id: 'older-wins-over-waiting',
    rule: '4.4',
    without: 'a rollout takes the place in the queue of a newer one',
    edits: [
      { file: LEASE, find: ' && isNewer(waiting, claimant)) {', replace: " && waiting.rolloutId === '') {" },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/lease.test.ts'],
      why: 'it takes two delays at once to let the older of two claim last: the decision is one function, and its tests play every order',
    },
  },
  {
    id: 'order-turned-round',
    rule: '4.4',
    without: 'the oldest of several rollouts wins',
    edits: [
      {
        file: LEASE,
        find: 'a.rolloutId > b.rolloutId : a.startedAt > b.startedAt',
        replace: 'a.rolloutId < b.rolloutId : a.startedAt < b.startedAt',
      },
    ],
    noticedBy: exploredIn(CANARIES, [':release']),
  },
  {
    id: 'newer-not-waited-for',
    rule: '4.4',
    without: 'a rollout under way does not make way for a newer one at its next check',
    edits: [
      {
        file: 'core/rollout/evaluate-health.ts',
        find: 'supersededBy: service.waiting?.rolloutId ?? null,',
        replace: 'supersededBy: null,',
      },
    ],
    noticedBy: exploredIn(CANARIES, [':release']),
  },
  {
    id: 'newer-not-waited-for-at-start',
    rule: '4.4',
    without: 'a rollout whose tasks are starting does not make way for a newer one',
    edits: [
      {
        file: 'core/rollout/check-version-ready.ts',
        find: 'if (service.waiting !== null) {',
        replace: 'if (service.waiting === undefined) {',
      },
    ],
    noticedBy: exploredIn(CANARIES, [':release']),
  },
  {
    id: 'queue-left-by-nobody',
    rule: '4.4',
    without: 'the entry in the queue stays when its rollout has got the lease',
    edits: [
      {
        file: LEASE,
        find: 'state.waiting !== null && isNewer(state.waiting, claimant) ? state.waiting : null',
        replace: 'state.waiting',
      },
    ],
    noticedBy: exploredIn(CANARIES, [':release']),
  },
  {
    id: 'half-done-work-not-repaired',
    rule: '4.4',
    without: 'a rollout begins on whatever split it finds',
    edits: [
      {
        file: TAKE_OVER,
        find: '  await establishSplit({ ...context, record }, repair.split, `take-over: ${repair.reason}`);\n',
        replace: '',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/rollouts-meet.test.ts'],
      only: 'is repaired by the next rollout',
      why: 'every play begins on a split that somebody had decided; a test begins on another',
    },
  },
  {
    id: 'abandoned-record-left-open',
    rule: '4.4',
    without: 'the record of a dead rollout is not closed by the one that takes over',
    edits: [
      {
        file: TAKE_OVER,
        find: '    await closeAbandoned(ports, abandoned, { id: record.id, fence: record.fence, where });\n',
        replace: '',
      },
      NOT_CLOSED_AT_THE_END,
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/rollouts-meet.test.ts'],
      only: 'adopts the half-done work',
      why: 'recovery heals before the next release comes; only where its event is lost too does the next release find half-done work',
    },
  },
  {
    id: 'adopted-record-left-open',
    rule: '4.4',
    without: 'a dead rollout that could not be ended when it was taken over is never ended',
    edits: [NOT_CLOSED_AT_THE_END],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/after-take-over.test.ts'],
      only: 'and is told',
      why: 'of two disturbances at once: a rollout dies, and who takes over may not write its record',
    },
  },
  {
    id: 'abandoned-rollout-not-fenced',
    rule: '4.4',
    without: 'late calls of a dead rollout write on after its service was taken over',
    edits: [
      {
        file: TAKE_OVER,
        find: 'ports.store.fenceRollout(record.adoptedFrom, service.fence)',
        replace: 'ports.store.loadRollout(record.adoptedFrom)',
      },
      { file: 'core/rollout/close-abandoned.ts', find: '    fence: by.fence,\n', replace: '' },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/late-calls.test.ts'],
      only: 'is refused once a newer rollout',
      why: 'only where the event of its recovery is lost does a newer rollout take over at once',
    },
  },
  {
    id: 'undone-first-version-adopted',
    rule: '4.4',
    without: 'a first version that was being taken back when its rollout died is adopted as stable',
    edits: [
      {
        file: TAKE_OVER,
        find: "abandoned?.phase === 'rolling_back' && abandoned.stable === null",
        replace: "abandoned?.phase === 'claimed' && abandoned.stable === null",
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/after-interruption.test.ts'],
      only: 'is not adopted as stable by the next release',
      why: 'only where recovery fails five times does a newer rollout find a rollback half-done',
    },
  },
  {
    id: 'adopted-stable-not-named',
    rule: '4.4',
    without: 'what a dead rollout replaced keeps its target for ever',
    edits: [
      {
        file: 'core/rollout/adopted.ts',
        find: 'stable === null ? [version] : [version, stable]',
        replace: 'stable === null ? [version] : [version]',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/after-interruption.test.ts'],
      only: 'is removed also where it is the target',
      why: 'only where recovery fails five times does a newer rollout find a promotion half-done',
    },
  },
  {
    id: 'abandoned-rollout-not-remembered',
    rule: '4.4',
    without: 'a rollout does not write down whose work it adopts',
    edits: [
      { file: CLAIM, find: 'adoptedFrom: claim.previous?.rolloutId ?? null,', replace: 'adoptedFrom: null,' },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/rollouts-meet.test.ts'],
      only: 'adopts the half-done work',
      why: 'recovery heals before the next release comes; only where its event is lost too does the next release find half-done work',
    },
  },
  {
    id: 'canary-adopted-as-stable',
    rule: '4.4',
    without: 'the version with the greatest weight is stable, whatever is on record',
    edits: [
      {
        file: REPAIR,
        find: '  if (recordedStable !== null && running.includes(recordedStable)) {\n    return {',
        replace: "  if (recordedStable === '') {\n    return {",
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/repair.test.ts'],
      why: 'what was found is repaired by one function, whose tests give it every finding',
    },
  },
  {
    id: 'dead-stable-adopted',
    rule: '4.4',
    without: 'the version on record is stable although nothing of it runs',
    edits: [
      {
        file: REPAIR,
        find: '  if (recordedStable !== null && running.includes(recordedStable)) {\n    return {',
        replace: '  if (recordedStable !== null) {\n    return {',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/repair.test.ts'],
      why: 'what was found is repaired by one function, whose tests give it every finding',
    },
  },
  {
    id: 'claim-not-idempotent',
    rule: '4.4',
    without: 'a claim that is repeated begins a second version of the same release',
    edits: [
      {
        file: CLAIM,
        find: 'const existing = isHeld ? await ports.store.loadRollout(id) : null;',
        replace: 'const existing = isHeld ? null : null;',
      },
    ],
    noticedBy: exploredIn(CANARIES, ['claim-rollout']),
  },
  {
    id: 'lease-before-record',
    rule: '4.4',
    without: 'the lease is taken before there is a record that a recovery could work from',
    edits: [
      {
        file: CLAIM,
        find: '  await ports.store.saveRollout(record);\n  return { service: await ports.store.saveService(named.state), record };',
        replace:
          '  const taken = await ports.store.saveService(named.state);\n  await ports.store.saveRollout(record);\n  return { service: taken, record };',
      },
    ],
    noticedBy: exploredIn(CANARIES, ['saveRollout#1', 'saveService#1']),
  },
  {
    id: 'slow-build-overtakes',
    rule: '4.4',
    without: 'a build that was slow replaces the build of a newer commit',
    edits: [
      {
        file: LEASE,
        find: 'sequence !== undefined && sequence < (state.sequence ?? 0)',
        replace: 'sequence !== undefined && sequence < 0',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/build-order.test.ts'],
      why: 'the place of a build in the order is the pipeline’s; releases of the exploration have none',
    },
  },
  {
    id: 'other-pipeline-obeyed',
    rule: '4.4',
    without: 'a pipeline may ask for a rollout of another service',
    edits: [
      {
        file: CLAIM,
        find: 'const foreign = findOriginProblem(id, document);',
        replace: "const foreign = findOriginProblem('', document);",
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/pipeline-origin.test.ts'],
      why: 'the exploration has one service; who may ask for what is decided before anything is touched',
    },
  },
];
