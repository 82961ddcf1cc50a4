import { deploySchema } from '../../../core/config/deploy-schema';
import { describeValue } from '../../../core/config/describe-value';
import { findProblems } from '../../../core/config/problems';
import { rolloutInputSchema } from '../../../core/config/rollout-input-schema';
import { taskDefinitionSchema } from '../../../core/config/task-definition-schema';
import { aRolloutInput } from '../../_helpers/builders';

const pathsOf = (container: object) =>
  findProblems(taskDefinitionSchema, { container }).map(({ path }) => path);

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) {
    value = [value];
  }
  return value;
}

describe('describeValue', () => {
  it('shows a deep or large value without walking through it', () => {
    expect(describeValue(nested(100_000))).toMatch(/^\[{77}\.\.\.$/);
    expect(describeValue('x'.repeat(5_000_000))).toHaveLength(80);
  });

  it('shows numbers that JSON does not have', () => {
    expect([Number.POSITIVE_INFINITY, Number.NaN, -0].map(describeValue)).toEqual(['Infinity', 'NaN', '0']);
  });

  it('writes characters that would be obeyed as what they are', () => {
    expect(describeValue('\u009b2J\u200b\ud800')).toBe('"\\u009b2J\\u200b\\ud800"');
  });
});

describe('findProblems', () => {
  it('refuses a document deeper than any, before a schema walks through it', () => {
    expect(findProblems(deploySchema, { health: nested(10_000) })).toEqual([
      expect.objectContaining({
        path: 'health[0][0][0]',
        allowed: 'at most 64 lists and objects in each other',
      }),
    ]);
  });

  it('refuses more than Step Functions passes on, however flat', () => {
    expect(findProblems(deploySchema, Array(200_000).fill(1))).toEqual([
      expect.objectContaining({ path: '', received: 'more than 262144 bytes as JSON' }),
    ]);
  });

  it('takes variables that are called like what every object has', () => {
    expect(pathsOf({ environment: { toString: 'x', constructor: 'y' } })).toEqual([]);
  });

  it('refuses a variable that stands in environment and in secrets', () => {
    expect(pathsOf({ environment: { toString: 'x' }, secrets: { toString: 'y' } })).toEqual([
      'container.secrets.toString',
    ]);
  });

  it.each(['0', '0:1000', '00', '01000', '4294967296', '1000:', 'root'])('refuses user %j', (user) => {
    expect(pathsOf({ user })).toEqual(['container.user']);
  });

  it('refuses volumes at the root, above it, or twice at one place', () => {
    expect(pathsOf({ writable_paths: ['/', '/a/../b', '/..', '/a/./b'] })).toEqual(
      [0, 1, 2, 3].map((index) => `container.writable_paths[${index}]`),
    );
    expect(pathsOf({ writable_paths: ['/tmp', '/var/.cache', '/tmp/'] })).toEqual([
      'container.writable_paths[2]',
    ]);
  });

  it('refuses more than ECS keeps in a task definition', () => {
    const environment = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`V${n}`, 'x'.repeat(4000)]));

    expect(findProblems(taskDefinitionSchema, { container: { environment } })).toEqual([
      expect.objectContaining({ path: 'container', allowed: expect.stringContaining('32768 bytes') }),
    ]);
  });

  it('refuses an image that is no image', () => {
    for (const image of ['a b', '-x', 'x\n', 'http://x?y']) {
      expect(findProblems(rolloutInputSchema, aRolloutInput({ image }))).toHaveLength(1);
    }
  });

  it('refuses names and numbers of things that CloudWatch refuses', () => {
    const metric = { type: 'metric', namespace: ':x', name: 'ü', max: 1 };
    const dimensions = Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`d${n}`, 'x']));
    const paths = findProblems(deploySchema, {
      health: { checks: [metric, { ...metric, namespace: 'x', name: 'y', dimensions }] },
    }).map(({ path }) => path);

    expect(paths).toEqual([
      'health.checks[0].namespace',
      'health.checks[0].name',
      'health.checks[1].dimensions',
    ]);
  });
});
