import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import validate from 'asl-validator';
import { FUNCTION_NAMES, functionPlaceholder } from '../../core/config/function-environment';
import { ERROR_CATALOGUE } from '../../core/errors';
import { OUTCOMES } from '../../core/rollout/record';

interface State {
  readonly Type: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly ResultPath?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts: number }[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Next: string;
    readonly ResultPath?: string;
  }[];
}

const TEXT = readFileSync(join(__dirname, '../../state-machine/rollout.asl.json'), 'utf8');
const DEFINITION = JSON.parse(TEXT) as {
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
};
const STATES = Object.entries(DEFINITION.States);
const TASKS = STATES.filter(([, state]) => state.Type === 'Task');

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

function nextOf(state: State): readonly string[] {
  return [
    state.Next,
    state.Default,
    ...(state.Choices ?? []).map((choice) => choice.Next),
    ...(state.Catch ?? []).map((catcher) => catcher.Next),
  ].filter((name): name is string => name !== undefined);
}

function reachableFrom(
  start: string,
  mayFollow: (state: State) => readonly string[] = nextOf,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const queue = [start];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const state = DEFINITION.States[name];
    if (!reached.has(name) && state !== undefined) {
      reached.add(name);
      queue.push(...mayFollow(state));
    }
  }
  return reached;
}

describe('the rollout’s definition', () => {
  it('is valid Amazon States Language', () => {
    const filled = TEXT.replaceAll(/\$\{\w+\}/g, 'arn:aws:lambda:eu-central-1:111122223333:function:some');

    const { isValid, errors } = validate(JSON.parse(filled));

    expect([isValid, errors]).toEqual([true, []]);
  });

  it('has no placeholder but functions and the machine itself, and uses every function but the one outside it', () => {
    const used = new Set([...TEXT.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    const inside = FUNCTION_NAMES.filter((name) => name !== 'recover-rollout').map(functionPlaceholder);

    expect([...used].sort()).toEqual([...inside, 'StateMachineArn'].sort());
  });

  it('reaches every state, and names only states that exist', () => {
    expect([...reachableFrom(DEFINITION.StartAt)].sort()).toEqual(Object.keys(DEFINITION.States).sort());
    expect(
      STATES.flatMap(([, state]) => nextOf(state)).filter((name) => !(name in DEFINITION.States)),
    ).toEqual([]);
  });

  it('can reach an end from every state', () => {
    const ends = STATES.filter(([, state]) => ['Succeed', 'Fail'].includes(state.Type)).map(([name]) => name);

    for (const [name] of STATES) {
      expect([...reachableFrom(name)].some((reached) => ends.includes(reached))).toBe(true);
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

  it('retries every error of ours that may succeed when repeated', () => {
    const retryable = Object.entries(ERROR_CATALOGUE)
      .filter(([, kind]) => kind.retryable)
      .map(([name]) => name);

    for (const [, state] of TASKS.filter(([, { Resource }]) => Resource?.startsWith('${'))) {
      const retried = state.Retry?.flatMap((retrier) => retrier.ErrorEquals) ?? [];
      expect(retryable.filter((name) => !retried.includes(name))).toEqual([]);
      expect(retried.filter((name) => name in ERROR_CATALOGUE && !retryable.includes(name))).toEqual([]);
    }
  });

  it('leads every failure before promotion to RollBack, and RollBack’s own to the report of it', () => {
    const before = [
      'ClaimRollout',
      'CreateVersion',
      'CheckVersionReady',
      'ShiftTraffic',
      'EvaluateHealth',
      'PromoteVersion',
    ];
    const caught = (name: string) =>
      DEFINITION.States[name]?.Catch?.find((catcher) => catcher.ErrorEquals.includes('States.ALL'))?.Next;

    expect(before.map(caught)).toEqual(before.map(() => 'RollBack'));
    expect(caught('RollBack')).toBe('ReportRollbackFailure');
  });

  it('removes no version but after a drain', () => {
    const withoutDrain = (state: State): readonly string[] =>
      nextOf(state).filter((name) => name !== 'WaitForDrain');

    expect(reachableFrom(DEFINITION.StartAt, withoutDrain).has('RemoveVersion')).toBe(false);
  });

  it('names in its last comment the outcomes that there are', () => {
    const comment = DEFINITION.States.RolloutNotPromoted?.Comment ?? '';

    const failing = OUTCOMES.filter((outcome) => outcome !== 'Promoted' && outcome !== 'Registered');
    expect(failing.filter((outcome) => !comment.includes(outcome))).toEqual([]);
  });
});
