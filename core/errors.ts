import { printable, showPath } from './config/describe-value';

/**
 * The one catalogue of errors. `name` equals `code`, because that is what Step Functions matches in
 * `ErrorEquals`. Expected situations (tasks not ready, no data) are return values and are not in here.
 */

/** Who has to act: the person whose input it was, or the one who runs the system. */
export type Blame = 'user' | 'system';

interface ErrorKind {
  readonly blame: Blame;
  /** True when the same call may succeed later without anybody acting. */
  readonly retryable: boolean;
  readonly meaning: string;
}

/** Every code that this system throws, with what it means for the person who reads it. */
export const ERROR_CATALOGUE = {
  InvalidInput: {
    blame: 'user',
    retryable: false,
    meaning: 'a document or command was refused before anything was touched',
  },
  InvalidSplit: {
    blame: 'system',
    retryable: false,
    meaning: 'weights that are not whole percents summing to 100 were about to be written',
  },
  UnknownService: {
    blame: 'user',
    retryable: false,
    meaning: 'the service is not in platform.yaml, or its stack is not deployed',
  },
  UnknownRouterKind: {
    blame: 'system',
    retryable: false,
    meaning: 'the service names a traffic router that this version does not have',
  },
  UnknownRollout: { blame: 'system', retryable: false, meaning: 'no record of that rollout exists' },
  LeaseLost: {
    blame: 'system',
    retryable: false,
    meaning: 'another rollout took the service over; this one must not write any more',
  },
  TooEarly: {
    blame: 'system',
    retryable: true,
    meaning:
      'an execution ended a moment ago, and what it had begun may not be over; recovery looks again by itself',
  },
  StoreConflict: {
    blame: 'system',
    retryable: true,
    meaning: 'somebody else changed the record at the same moment',
  },
  SplitNotReached: {
    blame: 'system',
    retryable: true,
    meaning: 'the router does not yet show the split that was written',
  },
  StableNotRestored: {
    blame: 'system',
    retryable: false,
    meaning: 'the stable version, stopped by strategy all_at_once, could not be started again in time',
  },
  VersionStillServing: {
    blame: 'system',
    retryable: false,
    meaning: 'a version that may receive traffic was about to be removed',
  },
  MetricsIncomplete: {
    blame: 'system',
    retryable: true,
    meaning: 'the metrics store answered with partial data or an error',
  },
  AwsThrottled: {
    blame: 'system',
    retryable: true,
    meaning: 'AWS asked to come back later, and still did after a few tries: others call it, too',
  },
  AwsCallFailed: { blame: 'system', retryable: true, meaning: 'an AWS API call failed after its retries' },
  AwsCallRefused: {
    blame: 'system',
    retryable: false,
    meaning: 'AWS refused a call for a reason that repeating it does not change',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** The base of all errors: a code from the catalogue and the identifiers needed to act. */
export class CanaryError extends Error {
  readonly retryable: boolean;
  readonly blame: Blame;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = code;
    this.retryable = ERROR_CATALOGUE[code].retryable;
    this.blame = ERROR_CATALOGUE[code].blame;
  }
}

/** One thing wrong in a document: where, what was found, what is allowed and what to do. */
export interface Problem {
  /** Path in the document, such as `health.checks[0].min`; empty for the document as a whole. */
  readonly path: string;
  readonly received: string;
  readonly allowed: string;
  readonly todo: string;
}

/** Renders a problem as one line, as editors list them, without characters that a terminal would obey. */
export function renderProblem(problem: Problem): string {
  const place = problem.path === '' ? '(document)' : showPath(problem.path);
  const [received, allowed, todo] = [problem.received, problem.allowed, problem.todo].map(shorten);
  return `${place}: got ${received}; allowed: ${allowed}; ${todo}`;
}

/**
 * Characters of each part of a problem: a list of 200 names is told by its beginning, and 20 problems stay below the
 * 32,768 characters that Step Functions takes as the cause of a failed execution.
 */
const LONGEST_PART = 400;

function shorten(text: string): string {
  const shown = printable(text);
  return shown.length > LONGEST_PART ? `${shown.slice(0, LONGEST_PART - 3)}...` : shown;
}

/** Every problem of one document at once. */
export class InvalidInput extends CanaryError {
  constructor(
    readonly document: string,
    readonly problems: readonly Problem[],
  ) {
    super(
      'InvalidInput',
      `${document} was refused:\n${problems.map((p) => `  ${renderProblem(p)}`).join('\n')}`,
      {
        document,
        problems,
      },
    );
  }
}
