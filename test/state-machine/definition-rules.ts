import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import validate from 'asl-validator';
import { type FunctionName, functionPlaceholder } from '../../core/config/function-environment';
import { ERROR_CATALOGUE } from '../../core/errors';

export interface State {
  readonly Type: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly ResultPath?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly MaxAttempts: number;
    readonly MaxDelaySeconds?: number;
    readonly JitterStrategy?: string;
  }[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Next: string;
    readonly ResultPath?: string;
  }[];
}

/** A definition as its file has it. */
export class DefinitionFile {
  readonly text: string;
  readonly startAt: string;
  readonly states: Readonly<Record<string, State>>;

  constructor(name: string) {
    this.text = readFileSync(join(__dirname, `../../state-machine/${name}`), 'utf8');
    const parsed = JSON.parse(this.text) as { StartAt: string; States: Record<string, State> };
    this.startAt = parsed.StartAt;
    this.states = parsed.States;
  }

  /** Names of the states that can follow from the first. */
  reachable(
    start = this.startAt,
    mayFollow: (state: State) => readonly string[] = nextOf,
  ): ReadonlySet<string> {
    const reached = new Set<string>();
    const queue = [start];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      const state = this.states[name];
      if (!reached.has(name) && state !== undefined) {
        reached.add(name);
        queue.push(...mayFollow(state));
      }
    }
    return reached;
  }

  /** Where a state goes when anything fails. */
  caught(name: string): string | undefined {
    return this.states[name]?.Catch?.find((catcher) => catcher.ErrorEquals.includes('States.ALL'))?.Next;
  }
}

/** Names that Lambda and Step Functions give to failures that are not our code's. */
const KNOWN_ERRORS: readonly string[] = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'States.ALL',
  'States.Timeout',
  'States.TaskFailed',
  'StepFunctions.ThrottlingException',
  'StepFunctions.ServiceUnavailableException',
  'StepFunctions.InternalServerException',
];

/** Names of the states that may follow one. */
export function nextOf(state: State): readonly string[] {
  return [
    state.Next,
    state.Default,
    ...(state.Choices ?? []).map((choice) => choice.Next),
    ...(state.Catch ?? []).map((catcher) => catcher.Next),
  ].filter((name): name is string => name !== undefined);
}

/** What every definition must be. */
export function describeDefinition(
  definition: DefinitionFile,
  expected: { readonly functions: readonly FunctionName[]; readonly others: readonly string[] },
): void {
  const STATES = Object.entries(definition.states);
  const TASKS = STATES.filter(([, state]) => state.Type === 'Task');

  it('is valid Amazon States Language', () => {
    const filled = definition.text.replaceAll(
      /\$\{\w+\}/g,
      'arn:aws:lambda:eu-central-1:111122223333:function:some',
    );

    const { isValid, errors } = validate(JSON.parse(filled));

    expect([isValid, errors]).toEqual([true, []]);
  });

  it('has no placeholder but what is known, and uses every function but the one outside it', () => {
    const used = new Set([...definition.text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    const inside = expected.functions.map(functionPlaceholder);

    expect([...used].sort()).toEqual([...inside, ...expected.others].sort());
  });

  it('reaches every state, and names only states that exist', () => {
    expect([...definition.reachable()].sort()).toEqual(Object.keys(definition.states).sort());
    expect(
      STATES.flatMap(([, state]) => nextOf(state)).filter((name) => !(name in definition.states)),
    ).toEqual([]);
  });

  it('can reach an end from every state', () => {
    const ends = STATES.filter(([, state]) => ['Succeed', 'Fail'].includes(state.Type)).map(([name]) => name);

    for (const [name] of STATES) {
      expect([...definition.reachable(name)].some((reached) => ends.includes(reached))).toBe(true);
    }
  });

  it.each(STATES)('says what %s is for', (_name, state) => {
    expect(state.Comment?.length ?? 0).toBeGreaterThan(10);
  });

  it.each(TASKS)(
    'gives %s a time limit, retries, and a catch for everything that keeps the input',
    (_name, state) => {
      expect(state.TimeoutSeconds).toBeGreaterThan(0);
      expect(state.ResultPath).toMatch(/^\$\./);
      expect(state.Retry?.length ?? 0).toBeGreaterThan(0);
      expect(state.Retry?.every((retrier) => retrier.MaxAttempts > 0)).toBe(true);
      expect(state.Catch?.flatMap((catcher) => catcher.ErrorEquals)).toContain('States.ALL');
      for (const catcher of state.Catch ?? []) {
        expect(catcher.ResultPath).toMatch(/^\$\./);
      }
    },
  );

  it('matches no error that nobody throws', () => {
    const matched = TASKS.flatMap(([, state]) =>
      [...(state.Retry ?? []), ...(state.Catch ?? [])].flatMap((each) => each.ErrorEquals),
    );

    expect(
      [...new Set(matched)].filter((name) => !(name in ERROR_CATALOGUE) && !KNOWN_ERRORS.includes(name)),
    ).toEqual([]);
  });

  it('draws every delay of a retry, so that services that failed together do not try again together', () => {
    const retriers = TASKS.flatMap(([, state]) => state.Retry ?? []);
    expect(
      retriers.map(({ JitterStrategy }) => JitterStrategy).filter((jitter) => jitter !== 'FULL'),
    ).toEqual([]);
  });

  it('gives throttles minutes to pass, more than faults', () => {
    for (const [name, state] of TASKS.filter(([, { Resource }]) => Resource?.startsWith('${'))) {
      const attempts = (error: string) =>
        state.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(error))?.MaxAttempts ?? 0;
      expect([name, attempts('AwsThrottled')]).toEqual([name, 20]);
      expect([name, attempts('Lambda.TooManyRequestsException')]).toEqual([name, 20]);
      expect(attempts('AwsCallFailed')).toBeLessThan(20);
    }
  });

  it('retries every error of ours that may succeed when repeated', () => {
    const retryable = Object.entries(ERROR_CATALOGUE)
      // Only recovery, which Lambda tries again, ever comes too early.
      .filter(([name, kind]) => kind.retryable && name !== 'TooEarly')
      .map(([name]) => name);

    for (const [, state] of TASKS.filter(([, { Resource }]) => Resource?.startsWith('${'))) {
      const retried = state.Retry?.flatMap((retrier) => retrier.ErrorEquals) ?? [];
      expect(retryable.filter((name) => !retried.includes(name))).toEqual([]);
      expect(retried.filter((name) => name in ERROR_CATALOGUE && !retryable.includes(name))).toEqual([]);
    }
  });
}
