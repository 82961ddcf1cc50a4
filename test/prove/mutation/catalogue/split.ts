import type { Mutation } from '../mutation';
import { CANARIES, exploredIn, SPLITS } from './scenarios';

const SET = 'core/manual-split/set-split.ts';
const START = 'core/manual-split/start-versions.ts';
const RESTORE = 'core/manual-split/restore-split.ts';
const CLAIM = 'core/manual-split/claim-split.ts';
const REMOVE = 'core/manual-split/remove-unnamed-versions.ts';
const KEEP = 'core/manual-split/keep-version.ts';
const COMPLETE = 'core/manual-split/complete-split.ts';
const REFUSAL = 'core/manual-split/refusal.ts';

const UNREADY_SET = { file: SET, find: 'if (unready.length > 0) {', replace: 'if (unready.length < 0) {' };
const UNREADY_START = {
  file: START,
  find: 'if (status.ready >= needed) {',
  replace: 'if (status.desired >= needed) {',
};

/** What an operator’s split must keep to. */
export const SPLIT_RULES: readonly Mutation[] = [
  {
    id: 'split-before-tasks',
    rule: 'split',
    without: 'a version gets traffic before its tasks are ready',
    edits: [UNREADY_SET, UNREADY_START],
    noticedBy: exploredIn(SPLITS),
  },
  {
    id: 'split-before-not-saved',
    rule: 'split',
    without: 'the split that a failure restores is not saved',
    edits: [{ file: CLAIM, find: '    before: found.weights,\n', replace: '    before: claimed.wanted,\n' }],
    noticedBy: exploredIn(SPLITS),
  },
  {
    id: 'split-not-restored',
    rule: 'split',
    without:
      'a failure leaves the split where it is, and the removal that follows does not restore it either',
    edits: [
      {
        file: 'core/rollout/removal.ts',
        find: 'const kept = await keepSplit(context, { intended, isGivenBack, removing, beforeWriting }, split);',
        replace: "const kept: string = 'kept';",
      },
      {
        file: RESTORE,
        find: '  const hasOverruled = await establishSplit(\n    { ...context, record: asEventSubject(change) },\n    { weights: before },\n    `restored: ${reason}`,\n  );\n',
        replace: '  const hasOverruled = true;\n',
      },
    ],
    noticedBy: exploredIn(SPLITS, ['saveSplitChange#', 'appendEntry#', 'verifySplit#']),
  },
  {
    id: 'set-split-taken-back',
    rule: 'split',
    without: 'a split that was set and verified is taken back when a function fails afterwards',
    edits: [
      {
        file: RESTORE,
        find: "if (change.phase === 'set' || change.phase === 'restored'",
        replace: "if (change.phase === 'restored'",
      },
    ],
    noticedBy: exploredIn(['split'], ['set-split#1:kill-after'], true),
  },
  {
    id: 'named-version-removed',
    rule: 'split',
    without:
      'after a restore the wanted split counts as the settled one, and what it does not name is removed',
    edits: [
      {
        file: REMOVE,
        find: 'isGivenBack ? change.before : change.wanted',
        replace: 'isGivenBack ? change.wanted : change.wanted',
      },
    ],
    noticedBy: exploredIn(SPLITS),
  },
  {
    id: 'warm-version-removed',
    rule: 'split',
    without: 'a version that the split names at weight 0 is removed',
    edits: [
      {
        file: 'core/rollout/removal.ts',
        find: '[...Object.keys(split.weights), ...Object.keys(intended.weights)]',
        replace:
          '[...Object.keys(split.weights), ...Object.keys(intended.weights)].filter((version) => split.weights[version] !== 0)',
      },
    ],
    noticedBy: exploredIn(['split-warm']),
  },
  {
    id: 'unnamed-version-kept',
    rule: 'split',
    without: 'versions that the split no longer names keep running',
    edits: [
      { file: REMOVE, find: 'findKnown: () => findKnown(context),', replace: 'findKnown: async () => [],' },
    ],
    noticedBy: exploredIn(SPLITS),
  },
  {
    id: 'no-drain-after-split',
    rule: 'split',
    without: 'versions that lost their traffic are removed without a drain',
    edits: [
      {
        file: SET,
        find: 'wait_seconds: isUnchanged(change) ? 1 : binding.drainSeconds,',
        replace: 'wait_seconds: isUnchanged(change) ? 1 : 1,',
      },
    ],
    noticedBy: exploredIn(SPLITS),
  },
  {
    id: 'no-drain-after-restore',
    rule: 'split',
    without: 'the new tasks are removed right after the split before was restored',
    edits: [
      {
        file: RESTORE,
        find: 'mayDrain || hasOverruled ? binding.drainSeconds : 1',
        replace: 'hadBegun || hasOverruled ? 1 : 1',
      },
    ],
    noticedBy: exploredIn(SPLITS),
  },
  {
    id: 'stable-remembered-under-split',
    rule: 'split',
    without: 'a version stays stable on record while an operator’s split shares traffic',
    edits: [
      {
        file: SET,
        find: 'saveService({ ...service, stable, splitByHand: true })',
        replace: 'saveService({ ...service, splitByHand: true })',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/manual-split.test.ts'],
      only: 'taken out of manual split',
      why: 'a service leaves manual split by a deploy, which the exploration has none of',
    },
  },
  {
    id: 'release-under-manual-split',
    rule: 'split',
    without: 'a push rolls out by itself although an operator sets the split',
    edits: [
      {
        file: KEEP,
        find: 'if (binding.manualSplit === true) {',
        replace: 'if (binding.manualSplit === undefined) {',
      },
    ],
    noticedBy: exploredIn([...SPLITS, ...CANARIES]),
  },
  {
    id: 'release-after-shared-split',
    rule: 'split',
    without: 'a release takes a service over whose traffic an operator had shared out',
    edits: [
      {
        file: KEEP,
        find: 'return service.splitByHand === true && service.stable === null ?',
        replace: 'return service.splitByHand === undefined && service.stable === service.service ?',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/manual-split.test.ts'],
      why: 'a service leaves manual split by a deploy, which the exploration has none of',
    },
  },
  {
    id: 'half-done-rollout-displaced',
    rule: 'split',
    without: 'an operator’s split takes over from a rollout whose recovery is still to come',
    edits: [
      {
        file: CLAIM,
        find: "return isHalfDone ? 'running' : ports.executions",
        replace: 'return ports.executions',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/manual-split.test.ts'],
      only: 'died half-way',
      why: 'a rollout and a split meet only around the deploy that puts a service under manual split',
    },
  },
  {
    id: 'unbuilt-version-accepted',
    rule: 'split',
    without: 'a split may name a version that was never built',
    edits: [
      {
        file: REFUSAL,
        find: '    if (found === null) {\n      return notBuilt(ports, service, version);\n    }\n    built.set(version, found);',
        replace: '    if (found !== null) {\n      built.set(version, found);\n    }',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/manual-split.test.ts'],
      why: 'splits of the exploration name what was built; `make fuzz` tries bad input on its own',
    },
  },
  {
    id: 'lonely-version-shares',
    rule: 'split',
    without: 'a split may run what runs only alone beside another version',
    edits: [
      {
        file: REFUSAL,
        find: "if (built?.deploy.strategy === 'all_at_once') {",
        replace: 'if (built?.deploy.strategy === undefined) {',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/manual-split.test.ts'],
      why: 'splits of the exploration name versions that run side by side',
    },
  },
  {
    id: 'replaced-split-of-an-operator-forgotten',
    rule: 'split',
    without: 'a repeated restoring tells the split that it wrote the first time as the one that it found',
    edits: [
      {
        file: RESTORE,
        find: 'const replaced = (isWritten ? change.replaced : undefined) ?? found.weights;',
        replace: 'const replaced = (isWritten ? undefined : change.replaced) ?? found.weights;',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/history.test.ts'],
      only: 'restoring an operator',
      why: 'a split is missing only where the line that told it was lost, too: of two disturbances at once',
    },
  },
  {
    id: 'adopted-change-left-open',
    rule: 'split',
    without: 'a dead change of the split that could not be ended when it was taken over is never ended',
    edits: [
      {
        file: COMPLETE,
        find: "  await closeAdoptedSplits(context, end.outcome === 'RollbackFailed' ? end.reason : settled);\n",
        replace: '',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/after-take-over.test.ts'],
      only: 'ends on record also',
      why: 'of two disturbances at once: a change dies, and who takes over may not write its record',
    },
  },
  {
    id: 'split-set-before-late-calls',
    rule: 'split',
    without: 'a change that took over sets its split while a late call of the dead one may still set another',
    edits: [
      {
        file: CLAIM,
        find: '  return left <= 0\n',
        replace: '  return left <= LATE_CALLS_SECONDS\n',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/after-take-over.test.ts'],
      only: 'cannot set its split any more',
      why: 'of two disturbances at once: a call comes late, and a newer change is there at once',
    },
  },
  {
    id: 'split-makes-no-way',
    rule: 'split',
    without: 'a split whose versions are starting does not make way for a newer one',
    edits: [
      {
        file: START,
        find: 'if (service.waiting !== null) {',
        replace: 'if (service.waiting === undefined) {',
      },
    ],
    noticedBy: exploredIn(SPLITS),
  },
  {
    id: 'split-lease-not-freed',
    rule: 'split',
    without: 'a change of the split that has ended keeps the lease',
    edits: [{ file: COMPLETE, find: '  await freeLease(ports, completed);\n', replace: '' }],
    noticedBy: exploredIn(SPLITS),
  },
  {
    id: 'split-outcome-not-told',
    rule: 'split',
    without: 'nobody is told how a change of the split ended',
    edits: [{ file: COMPLETE, find: '  await tellEndOfSplit(ports, completed);\n', replace: '' }],
    noticedBy: exploredIn(SPLITS),
  },
  {
    id: 'kept-version-counted-twice',
    rule: 'split',
    without: 'a build that is kept twice by a repeated function becomes two versions',
    edits: [
      {
        file: KEEP,
        find: "const isKept = existing?.outcome === 'Registered';",
        replace: "const isKept = existing?.outcome === 'Registered' && existing.service === '';",
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/manual-split.test.ts'],
      why: 'builds are kept before the play begins',
    },
  },
];
