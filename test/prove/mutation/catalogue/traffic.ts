import type { Mutation } from '../mutation';
import { CANARIES, exploredIn } from './scenarios';

const CONTEXT = 'core/rollout/context.ts';
const SPLIT = 'core/traffic/split.ts';
const SHIFT = 'core/rollout/shift-traffic.ts';
const PROMOTE = 'core/rollout/promote-version.ts';
const ROLL_BACK = 'core/rollout/roll-back.ts';
const REMOVE = 'core/rollout/remove-version.ts';
const MACHINE = 'state-machine/rollout.asl.json';

const WITHOUT_SUM = { file: SPLIT, find: 'if (sum !== 100) {', replace: 'if (sum < 0) {' };
const WITHOUT_STEP_CHECK = {
  file: SHIFT,
  find: 'if (!isNextStep(context, split, target)) {',
  replace: 'if (target < 0) {',
};
const JUMPS = {
  file: 'core/rollout/decide.ts',
  find: 'const target = nextStep(input.steps, input.weight) ?? 100;',
  replace: 'const target = 100;',
};
const REMOVAL = 'core/rollout/removal.ts';

/** A version that has traffic by now, although the first look did not show it, is kept by the second. */
const WITHOUT_SECOND_LOOK = {
  file: REMOVAL,
  find: 'if (version in again.weights || (await removeOne',
  replace: 'if ((await removeOne',
};

/** The bake is longer than a drain, so that only a rollout without one shows whether there is a drain after it. */
const WITHOUT_BAKE = [
  {
    file: 'core/rollout/decide.ts',
    find: 'const length = bakes ? record.deploy.bake_time',
    replace: 'const length = bakes ? 0',
  },
  {
    file: 'core/rollout/evaluate-health.ts',
    find: 'const isFresh = isBaking || record',
    replace: 'const isFresh = record',
  },
];

/** A promotion that failed is taken off the record by the rollback. */
const NOT_FORGOTTEN = {
  file: ROLL_BACK,
  find: 'if (service.stable === record.version && record.stable !== record.version) {',
  replace: "if (service.stable === '') {",
};

