import * as z from 'zod';
import { deploySchema } from '../../core/config/deploy-schema';
import { platformSchema } from '../../core/config/platform-schema';
import { findProblems, parseDocument } from '../../core/config/problems';
import { rolloutInputSchema } from '../../core/config/rollout-input-schema';
import { taskDefinitionSchema } from '../../core/config/task-definition-schema';
import { InvalidInput, renderProblem } from '../../core/errors';
import { aRolloutInput } from '../_helpers/builders';

const paths = (schema: z.ZodType, value: unknown) =>
  findProblems(schema, value).map((problem) => problem.path);

const aPlatform = (changes: Record<string, unknown> = {}) => ({
  environment: 'demo',
  namespace: 'demo.local',
  ingress: 'shop',
  services: [
    { name: 'shop', port: 8080, backends: ['db'] },
    { name: 'db', port: 5432, protocol: 'tcp' },
  ],
  ...changes,
});

describe('deploy.json', () => {
  it('needs nothing: every key has a default', () => {
    expect(deploySchema.parse({})).toMatchObject({
      strategy: 'canary',
      wait_time: 60,
      bake_time: 300,
      progress_deadline: 600,
      health: {
        interval: 60,
        min_requests: 20,
        failed_checks: 2,
        max_data_age: 180,
        on_no_data: 'roll_back',
      },
    });
  });

  it.each([
    [{ percent_step: 0 }, 'percent_step'],
    [{ percent_step: 100 }, 'percent_step'],
    [{ percent_step: 101 }, 'percent_step'],
    [{ percent_step: 10.5 }, 'percent_step'],
    [{ percent_step: '10' }, 'percent_step'],
    [{ percent_step: null }, 'percent_step'],
    [{ wait_time: 0 }, 'wait_time'],
    [{ wait_time: '60' }, 'wait_time'],
    [{ wait_time: -1 }, 'wait_time'],
    [{ percentage_step: 10 }, 'percentage_step'],
    [{ steps: [] }, 'steps'],
    [{ steps: [50, 10] }, 'steps[1]'],
    [{ steps: [10, 10] }, 'steps[1]'],
    [{ steps: [100] }, 'steps'],
    [{ steps: [10], percent_step: 10 }, 'steps'],
    [{ strategy: 'blue_green', percent_step: 10 }, 'percent_step'],
    [{ strategy: 'Canary' }, 'strategy'],
    [{ health: { checks: [] } }, 'health.checks'],
    [{ health: { checks: [{ type: 'success_rate', min: 101 }] } }, 'health.checks[0].min'],
    [{ health: { checks: [{ type: 'success-rate', min: 99 }] } }, 'health.checks[0].type'],
    [{ health: { checks: [{ type: 'metric', namespace: 'N', name: 'm' }] } }, 'health.checks[0].max'],
    [
      { health: { checks: [{ type: 'metric', namespace: 'N', name: 'm', min: 2, max: 1 }] } },
      'health.checks[0].min',
    ],
    [{ health: { no_data_deadline: 180 } }, 'health.no_data_deadline'],
  ])('refuses %j and names the place', (document, place) => {
    expect(paths(deploySchema, document)).toContain(place);
  });

  it('lists every problem at once, each with what was received, what is allowed and what to do', () => {
    const problems = findProblems(deploySchema, {
      percent_step: 0,
      wait_time: 'soon',
      colour: 'blue',
      health: { interval: 1 },
    });
    expect(problems.map(renderProblem)).toEqual([
      'percent_step: got 0; allowed: at least 1; raise it',
      'wait_time: got "soon"; allowed: a number; change it to that type',
      'health.interval: got 1; allowed: at least 10; raise it',
      'colour: got "blue"; allowed: a key that the reference page lists here; remove "colour" or correct its spelling',
    ]);
  });

  it.each([null, undefined, 7, 'text', [], true])('refuses %j as a whole', (value) => {
    expect(() => parseDocument(deploySchema, value, 'deploy.json')).toThrow(InvalidInput);
  });
});

