import type * as z from 'zod';
import type { MemoryWorld } from '../../../../adapters/memory/world';
import { CanaryError, InvalidInput, renderProblem } from '../../../../core/errors';
import type { Ports } from '../../../../core/ports/index';
import { aBinding, CANARY } from '../../../_helpers/builders';
import { poolsOf } from '../pools';
import {
  ACCEPTED,
  complaintAbout,
  finding,
  PROBLEM_LINE,
  REFUSED,
  type Subject,
  type Verdict,
} from '../subject';
import { type RecordedWorld, record } from './recorded-world';

/** What every function of a state machine answers, as far as it matters here. */
export interface Answer {
  readonly next?: string;
  readonly outcome?: string;
  readonly reason?: string;
}

/** A function of a state machine, or of recovery. */
export interface StepSubject<Input> {
  readonly name: string;
  /** What the examples are valid of: material for events that are nearly right. */
  readonly schema: z.ZodType;
  readonly examples: readonly unknown[];
  /** How things stand when it is invoked. */
  readonly world: () => Promise<MemoryWorld>;
  /** The handler's own way to read its event. @throws {InvalidInput} */
  readonly parse: (event: unknown) => Input;
  readonly run: (ports: Ports, input: Input) => Promise<Answer>;
  /** Greatest weight that the canary may have afterwards. @default 20, the step after 10 */
  readonly mostWeight?: number;
}

/** Bytes that a state of Step Functions may hand on. */
const MOST_BYTES = 262_144;
/** These say that nothing was done. */
const UNTOUCHED = ['InvalidInput', 'UnknownRollout', 'LeaseLost', 'UnknownService'];

/** Makes a function known to the generator. Its ports are in memory, and every write is recorded. */
export function createStepSubject<Input>(step: StepSubject<Input>): Subject {
  return {
    name: step.name,
    format: 'event',
    examples: step.examples,
    pools: poolsOf(step.schema),
    read: async (bytes) => {
      const event = fromJson(bytes.toString('utf8'));
      if (event === NO_JSON) {
        return REFUSED;
      }
      const recorded = record(await step.world());
      try {
        return checkAnswer(step, recorded, await step.run(recorded.ports, step.parse(event)));
      } catch (error) {
        return checkError(recorded, error);
      }
    },
  };
}

/** A problem of the document, or of the service that it names. */
const REFUSAL = new RegExp(`${PROBLEM_LINE.source}|^service ".*" .+; .+|^version ".*" .+; .+`);

const NO_JSON = Symbol('no JSON');

/** Lambda, Step Functions and EventBridge hand over JSON only: other documents do not get this far. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NO_JSON;
  }
}

function checkAnswer<Input>(
  step: StepSubject<Input>,
  { world, writes }: RecordedWorld,
  answer: Answer,
): Verdict {
  const bytes = Buffer.byteLength(JSON.stringify(answer));
  if (bytes > MOST_BYTES) {
    return finding(`answered ${bytes} bytes, and a state may hand on ${MOST_BYTES}`);
  }
  if (answer.outcome === 'Rejected') {
    return checkRefusal((answer.reason ?? '').split('\n'), writes);
  }
  return checkTraffic(world, step.mostWeight ?? 20);
}

function checkError({ writes }: RecordedWorld, error: unknown): Verdict {
  if (!(error instanceof CanaryError)) {
    throw error;
  }
  if (error instanceof InvalidInput) {
    return checkRefusal([...error.problems.map(renderProblem)], writes);
  }
  return UNTOUCHED.includes(error.code) && writes.length > 0
    ? finding(`was refused (${error.code}) after ${writes.join(', ')}`)
    : REFUSED;
}

function checkRefusal(lines: readonly string[], writes: readonly string[]): Verdict {
  const complaint = complaintAbout(lines, REFUSAL);
  if (complaint !== null) {
    return finding(complaint);
  }
  const others = writes.filter((write) => write !== 'note');
  return others.length === 0 ? REFUSED : finding(`was refused after ${others.join(', ')}`);
}

/** Whatever an event says, traffic stays whole, and no version gets more than its verdicts allowed. */
function checkTraffic(world: MemoryWorld, most: number): Verdict {
  const written = world.forService(aBinding()).router.written.at(-1)?.weights ?? {};
  const sum = Object.values(written).reduce((total, weight) => total + weight, 0);
  if (sum !== 100 && sum !== 0) {
    return finding(`left a split that sums to ${sum}`);
  }
  const weight = written[CANARY] ?? 0;
  return weight > most ? finding(`gave the canary ${weight} %`) : ACCEPTED;
}
