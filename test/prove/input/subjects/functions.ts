import * as z from 'zod';
import { parseEvent } from '../../../../core/config/problems';
import { rolloutInputSchema } from '../../../../core/config/rollout-input-schema';
import { claimSplit } from '../../../../core/manual-split/claim-split';
import { completeSplit } from '../../../../core/manual-split/complete-split';
import { recoverSplit } from '../../../../core/manual-split/recover-split';
import { removeUnnamedVersions } from '../../../../core/manual-split/remove-unnamed-versions';
import { restoreSplit } from '../../../../core/manual-split/restore-split';
import { setSplit } from '../../../../core/manual-split/set-split';
import { splitInputSchema } from '../../../../core/manual-split/split-input';
import { startVersions } from '../../../../core/manual-split/start-versions';
import type { Ports } from '../../../../core/ports/index';
import { checkVersionReady } from '../../../../core/rollout/check-version-ready';
import { claimRollout } from '../../../../core/rollout/claim-rollout';
import { completeRollout } from '../../../../core/rollout/complete-rollout';
import { createVersion } from '../../../../core/rollout/create-version';
import { evaluateHealth } from '../../../../core/rollout/evaluate-health';
import { promoteVersion } from '../../../../core/rollout/promote-version';
import { type Recovery, recoverRollout, statusChangeSchema } from '../../../../core/rollout/recover-rollout';
import { removeVersion } from '../../../../core/rollout/remove-version';
import { restoreStable } from '../../../../core/rollout/restore-stable';
import { rollBack } from '../../../../core/rollout/roll-back';
import { shiftTraffic } from '../../../../core/rollout/shift-traffic';
import { parseClaimInput, parseStepInput, stepEventSchema } from '../../../../core/rollout/step-input';
import { stopStable } from '../../../../core/rollout/stop-stable';
import { aRolloutInput, aStepInput, CANARY, NOON, STABLE } from '../../../_helpers/builders';
import type { Subject } from '../subject';
import { TASK_DEFINITIONS } from './files';
import { freshWorld, worldInRollout, worldInSplit, worldUnderSplit } from './recorded-world';
import { type Answer, createStepSubject, type StepSubject } from './step-subject';

/** The functions of the rollout's state machine, as their handlers compose them. */
const ROLLOUT_STEPS = {
  'create-version': createVersion,
  'check-version-ready': checkVersionReady,
  'shift-traffic': shiftTraffic,
  'evaluate-health': evaluateHealth,
  'promote-version': promoteVersion,
  'roll-back': rollBack,
  'restore-stable': restoreStable,
  'stop-stable': stopStable,
  'remove-version': removeVersion,
  'complete-rollout': completeRollout,
};

const SPLIT_STEPS = {
  'start-versions': startVersions,
  'set-split': setSplit,
  'restore-split': restoreSplit,
  'remove-unnamed-versions': removeUnnamedVersions,
  'complete-split': completeSplit,
};

/** The inputs of both state machines, recovery's events, and every function's event as made by hand in the console. */
export function functionSubjects(): readonly Subject[] {
  const claims = [
    claimSubject('claim-rollout', claimRollout, ROLLOUT_INPUTS, worldInRollout),
    claimSubject('claim-split', claimSplit, SPLIT_INPUTS, worldInSplit),
  ];
  return [
    inputSubject('rollout.json', claimRollout, rolloutInputSchema, ROLLOUT_INPUTS, async () => freshWorld()),
    inputSubject('input of a split', claimSplit, splitInputSchema, SPLIT_INPUTS, worldUnderSplit),
    ...(['recover-rollout', 'recover-split'] as const).map(recoverySubject),
    ...claims.map(createStepSubject),
    ...Object.entries<Run>(ROLLOUT_STEPS).map(([name, run]) =>
      createStepSubject(stepOf(name, run, ROLLOUT_STATES, worldInRollout)),
    ),
    ...Object.entries<Run>(SPLIT_STEPS).map(([name, run]) =>
      createStepSubject({ ...stepOf(name, run, SPLIT_STATES, worldInSplit), mostWeight: 50 }),
    ),
  ];
}

type Step = StepSubject<unknown>;
type Run = (ports: Ports, input: never) => Promise<Answer>;

/** What somebody types into "Start execution", or a pipeline hands over. */
function inputSubject(
  name: string,
  run: Run,
  schema: z.ZodType,
  examples: readonly unknown[],
  world: Step['world'],
): Subject {
  const asEvent = (document: unknown): unknown => parseClaimInput({ ...aStepInput({}), state: document });
  return createStepSubject({ name, schema, examples, world, parse: asEvent, run: run as Step['run'] });
}

