import { SPLIT_FUNCTION_NAMES } from '../../core/config/function-environment';
import { SPLIT_OUTCOMES } from '../../core/manual-split/split-change';
import { DefinitionFile, describeDefinition, nextOf, type State } from './definition-rules';

const DEFINITION = new DefinitionFile('split.asl.json');

describe('the definition of the split’s state machine', () => {
  describeDefinition(DEFINITION, {
    functions: SPLIT_FUNCTION_NAMES.filter((name) => name !== 'recover-split'),
    others: [],
  });

  it('leads every failure before the split is set to RestoreSplit, and RestoreSplit’s own to the report of it', () => {
    const before = ['ClaimSplit', 'StartVersions', 'SetSplit'];

    expect(before.map((name) => DEFINITION.caught(name))).toEqual(before.map(() => 'RestoreSplit'));
    expect(DEFINITION.caught('RestoreSplit')).toBe('ReportRestoreFailure');
  });

  it('removes no version but after a drain', () => {
    const without =
      (...avoided: readonly string[]) =>
      (state: State): readonly string[] =>
        nextOf(state).filter((name) => !avoided.includes(name));

    expect(DEFINITION.reachable(undefined, without('WaitForDrain')).has('RemoveUnnamedVersions')).toBe(false);
  });

  it('names in its last comment the outcomes that there are', () => {
    const comment = DEFINITION.states.SplitNotApplied?.Comment ?? '';

    expect(SPLIT_OUTCOMES.filter((outcome) => outcome !== 'Applied' && !comment.includes(outcome))).toEqual(
      [],
    );
  });
});
