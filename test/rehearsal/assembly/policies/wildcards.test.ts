import { matchesAction, matchesArn } from '../../../../rehearsal/assembly/policies/wildcards';

const SERVICE = 'arn:aws:ecs:eu-west-1:1:service/demo/demo-ui-1';

describe('matchesArn', () => {
  it.each([
    ['*', SERVICE],
    ['*', '*'],
    [SERVICE, SERVICE],
    ['arn:aws:ecs:eu-west-1:1:service/demo/demo-*', SERVICE],
    ['arn:aws:ecs:*:1:service/demo/demo-ui-?', SERVICE],
    ['arn:aws:ecs:*', SERVICE],
    [
      'arn:aws:ecs:eu-west-1:1:task-definition/demo-*:*',
      'arn:aws:ecs:eu-west-1:1:task-definition/demo-ui-1:3',
    ],
    ['arn:aws:logs:r:1:log-group:/a:*', 'arn:aws:logs:r:1:log-group:/a:log-stream:x'],
  ])('lets "%s" match "%s"', (pattern, arn) => {
    expect(matchesArn(pattern, arn)).toBe(true);
  });

  it.each([
    ['arn:aws:ecs:eu-west-1:1:service/demo/demo-?', SERVICE],
    ['arn:aws:ecs:eu-west-1:1:service/demo', SERVICE],
    ['arn:aws:ecs:eu-*-1:1:service/demo/demo-ui-1', 'arn:aws:ecs:eu-x:y-1:1:service/demo/demo-ui-1'],
    ['arn:aws:ecs:eu-west-1:1:service/other/*', SERVICE],
    [SERVICE, '*'],
    ['arn:aws:s3:::a.b', 'arn:aws:s3:::axb'],
  ])('does not let "%s" match "%s"', (pattern, arn) => {
    expect(matchesArn(pattern, arn)).toBe(false);
  });
});

describe('matchesAction', () => {
  it('does not look at case', () => {
    expect(matchesAction('ECS:list*', 'ecs:ListTasks')).toBe(true);
    expect(matchesAction('ecs:List', 'ecs:ListTasks')).toBe(false);
  });
});
