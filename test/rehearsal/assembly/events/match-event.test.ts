import { matchEvent } from '../../../../rehearsal/assembly/events/match-event';

const EVENT = {
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  resources: ['arn:one', 'arn:two'],
  detail: { status: 'FAILED', count: 2, output: null, name: 'rollout-1' },
};

describe('matchEvent', () => {
  it.each([
    [{ source: ['aws.states'] }, true],
    [{ source: ['aws.ecs'] }, false],
    [{ source: ['aws.ecs', 'aws.states'], detail: { status: ['FAILED'] } }, true],
    [{ source: ['aws.states'], detail: { status: ['ABORTED'] } }, false],
    [{ resources: ['arn:two'] }, true],
    [{ detail: { count: [2] } }, true],
    [{ detail: { count: ['2'] } }, false],
    [{ detail: { output: [null] } }, true],
    [{ detail: { missing: [null] } }, false],
    [{ detail: { name: [{ prefix: 'rollout-' }] } }, true],
    [{ detail: { name: [{ prefix: 'x' }, { suffix: '-1' }] } }, true],
    [{ detail: { missing: [{ exists: false }], name: [{ exists: true }] } }, true],
    [{ detail: { status: [{ 'anything-but': ['SUCCEEDED', 'RUNNING'] }] } }, true],
    [{ detail: { status: [{ 'anything-but': 'FAILED' }] } }, false],
    [{ detail: { deeper: { still: ['x'] } } }, false],
  ])('answers for the pattern %j: %s', (pattern, expected) => {
    expect(matchEvent(pattern, EVENT)).toBe(expected);
  });

  it.each([
    [{ detail: { count: [{ numeric: ['>', 1] }] } }, /filter {"numeric":\[">",1\]} is not known/],
    [{ detail: { name: [{ prefix: { 'equals-ignore-case': 'x' } }] } }, /filter .* is not known/],
    [{ $or: [{ source: ['x'] }] }, /"\$or" is not known/],
    [{ source: 'aws.states' }, /"source" must be an object or a list, received "aws.states"/],
    [undefined, /the pattern must be an object or a list/],
  ])('refuses the pattern %j', (pattern, message) => {
    expect(() => matchEvent(pattern, EVENT)).toThrow(message);
  });
});