function stepOf(name: string, run: Run, states: readonly unknown[], world: Step['world']): Step {
  const examples = states.map((state) => aStepInput(state as Record<string, unknown>));
  return { name, schema: stepEventSchema, examples, world, parse: parseStepInput, run: run as Step['run'] };
}

function claimSubject(name: string, run: Run, inputs: readonly unknown[], world: Step['world']): Step {
  return { ...stepOf(name, run, inputs, world), parse: parseClaimInput };
}

function recoverySubject(name: 'recover-rollout' | 'recover-split'): Subject {
  const isRollout = name === 'recover-rollout';
  return createStepSubject({
    name,
    schema: z.object({
      detail: statusChangeSchema.shape.detail,
      resume: z.object({ attempt: z.number().max(5) }),
    }),
    examples: RECOVERY_EVENTS,
    world: isRollout ? worldInRollout : worldInSplit,
    parse: (event) => parseEvent(statusChangeSchema, event, 'the event').detail,
    run: async (ports, detail) => answerOf(() => (isRollout ? recoverRollout : recoverSplit)(ports, detail)),
  });
}

/** After five recoveries in vain it fails, so that the function's alarm calls a person. */
async function answerOf(recover: () => Promise<Recovery>): Promise<Answer> {
  try {
    const { action, reason } = await recover();
    return { next: action, reason };
  } catch (error) {
    if (/was recovered \d+ times in vain; /.test((error as Error).message)) {
      return { next: 'none', reason: (error as Error).message };
    }
    throw error;
  }
}

const DEPLOY = { steps: [5, 50], wait_time: 120, health: { checks: [{ type: 'success_rate', min: 99 }] } };

const ROLLOUT_INPUTS = [
  aRolloutInput(),
  aRolloutInput({ deploy: DEPLOY, task_definition: TASK_DEFINITIONS[1], sequence: 1_760_000_000_000 }),
  { service: 'shop', resume: { rollout_id: 'shop-1', why: 'recover', status: 'ABORTED', attempt: 1 } },
  { service: 'shop', resume: { rollout_id: 'shop-1', why: 'continue', generation: 1 } },
];

const SPLIT_INPUTS = [
  { service: 'shop', split: [{ version: CANARY, weight: 100 }] },
  {
    service: 'shop',
    split: [
      { version: CANARY, weight: 50 },
      { version: STABLE, weight: 50 },
    ],
  },
];

const PROGRESS = {
  rollout_id: 'shop-1',
  service: 'shop',
  version: CANARY,
  stable: STABLE,
  next: 'shift',
  reason: 'all tasks ready',
  split: { [CANARY]: 10, [STABLE]: 90 },
  target_weight: 20,
  wait_seconds: 60,
  checks: 3,
  generation: 0,
};

const FAILURE = {
  Error: 'AwsCallFailed',
  Cause: '{"errorMessage":"ecs did not answer","errorType":"AwsCallFailed"}',
};

const ROLLOUT_STATES = [
  { ...aRolloutInput(), progress: PROGRESS },
  { ...aRolloutInput(), progress: { ...PROGRESS, outcome: 'RolledBack' }, failure: FAILURE },
  {
    ...aRolloutInput(),
    progress: PROGRESS,
    failure: FAILURE,
    rollback_failure: FAILURE,
    removal_failure: FAILURE,
  },
];

const SPLIT_PROGRESS = {
  change_id: 'shop-1',
  service: 'shop',
  next: 'set',
  reason: 'all versions ready',
  wanted: { [CANARY]: 50, [STABLE]: 50 },
  wait_seconds: 30,
};

const SPLIT_STATES = [
  { ...SPLIT_INPUTS[1], progress: SPLIT_PROGRESS },
  {
    ...SPLIT_INPUTS[1],
    progress: { ...SPLIT_PROGRESS, outcome: 'Aborted' },
    failure: FAILURE,
    restore_failure: FAILURE,
  },
];

const RECOVERY_EVENTS = [
  {
    version: '0',
    source: 'aws.states',
    detail: {
      executionArn: aStepInput({}).execution.id,
      name: 'shop-1',
      status: 'ABORTED',
      stopDate: NOON - 300_000,
      input: JSON.stringify(aRolloutInput()),
    },
  },
  {
    detail: {
      executionArn: aStepInput({}).execution.id,
      name: 'shop-1--recovery-1',
      status: 'TIMED_OUT',
      input: JSON.stringify({
        service: 'shop',
        resume: { rollout_id: 'shop-1', why: 'recover', attempt: 1 },
      }),
    },
  },
];
