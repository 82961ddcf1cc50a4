import { FUNCTION_NAMES } from '../../../core/config/function-environment';
import { platformSchema } from '../../../core/config/platform-schema';
import { serviceBindingSchema, serviceParameterName } from '../../../core/config/service-binding';
import { buildApp } from '../../../lib/build-app';
import { deployAssembly } from '../../../rehearsal/assembly/deploy/deploy-assembly';
import type { DeployableAssembly } from '../../../rehearsal/assembly/describe/deployable';
import { describeDeployable } from '../../../rehearsal/assembly/describe/describe-deployable';
import { createAuthorizer } from '../../../rehearsal/assembly/policies/authorizer';
import { readAssembly } from '../../../rehearsal/assembly/read-assembly';
import { startServices, type TestServices } from './_helpers/endpoint-services';
import { aBundle, type TemporaryFolder, temporaryFolder } from './_helpers/synthesized';

const SERVICES = 10;
const ROUTE = 'arn:aws:appmesh:us-west-2:000000000000:mesh/demo/virtualRouter/s1/route/s1';
const NODE = 'arn:aws:appmesh:us-west-2:000000000000:mesh/demo/virtualNode/demo-s1-0a1b2c3d';

describe('the stacks of this repository', () => {
  let folder: TemporaryFolder;
  let services: TestServices;
  let deployed: DeployableAssembly;

  beforeAll(async () => {
    folder = temporaryFolder();
    for (const name of FUNCTION_NAMES) {
      aBundle(folder.path, `bundles/${name}`);
    }
    const platform = platformSchema.parse({
      environment: 'demo',
      namespace: 'shop.local',
      region: 'us-west-2',
      ingress: 's1',
      notifications: { email: ['team@example.com'] },
      services: Array.from({ length: SERVICES }, (_, index) => ({
        name: `s${index + 1}`,
        port: 8000 + index,
      })),
    });
    const outdir = `${folder.path}/cdk.out`;
    buildApp({ platform, checks: false, outdir, bundles: `${folder.path}/bundles` }).app.synth();
    const deployable = describeDeployable(readAssembly(outdir));
    services = await startServices(deployable);
    deployed = await deployAssembly(deployable, services);
  });
  afterAll(async () => {
    await services.close();
    folder.remove();
  });

  async function call<Output>(
    service: 'ssm' | 'cloudMap',
    operation: string,
    input: object,
  ): Promise<Output> {
    return (await services[service].operations[operation]?.run(input as Record<string, unknown>)) as Output;
  }

  it('deploy every service into the mesh, with the ingress before one of them', () => {
    const { virtualServices, virtualRouters, virtualGateways } = services.appMesh.snapshot('demo');
    expect([virtualServices.length, virtualRouters.length]).toEqual([SERVICES, SERVICES]);
    expect(virtualGateways).toMatchObject([{ gatewayRoutes: [{ spec: { httpRoute: {} } }] }]);
  });

  it('bind every service with values that the functions accept', async () => {
    for (let index = 1; index <= SERVICES; index += 1) {
      const Name = serviceParameterName('demo', `s${index}`);
      const { Parameter } = await call<{ Parameter: { Value: string } }>('ssm', 'GetParameter', { Name });
      const binding = serviceBindingSchema.parse(JSON.parse(Parameter.Value));
      expect(deployed.roles.map(({ arn }) => arn)).toEqual(
        expect.arrayContaining([binding.taskRoleArn, binding.executionRoleArn]),
      );
      const Id = binding.namespaceId;
      expect(await call('cloudMap', 'GetNamespace', { Id })).toMatchObject({
        Namespace: { Name: 'shop.local' },
      });
    }
  });

  it('describe every function, the machines that name them and the rules that recover them', () => {
    expect(deployed.functions.map(({ name }) => name).sort()).toEqual(
      FUNCTION_NAMES.map((name) => `demo-${name}`).sort(),
    );
    expect(deployed.stateMachines.map(({ name }) => name).sort()).toEqual(['demo-rollout', 'demo-split']);
    const definitions = deployed.stateMachines.map(({ definition }) => definition).join();
    const healers = ['demo-recover-rollout', 'demo-recover-split'];
    for (const { arn } of deployed.functions.filter(({ name }) => !healers.includes(name))) {
      expect(definitions).toContain(arn);
    }
    for (const healer of healers) {
      expect(deployed.eventRules).toContainEqual(
        expect.objectContaining({ enabled: true, targets: [expect.stringContaining(`function:${healer}`)] }),
      );
    }
  });

  it('leave no AWS managed policy unread', () => {
    expect(deployed.roles.flatMap(({ notEvaluated }) => notEvaluated)).toEqual([]);
  });

  it.each([
    ['shift-traffic', 'appmesh:UpdateRoute', [ROUTE, NODE], {}, true],
    ['shift-traffic', 'appmesh:DeleteVirtualNode', [NODE], {}, false],
    ['remove-version', 'appmesh:DeleteVirtualNode', [NODE], {}, true],
    ['evaluate-health', 'appmesh:UpdateRoute', [ROUTE, NODE], {}, false],
    [
      'create-version',
      'iam:PassRole',
      ['arn:aws:iam::000000000000:role/demo-s1-task'],
      { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      true,
    ],
    [
      'create-version',
      'iam:PassRole',
      ['arn:aws:iam::000000000000:role/demo-s1-task'],
      { 'iam:PassedToService': 'ec2.amazonaws.com' },
      false,
    ],
    [
      'create-version',
      'iam:PassRole',
      ['arn:aws:iam::000000000000:role/admin'],
      { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      false,
    ],
    [
      'claim-rollout',
      'ecs:ListTasks',
      ['*'],
      { 'ecs:cluster': 'arn:aws:ecs:us-west-2:000000000000:cluster/demo' },
      true,
    ],
    [
      'claim-rollout',
      'ecs:ListTasks',
      ['*'],
      { 'ecs:cluster': 'arn:aws:ecs:us-west-2:000000000000:cluster/other' },
      false,
    ],
    [
      'state-machine',
      'lambda:InvokeFunction',
      ['arn:aws:lambda:us-west-2:000000000000:function:demo-roll-back'],
      {},
      true,
    ],
    [
      'state-machine',
      'lambda:InvokeFunction',
      ['arn:aws:lambda:us-west-2:000000000000:function:other'],
      {},
      false,
    ],
  ])('answer for %s and %s on %j in %j: %s', (role, action, resources, context, allowed) => {
    const request = {
      principal: `demo-${role}`,
      action,
      resources,
      context: context as Record<string, string>,
    };
    expect(createAuthorizer(deployed.roles)(request).allowed).toBe(allowed);
  });
});