describe('taskdef.json', () => {
  it.each([
    [{ cpu: 300 }, 'cpu'],
    [{ cpu: 256, memory: 4096 }, 'memory'],
    [{ desired_count: 0 }, 'desired_count'],
    [{ taskRoleArn: 'arn' }, 'taskRoleArn'],
    [{ container: { privileged: true } }, 'container.privileged'],
    [{ container: { user: '0' } }, 'container.user'],
    [{ container: { environment: { PORT: '1' } } }, 'container.environment.PORT'],
    [{ container: { environment: { DB_ENDPOINT: 'x' } } }, 'container.environment.DB_ENDPOINT'],
    [{ container: { environment: { A: '1' }, secrets: { A: 's' } } }, 'container.secrets.A'],
    [{ container: { writable_paths: ['../etc'] } }, 'container.writable_paths[0]'],
  ])('refuses %j: a repository brings data, the platform brings rights', (document, place) => {
    expect(paths(taskDefinitionSchema, document)).toContain(place);
  });
});

describe('platform.yaml', () => {
  it('accepts services with backends', () => {
    expect(paths(platformSchema, aPlatform())).toEqual([]);
  });

  it.each([
    [{ environment: 'Demo' }, 'environment'],
    [{ ingress: 'web' }, 'ingress'],
    [{ ingress: 'db' }, 'ingress'],
    [{ router: 'istio' }, 'router'],
    [{ ingress: 'api', services: [{ name: 'api', port: 80, protocol: 'grpc' }] }, 'ingress'],
    [{ services: [{ name: 'rollout', port: 80 }] }, 'services[0].name'],
    [{ services: [] }, 'services'],
    [{ services: [{ name: 'shop', port: 0 }] }, 'services[0].port'],
    [{ services: [{ name: 'shop', port: 80, protocol: 'HTTP' }] }, 'services[0].protocol'],
    [{ services: [{ name: 'shop', port: 80, backends: ['nowhere'] }] }, 'services[0].backends[0]'],
    [
      {
        services: [
          { name: 'shop', port: 80 },
          { name: 'shop', port: 81 },
        ],
      },
      'services[1].name',
    ],
    [{ extra: 1 }, 'extra'],
  ])('refuses %j and names the place', (changes, place) => {
    expect(paths(platformSchema, aPlatform(changes))).toContain(place);
  });

  it('refuses two tcp backends on one port, which a proxy cannot tell apart', () => {
    const services = [
      { name: 'shop', port: 8080, backends: ['a', 'b'] },
      { name: 'a', port: 5432, protocol: 'tcp' },
      { name: 'b', port: 5432, protocol: 'tcp' },
    ];
    expect(paths(platformSchema, aPlatform({ services }))).toEqual(['services[0].backends[1]']);
  });

  it.each([
    [[], 'services[0].split'],
    [[{ version: 'aaaaaaaa', weight: 99 }], 'services[0].split'],
    [[{ version: 'v1', weight: 100 }], 'services[0].split[0].version'],
    [
      [
        { version: 'aaaaaaaa', weight: 50 },
        { version: 'aaaaaaaa', weight: 50 },
      ],
      'services[0].split[1].version',
    ],
  ])('refuses %j, which is no split', (split, place) => {
    expect(paths(platformSchema, aPlatform({ services: [{ name: 'shop', port: 8080, split }] }))).toContain(
      place,
    );
  });

  it('refuses to share a volume between two versions', () => {
    const split = ['aaaaaaaa', 'bbbbbbbb'].map((version) => ({ version, weight: 50 }));
    const services = [{ name: 'shop', port: 8080, volume: {}, split }];
    expect(paths(platformSchema, aPlatform({ services }))).toContain('services[0].split');
    expect(paths(platformSchema, aPlatform({ services: [{ ...services[0], volume: undefined }] }))).toEqual(
      [],
    );
  });
});

describe('rollout.json', () => {
  it('fills the defaults of both documents in', () => {
    expect(rolloutInputSchema.parse(aRolloutInput())).toMatchObject({
      deploy: { wait_time: 60 },
      task_definition: { cpu: 256 },
    });
  });

  it('refuses a short commit, an unknown member and a bad deploy.json at once', () => {
    const input = aRolloutInput({ commit: 'abc', deploy: { wait_time: 1 }, weight: 5 });
    expect(paths(rolloutInputSchema, input)).toEqual(['commit', 'deploy.wait_time', 'weight']);
  });
});

describe('every schema', () => {
  it.each([
    ['deploy.json', deploySchema],
    ['taskdef.json', taskDefinitionSchema],
    ['platform.yaml', platformSchema],
    ['rollout.json', rolloutInputSchema],
  ])('%s is a JSON Schema for editors, closed to unknown keys', (_name, schema) => {
    const json = z.toJSONSchema(schema, { io: 'input' });
    expect(json).toMatchObject({ type: 'object', additionalProperties: false });
  });
});
