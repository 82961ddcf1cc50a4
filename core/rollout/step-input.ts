import * as z from 'zod';
import { parseStateEvent } from '../config/problems';
import { SPLIT_OUTCOMES } from '../manual-split/split-change';
import { LONGEST_REASON, type StepInput } from './progress';
import { OUTCOMES } from './record';

const execution = z.object({
  id: z.string().min(1),
  name: z.string().min(1).max(80),
  started_at: z.iso.datetime(),
});

const id = z.string().min(1).max(80);
const count = z.int().min(0);

/** A reason goes on into records, answers and messages: a longer one is cut, for it comes at the worst moment to be refused. */
const sentence = z.string().transform((text) => text.slice(0, LONGEST_REASON));

/** What the use cases read of the newest progress; the rest is for people. */
const progress = z.looseObject({
  rollout_id: id.optional(),
  change_id: id.optional(),
  service: z.string().max(80).optional(),
  reason: sentence.optional(),
  outcome: z.enum([...new Set([...OUTCOMES, ...SPLIT_OUTCOMES])]).optional(),
  target_weight: z.int().min(0).max(100).optional(),
  checks: count.optional(),
  unreadable_since: z.iso.datetime().optional(),
  generation: count.optional(),
});

const failure = z.looseObject({ Error: z.string().optional(), Cause: z.string().optional() }).optional();

/** What a state machine passes to each of its functions but the first. */
export const stepEventSchema = z.object({
  state: z.looseObject({
    progress: progress.optional(),
    failure,
    rollback_failure: failure,
    removal_failure: failure,
    restore_failure: failure,
  }),
  execution,
});

/** What a state machine passes to its first function: an execution's input may be anything. */
const claimEventSchema = z.object({ state: z.record(z.string(), z.unknown()), execution });

/**
 * Reads the event of a step.
 * @throws {InvalidInput} with every problem: an event made by hand, or of another state machine.
 */
export function parseStepInput(event: unknown): StepInput {
  return parseStateEvent(stepEventSchema, event, 'the event') as StepInput;
}

/**
 * Reads the event of the step that claims. What people and pipelines wrote, `state`, is left for the claim to judge,
 * which ends the execution as Rejected.
 * @throws {InvalidInput} when it is not of a state machine at all.
 */
export function parseClaimInput(event: unknown): StepInput {
  return parseStateEvent(claimEventSchema, event, 'the event') as StepInput;
}
