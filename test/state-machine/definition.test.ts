import { ROLLOUT_FUNCTION_NAMES } from '../../core/config/function-environment';
import { OUTCOMES } from '../../core/rollout/record';
import { DefinitionFile, describeDefinition, nextOf, type State } from './definition-rules';

const DEFINITION = new DefinitionFile('rollout.asl.json');

describe('the rollout’s definition', () => {
  describeDefinition(DEFINITION, {
    functions: ROLLOUT_FUNCTION_NAMES.filter((name) => name !== 'recover-rollout'),
    others: ['StateMachineArn'],
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
    expect(before.map((name) => DEFINITION.caught(name))).toEqual(before.map(() => 'RollBack'));
    expect(DEFINITION.caught('RollBack')).toBe('ReportRollbackFailure');
  });

  it('removes no version but after a drain', () => {
    const withoutDrain = (state: State): readonly string[] =>
      nextOf(state).filter((name) => name !== 'WaitForDrain');

    expect(DEFINITION.reachable(undefined, withoutDrain).has('RemoveVersion')).toBe(false);
  });

  it('names in its last comment the outcomes that there are', () => {
    const comment = DEFINITION.states.RolloutNotPromoted?.Comment ?? '';

    const failing = OUTCOMES.filter((outcome) => outcome !== 'Promoted' && outcome !== 'Registered');
    expect(failing.filter((outcome) => !comment.includes(outcome))).toEqual([]);
  });
});
