import {
  CreateMeshCommand,
  CreateRouteCommand,
  CreateVirtualNodeCommand,
  CreateVirtualRouterCommand,
} from '@aws-sdk/client-app-mesh';
import { createAppMeshClient } from '../../adapters/clients';
import { MemoryRouter } from '../../adapters/memory/router';
import { renderVirtualNode } from '../../adapters/traffic/appmesh/virtual-node';
import { createTrafficRouter } from '../../adapters/traffic/create-traffic-router';
import type { ServiceBinding } from '../../core/config/service-binding';
import { only } from '../../core/traffic/split';
import { AppMeshService } from '../../rehearsal/aws/services/app-mesh/service';
import { ALL_PROTOCOLS, aBinding, CANARY, STABLE } from './builders';
import { startLocalAws } from './local-aws';
import { describeTrafficRouter } from './traffic-router.contract';

/** A mesh with the service's virtual router, as its stack makes it. */
async function startAppMesh(binding: ServiceBinding) {
  const aws = await startLocalAws((context) => [new AppMeshService(context)]);
  const client = createAppMeshClient(aws.settings);
  const { mesh, virtualRouter } = binding.router;
  const { port, protocol } = binding;
  await client.send(new CreateMeshCommand({ meshName: mesh }));
  await client.send(
    new CreateVirtualRouterCommand({
      meshName: mesh,
      virtualRouterName: virtualRouter,
      spec: { listeners: [{ portMapping: { port, protocol } }] },
    }),
  );
  const router = createTrafficRouter(binding, { appMesh: () => client });
  const close = async () => {
    client.destroy();
    await aws.close();
  };
  return { aws, client, router, close };
}

describeTrafficRouter('memory', async () => ({
  router: new MemoryRouter('web'),
  close: async () => undefined,
}));

for (const protocol of ALL_PROTOCOLS) {
  describeTrafficRouter(`appmesh, ${protocol}`, () => startAppMesh(aBinding({ protocol })));
}

describe('App Mesh router', () => {
  let mesh: Awaited<ReturnType<typeof startAppMesh>>;
  beforeEach(async () => {
    mesh = await startAppMesh(aBinding());
  });
  afterEach(() => mesh.close());

  const handMade = async (targets: { virtualNode: string; weight: number }[]) => {
    for (const virtualNodeName of new Set(targets.map((target) => target.virtualNode))) {
      const node = { ...renderVirtualNode(aBinding(), CANARY), virtualNodeName };
      await mesh.client.send(new CreateVirtualNodeCommand(node));
    }
    const spec = { httpRoute: { match: { prefix: '/' }, action: { weightedTargets: targets } } };
    const names = { meshName: 'demo', virtualRouterName: 'demo-web', routeName: 'demo-web' };
    await mesh.client.send(new CreateRouteCommand({ ...names, spec }));
  };

  it('reads weights that somebody edited to another sum as the shares they stand for', async () => {
    await handMade([
      { virtualNode: `demo-web-${STABLE}`, weight: 2 },
      { virtualNode: `demo-web-${CANARY}`, weight: 1 },
    ]);
    expect((await mesh.router.getSplit()).weights).toEqual({ [STABLE]: 67, [CANARY]: 33 });
    expect(await mesh.router.verifySplit(await mesh.router.getSplit())).toBe('pending');
    await mesh.router.setSplit(only(STABLE));
    expect(await mesh.router.verifySplit(only(STABLE))).toBe('reached');
  });

  it('fails naming a target that is no version of the service', async () => {
    await handMade([{ virtualNode: 'demo-other-abc12345', weight: 100 }]);
    await expect(mesh.router.getSplit()).rejects.toMatchObject({
      code: 'AwsCallRefused',
      details: { virtualNode: 'demo-other-abc12345' },
    });
  });

  it('repeats what was throttled, and takes a write whose answer was lost', async () => {
    await mesh.router.addTarget(STABLE);
    mesh.aws.endpoint.addFault({ action: 'appmesh:UpdateRoute', kind: 'throttle', times: 1 });
    mesh.aws.endpoint.addFault({ action: 'appmesh:CreateRoute', kind: 'timeout_after', times: 1 });
    await mesh.router.setSplit(only(STABLE));
    expect(await mesh.router.getSplit()).toEqual(only(STABLE));
  });

  it('takes a target whose answer was lost', async () => {
    mesh.aws.endpoint.addFault({ action: 'appmesh:CreateVirtualNode', kind: 'timeout_after', times: 1 });
    await mesh.router.addTarget(STABLE);
    await mesh.router.setSplit(only(STABLE));
    expect(await mesh.router.getSplit()).toEqual(only(STABLE));
  });

  it('fails with a retryable error naming the call when App Mesh keeps failing', async () => {
    mesh.aws.endpoint.addFault({ action: 'appmesh:DescribeRoute', kind: 'server_error', times: 3 });
    await expect(mesh.router.getSplit()).rejects.toMatchObject({
      code: 'AwsCallFailed',
      retryable: true,
      details: { action: 'appmesh:DescribeRoute', route: 'demo-web', mesh: 'demo' },
    });
  });

  it('refuses for good when access is denied', async () => {
    mesh.aws.endpoint.addFault({ action: 'appmesh:DescribeRoute', kind: 'denied', times: 1 });
    await expect(mesh.router.getSplit()).rejects.toMatchObject({ code: 'AwsCallRefused', retryable: false });
  });
});
