import { describeCaught, isStoppedContinuation } from '../../core/rollout/caught';
import { LONGEST_REASON } from '../../core/rollout/progress';

const ended = (Status: string, rest: Record<string, unknown> = {}) => ({
  Error: 'States.TaskFailed',
  Cause: JSON.stringify({
    ExecutionArn: 'arn:aws:states:us-west-2:000000000000:execution:demo-rollout:shop-1--continued-1',
    Status,
    ...rest,
  }),
});

describe('describeCaught', () => {
  it.each([
    [
      'what a function threw',
      { Error: 'AwsCallRefused', Cause: '{"errorMessage":"may not write"}' },
      'AwsCallRefused: may not write',
    ],
    ['text that is no JSON', { Error: 'States.Timeout', Cause: 'after 60 s' }, 'States.Timeout: after 60 s'],
    ['JSON that is no object', { Error: 'Odd', Cause: '[1]' }, 'Odd: [1]'],
    ['nothing', {}, 'an error: '],
    [
      'how the execution ended that went on with a rollout',
      ended('ABORTED', { Error: 'ByHand', Cause: 'an operator' }),
      'the execution "shop-1--continued-1" that went on with the rollout ended (ABORTED): ByHand: an operator',
    ],
    [
      'such an end without a reason',
      ended('TIMED_OUT'),
      'the execution "shop-1--continued-1" that went on with the rollout ended (TIMED_OUT)',
    ],
  ])('says %s', (_what, failure, text) => {
    expect(describeCaught(failure)).toBe(text);
  });

  it('keeps to what a reason may have in length', () => {
    expect(describeCaught({ Error: 'Long', Cause: 'x'.repeat(9000) })).toHaveLength(LONGEST_REASON);
  });
});

describe('isStoppedContinuation', () => {
  it.each([
    ['a continuation that was stopped', ended('ABORTED'), true],
    ['a continuation that failed', ended('FAILED'), false],
    ['a function that failed', { Error: 'AwsThrottled', Cause: '{"errorMessage":"slow down"}' }, false],
    ['text', { Cause: 'ABORTED' }, false],
    ['no failure', undefined, false],
  ])('tells %s', (_what, failure, expected) => {
    expect(isStoppedContinuation(failure)).toBe(expected);
  });
});
