import { InvalidDefinitionError } from '../../../rehearsal/aws/services/step-functions/engine';
import { loadDefinition } from '../../../rehearsal/state-machine/load-definition';
import { invoke, only } from './a-machine';

const load = (definition: unknown, generalValidator = false) =>
  loadDefinition(JSON.stringify(definition), { generalValidator });
const pass = { Type: 'Pass', End: true };
const task = (more: object = {}) => ({ ...invoke('worker', { End: true }), ...more });
const choice = (rule: object) => only({ Type: 'Choice', Choices: [{ ...rule, Next: 'Only' }] });

describe('loadDefinition', () => {
  it('takes a machine that uses everything it knows, comments included', () => {
    const machine = {
      Comment: 'all of it',
      QueryLanguage: 'JSONPath',
      Version: '1.0',
      TimeoutSeconds: 86_400,
      StartAt: 'Work',
      States: {
        Work: {
          ...invoke('worker', {
            Comment: 'does it',
            InputPath: '$.service',
            ResultSelector: { 'weight.$': '$.Payload.weight' },
            ResultPath: "$.result['the weight']",
            OutputPath: '$',
            TimeoutSecondsPath: '$.limit',
            HeartbeatSeconds: 10,
            Next: 'Pause',
            Retry: [
              {
                ErrorEquals: ['Lambda.ServiceException'],
                IntervalSeconds: 2,
                MaxAttempts: 6,
                BackoffRate: 2,
                MaxDelaySeconds: 30,
                JitterStrategy: 'FULL',
              },
            ],
            Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Failed' }],
          }),
        },
        Pause: { Type: 'Wait', SecondsPath: '$.pace', Next: 'Nested' },
        Nested: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution',
          Parameters: {
            'StateMachineArn.$': '$$.StateMachine.Id',
            'Input.$': '$',
            'Name.$': "States.Format('{}-2', $.id)",
          },
          Next: 'Pick',
        },
        Pick: {
          Type: 'Choice',
          Choices: [
            {
              And: [
                { Variable: '$.a', IsPresent: true },
                { Variable: '$.a', NumericLessThan: 2 },
              ],
              Next: 'Hand',
            },
          ],
          Default: 'Done',
        },
        Hand: { Type: 'Pass', Parameters: { 'a.$': '$.b' }, ResultPath: null, Next: 'Done' },
        Done: { Type: 'Succeed', Comment: 'well' },
        Failed: {
          Type: 'Fail',
          ErrorPath: '$.failure.Error',
          CausePath: "States.Format('{}', $.failure.Cause)",
        },
      },
    };
    expect(load(machine, true).StartAt).toBe('Work');
  });

  it.each([
    [
      'a Parallel state',
      only({ Type: 'Parallel', Branches: [], End: true }),
      'state "Only": type "Parallel" is not known',
    ],
    ['a Map state', only({ Type: 'Map', End: true }), 'type "Map" is not known'],
    ['JSONata', { ...only(pass), QueryLanguage: 'JSONata' }, 'QueryLanguage is "JSONata", known is JSONPath'],
    ['Assign', only({ ...pass, Assign: { a: 1 } }), 'state "Only": field "Assign" is not known'],
    ['Output', only({ ...pass, Output: 1 }), 'field "Output"'],
    ['a misspelt field', only(task({ TimeoutSecond: 3 })), 'field "TimeoutSecond"'],
    ['Next in Succeed', only({ Type: 'Succeed', Next: 'Only' }), 'field "Next"'],
    ['a machine field', { ...only(pass), Timeout: 3 }, 'machine: field "Timeout"'],
    ['a machine timeout of text', { ...only(pass), TimeoutSeconds: '3' }, 'machine: TimeoutSeconds is "3"'],
    [
      'a function ARN as resource',
      only(task({ Resource: 'arn:aws:lambda:eu-west-1:1:function:x' })),
      'resource "arn:aws:lambda',
    ],
    [
      'waitForTaskToken',
      only(task({ Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' })),
      'lambda:invoke.waitForTaskToken" is not known',
    ],
    ['sns:publish', only(task({ Resource: 'arn:aws:states:::sns:publish' })), 'sns:publish" is not known'],
    [
      'another parameter',
      only(task({ Parameters: { FunctionName: 'x', Qualifier: '1' } })),
      'parameter "Qualifier"',
    ],
    [
      'no function name',
      only(task({ Parameters: {} })),
      'parameter "FunctionName" of arn:aws:states:::lambda:invoke is missing',
    ],
    [
      'a retrier’s field',
      only(task({ Retry: [{ ErrorEquals: ['A'], Interval: 1 }] })),
      'Retry: field "Interval"',
    ],
    [
      'a catcher’s field',
      only(task({ Catch: [{ ErrorEquals: ['A'], Next: 'Only', Assign: {} }] })),
      'Catch: field "Assign"',
    ],
    [
      'a catcher’s path',
      only(task({ Catch: [{ ErrorEquals: ['A'], Next: 'Only', ResultPath: '$.a[*]' }] })),
      'Catch.ResultPath: a reference path',
    ],
    [
      'a heartbeat above the timeout',
      only(task({ HeartbeatSeconds: 5, TimeoutSeconds: 5 })),
      'HeartbeatSeconds is 5, allowed is less',
    ],
    ['a filter', only({ ...pass, InputPath: '$.a[?(@.b)]' }), '"?" in a path is not known'],
    ['a function in a path', only({ ...pass, OutputPath: '$.a.length()' }), '"(" in a path is not known'],
    ['a path without $', only({ ...pass, InputPath: 'a' }), 'a path begins with'],
    [
      'a result in the context',
      only({ ...pass, ResultPath: '$$.a' }),
      'cannot be written to the context object',
    ],
    [
      'an unknown intrinsic',
      only({ ...pass, Parameters: { 'a.$': 'States.MathRandom(1, 2)' } }),
      'Parameters.a.$: intrinsic function "States.MathRandom" is not known',
    ],
    [
      'an intrinsic cut short',
      only({ ...pass, Parameters: { b: [{ 'a.$': "States.Format('x" }] } }),
      'Parameters.b[0].a.$: cannot read intrinsic',
    ],
    [
      'too few arguments',
      only({ ...pass, Parameters: { 'a.$': 'States.MathAdd(1)' } }),
      'is given 1 arguments, it takes 2 to 2',
    ],
    [
      'a number for a path',
      only({ ...pass, Parameters: { 'a.$': 3 } }),
      'holds a path or an intrinsic function',
    ],
    [
      'an unknown comparison',
      choice({ Variable: '$.a', StringEqual: 'x' }),
      'comparison "StringEqual" is not known',
    ],
    [
      'two comparisons',
      choice({ Variable: '$.a', IsNull: true, IsString: true }),
      'exactly one comparison, found 2',
    ],
    [
      'a comparison in an And',
      choice({ And: [{ Variable: '$.a', IsNull: true }], IsNull: true }),
      'does not belong in a rule of rules',
    ],
    [
      'a deep rule',
      choice({ Not: { Or: [{ Variable: 'a', IsNull: true }] } }),
      'path "a": a path begins with',
    ],
  ])('refuses %s', (_name, definition, message) => {
    expect(() => load(definition)).toThrow(message);
    expect(() => load(definition)).toThrow(InvalidDefinitionError);
  });

  it('refuses what the general validator finds: a wrong Next, a missing terminal state', () => {
    expect(() => load(only({ Type: 'Pass', Next: 'Gone' }), true)).toThrow(/MISSING_TRANSITION_TARGET.*Gone/);
    expect(() => load(only({ Type: 'Wait', End: true }), true)).toThrow(InvalidDefinitionError);
  });

  it('names all problems at once', () => {
    const machine = { StartAt: 'A', States: { A: { Type: 'Map' }, B: { ...pass, Assign: {} } } };
    expect(() => load(machine)).toThrow(/state "A": type "Map".*; state "B": field "Assign"/);
  });

  it.each(['{', '[]', 'null', '{"StartAt":"A"}', '{"States":{"A":1}}'])('refuses %s', (text) => {
    expect(() => loadDefinition(text)).toThrow(InvalidDefinitionError);
  });
});