/** Rules 1 and 2: the router is the truth, and traffic goes before tasks. */
export const TRAFFIC: readonly Mutation[] = [
  {
    id: 'split-not-verified',
    rule: '4.1',
    without: 'a split that was written is not looked at again',
    edits: [
      {
        file: CONTEXT,
        find: "if (!isShown && (await router.verifySplit(split)) === 'pending') {",
        replace: "if (!isShown && reason === '') {",
      },
      {
        file: CONTEXT,
        find: "equalSplits(current, split) && (await router.verifySplit(split)) !== 'pending';",
        replace: 'equalSplits(current, split);',
      },
    ],
    noticedBy: exploredIn(CANARIES, [':lost']),
  },
  {
    id: 'split-does-not-sum',
    rule: '4.1',
    without: 'a canary’s split sums to more than 100, and nothing checks the sum',
    edits: [WITHOUT_SUM, { file: SPLIT, find: '[stable]: 100 - weight }', replace: '[stable]: 100 }' }],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'sum-not-checked',
    rule: '4.1',
    without: 'weights that do not sum to 100 make a split',
    edits: [WITHOUT_SUM],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/plan.test.ts'],
      why: 'the arithmetic of steps always sums to 100; with that taken out too, split-does-not-sum is explored',
    },
  },
  {
    id: 'written-before-saved',
    rule: '4.1',
    without: 'a split is written before the intention to write it is saved',
    edits: [
      {
        file: SHIFT,
        find: '  const record = await updateRecord(context, {',
        replace:
          '  await establishSplit(context, wanted, `step to ${target} %`, true);\n  const record = await updateRecord(context, {',
      },
    ],
    noticedBy: exploredIn(CANARIES, ['verifySplit#', 'setSplit#']),
  },
  {
    id: 'previous-not-saved',
    rule: '4.1',
    without: 'the split before a step is not saved with the intention',
    edits: [
      {
        file: SHIFT,
        find: 'previous: isInForce ? previous : current.weights,',
        replace: 'previous: wanted.weights,',
      },
    ],
    noticedBy: exploredIn(CANARIES, ['setSplit#']),
  },
  {
    id: 'unfinished-step-taken-for-done',
    rule: '4.1',
    without: 'a step that is repeated because its function failed half-way counts from the step before',
    edits: [
      {
        file: SHIFT,
        find: '    lastShiftAt !== undefined &&\n    equalSplits({ weights: intended }, wanted) &&\n    equalSplits({ weights: previous }, wanted);',
        replace: '    lastShiftAt !== undefined &&\n    equalSplits({ weights: intended }, wanted);',
      },
    ],
    noticedBy: exploredIn(['watched'], ['verifySplit', 'appendEntry']),
  },
  {
    id: 'hand-edit-overlooked',
    rule: '4.1',
    without: 'a split that somebody else changed is not noticed',
    edits: [
      {
        file: 'core/rollout/drift.ts',
        find: 'if (sharesTraffic(found, intended) || sharesTraffic(found, previous)) {',
        replace: 'if (sharesTraffic(found, found)) {',
      },
    ],
    noticedBy: exploredIn(CANARIES, [':edit']),
  },
  {
    id: 'step-skipped',
    rule: '4.2',
    without: 'a check asks for 100 at once, and a step is not compared with the plan',
    edits: [JUMPS, WITHOUT_STEP_CHECK],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'step-refused',
    rule: '4.2',
    without:
      'a check asks for 100 at once; comparing the step with the plan prevents it, and nothing is promoted',
    edits: [JUMPS],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'traffic-not-given-back',
    rule: '4.2',
    without: 'a rollback does not set the split',
    edits: [
      {
        file: ROLL_BACK,
        find: 'const hasMoved = await establishSplit({ ...context, record: started }, target, `rolled back: ${reason}`);',
        replace: 'const hasMoved = true;',
      },
    ],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'no-rollback-state',
    rule: '4.2',
    without: 'a verdict that says roll back leads to the removal of tasks, not to RollBack',
    edits: [
      {
        file: MACHINE,
        state: 'WhatDoesTheVerdictSay',
        find: '"Default": "RollBack"',
        replace: '"Default": "RemoveVersion"',
      },
    ],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'no-drain-after-rollback',
    rule: '4.2',
    without: 'tasks are removed right after a rollback, without a drain',
    edits: [
      {
        file: MACHINE,
        state: 'WhatIsLeftToDo',
        find: '"Default": "WaitForDrain"',
        replace: '"Default": "RemoveVersion"',
      },
    ],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'drain-too-short-after-rollback',
    rule: '4.2',
    without: 'the drain after a rollback lasts a second',
    edits: [{ file: ROLL_BACK, find: '? 1 : context.binding.drainSeconds', replace: '? 1 : 1' }],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'no-drain-after-promotion',
    rule: '4.2',
    without:
      'the old version is removed right after the promotion, without a drain and without the bake that is as long',
    edits: [
      ...WITHOUT_BAKE,
      {
        file: MACHINE,
        state: 'WasItPromoted',
        find: '"Next": "WaitForDrain"',
        replace: '"Next": "RemoveVersion"',
      },
    ],
    noticedBy: exploredIn(['watched']),
  },
  {
    id: 'drain-too-short-after-promotion',
    rule: '4.2',
    without: 'the drain after a promotion lasts a second, without the bake that is longer',
    edits: [
      ...WITHOUT_BAKE,
      {
        file: PROMOTE,
        find: 'record.stable === null ? 1 : binding.drainSeconds',
        replace: 'binding.drainSeconds * 0 + 1',
      },
    ],
    noticedBy: exploredIn(['watched']),
  },
  {
    id: 'weighted-version-removed',
    rule: '4.2',
    without: 'a version that the split names may be removed',
    edits: [
      {
        file: REMOVAL,
        find: '[...Object.keys(split.weights), ...Object.keys(intended.weights)]',
        replace: 'Object.keys(intended.weights)',
      },
      WITHOUT_SECOND_LOOK,
    ],
    noticedBy: exploredIn(CANARIES, [':edit']),
  },
  {
    id: 'no-second-look-before-removal',
    rule: '4.2',
    without: 'a version is removed by one look at the split, which may be older than a late call',
    edits: [WITHOUT_SECOND_LOOK],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/removal.test.ts'],
      only: 'a second look shows',
      why: 'of two disturbances at once: a late call, and a look that is older than it',
    },
  },
  {
    id: 'replaced-version-not-named',
    rule: '4.3',
    without:
      'where nobody can read the split after a promotion failed, the old version is not named as left behind',
    edits: [
      {
        file: 'core/rollout/complete-rollout.ts',
        find: 'split === null ? [record.intended, record.previous] : [split.weights]',
        replace: 'split === null ? [] : [split.weights]',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/stray-traffic.test.ts'],
      only: 'names both versions',
      why: 'of two disturbances at once: a promotion that fails, and a router that cannot be read',
    },
  },
  {
    id: 'losers-not-removed',
    rule: '4.2',
    without: 'only what the workload lists is removed: a version of which only the target is left stays',
    edits: [
      {
        file: REMOVE,
        find: '    record.version,\n    ...(record.stable === null',
        replace: '    ...(record.stable === null',
      },
    ],
    noticedBy: exploredIn(CANARIES, ['remove#', 'create#']),
  },
  {
    id: 'settled-split-not-kept',
    rule: '4.2',
    without:
      'a split that was settled and then changed by a late call or a hand is not put in force again before tasks go',
    edits: [
      {
        file: REMOVAL,
        find: 'const kept = await keepSplit(context, { intended, isGivenBack, removing, beforeWriting }, split);',
        replace: "const kept: string = 'kept';",
      },
    ],
    noticedBy: exploredIn(CANARIES, [':edit', ':orphan']),
  },
  {
    id: 'told-to-stop-not-saved',
    rule: '4.2',
    without: 'which versions were told to stop is not saved before they are',
    edits: [
      {
        file: REMOVAL,
        find: 'if (losers.some((version) => !removing.includes(version))) {',
        replace: 'if (losers.length < 0) {',
      },
    ],
    noticedBy: exploredIn(CANARIES, [':edit']),
  },
  {
    id: 'drain-cut-short-by-a-death',
    rule: '4.2',
    without:
      'a function that died right after it had put the split in force again leaves nothing that says so',
    edits: [
      {
        file: REMOVAL,
        find: 'const beforeWriting = () => plan.save({ ...begun, drainingSince: null });',
        replace: 'const beforeWriting = () => plan.save(begun);',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/removal.test.ts'],
      only: 'although the function died',
      why: 'it takes two disturbances: an edit by hand, and a death at the write that follows it',
    },
  },
  {
    id: 'target-kept',
    rule: '4.2',
    without: 'a removed version stays a target of the router',
    edits: [{ file: REMOVAL, find: '    await router.removeTarget(version);\n', replace: '' }],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'promoted-on-record-first',
    rule: '4.2',
    without: 'the canary is the stable version on record before the split names it alone',
    edits: [
      NOT_FORGOTTEN,
      {
        file: PROMOTE,
        find: "  await establishSplit({ ...context, record: promoting }, final, 'promoted', true);\n",
        replace: '',
      },
      {
        file: PROMOTE,
        find: "  const reason = input.state.progress?.reason ?? 'every check passed';\n",
        replace:
          "  await establishSplit({ ...context, record: promoting }, final, 'promoted', true);\n  const reason = input.state.progress?.reason ?? 'every check passed';\n",
      },
    ],
    noticedBy: exploredIn(CANARIES, ['PromoteVersion', 'promote-version', 'saveService', ':denied']),
  },
  {
    id: 'promotion-not-forgotten',
    rule: '4.2',
    without: 'the canary stays the stable version on record when its promotion failed and was rolled back',
    edits: [NOT_FORGOTTEN],
    noticedBy: exploredIn(CANARIES, ['promote-version', 'saveService#', 'saveRollout#', 'PromoteVersion']),
  },
  {
    id: 'promotion-taken-back',
    rule: '4.2',
    without: 'a rollout that is already promoted is rolled back all the same',
    edits: [{ file: ROLL_BACK, find: "if (record.phase === 'promoted' || ", replace: 'if (' }],
    noticedBy: exploredIn(['canary'], ['promote-version#1:kill-after', 'PromoteVersion#1:stop'], true),
  },
  {
    id: 'target-forgotten-on-repeat',
    rule: '4.1',
    without: 'a repeated rollback restores what it finds, and not what it decided the first time',
    edits: [
      {
        file: ROLL_BACK,
        find: '? { weights: record.intended }',
        replace: '? found',
      },
    ],
    noticedBy: exploredIn(CANARIES, ['roll-back', 'setSplit', 'appendEntry']),
  },
  {
    id: 'stable-unknown-after-rollback',
    rule: '4.2',
    without: 'a rollout that fails while it finds out which version is stable takes all traffic away',
    edits: [
      {
        file: ROLL_BACK,
        find: "  if (record.phase === 'claimed') {\n",
        replace: "  if (record.phase === 'completed') {\n",
      },
    ],
    noticedBy: exploredIn(CANARIES, ['getSplit#', 'list#']),
  },
  {
    id: 'leftovers-not-drained',
    rule: '4.2',
    without: 'a release that makes way removes at once what a failed rollback left behind moments ago',
    edits: [
      {
        file: ROLL_BACK,
        find: ' || context.service.leftovers !== undefined;',
        replace: ';',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/after-interruption.test.ts'],
      only: 'drains before a release that makes way',
      why: 'it takes a rollback that fails and two releases within seconds; the exploration draws such pairs by chance',
    },
  },
];
