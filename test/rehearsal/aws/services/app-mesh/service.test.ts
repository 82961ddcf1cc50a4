import * as mesh from '@aws-sdk/client-app-mesh';
import { ACCOUNT, clientConfig } from '../../server/fixtures';
import { type AppMeshFixture, aNodeSpec, anHttpRoute, arn, startAppMesh, verbs } from './fixtures';

let fixture: AppMeshFixture;
let call: ReturnType<typeof verbs>;

beforeEach(async () => {
  fixture = await startAppMesh();
  call = verbs(fixture.client);
});
afterEach(() => fixture.endpoint.close());

async function aWholeMesh(): Promise<void> {
  await call.mesh();
  await call.node('v1');
  await call.node('v2');
  await call.router('r');
  await call.route('r', 'x', anHttpRoute({ v1: 100 }));
  await call.service('app.local', { virtualRouter: { virtualRouterName: 'r' } });
  await call.gateway('gw');
  await call.gatewayRoute('gx', 'app.local');
}

describe('App Mesh resources', () => {
  it('describes what was created, with metadata in virtual time', async () => {
    await call.mesh();
    const { virtualNode } = await call.node('v1');
    expect(virtualNode).toEqual({
      meshName: 'm',
      virtualNodeName: 'v1',
      spec: aNodeSpec(),
      status: { status: 'ACTIVE' },
      metadata: {
        arn: arn('mesh/m/virtualNode/v1'),
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        version: 1,
        createdAt: new Date('2030-01-01T00:00:00Z'),
        lastUpdatedAt: new Date('2030-01-01T00:00:00Z'),
        meshOwner: ACCOUNT,
        resourceOwner: ACCOUNT,
      },
    });
    const described = await fixture.client.send(
      new mesh.DescribeVirtualNodeCommand({ meshName: 'm', virtualNodeName: 'v1', meshOwner: ACCOUNT }),
    );
    expect(described.virtualNode).toEqual(virtualNode);
  });

  it('replaces the whole spec on update and raises the version', async () => {
    await call.mesh();
    await call.node('v1', aNodeSpec({ backends: [{ virtualService: { virtualServiceName: 'db.local' } }] }));
    fixture.clock.set(fixture.clock.now() + 60_000);
    const { virtualNode } = await call.updateNode('v1', aNodeSpec());
    expect(virtualNode).toMatchObject({
      spec: aNodeSpec(),
      metadata: { version: 2, lastUpdatedAt: new Date('2030-01-01T00:01:00Z') },
    });
    expect(virtualNode?.spec?.backends).toBeUndefined();
  });

  it('answers a delete with the last state, marked as deleted', async () => {
    await call.mesh();
    await call.node('v1');
    const { virtualNode } = await call.deleteNode('v1');
    expect(virtualNode).toMatchObject({ virtualNodeName: 'v1', status: { status: 'DELETED' } });
    await expect(call.deleteNode('v1')).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('names ARNs of nested resources as AWS does', async () => {
    await aWholeMesh();
    const { routes } = await fixture.client.send(
      new mesh.ListRoutesCommand({ meshName: 'm', virtualRouterName: 'r' }),
    );
    expect(routes).toEqual([
      expect.objectContaining({ arn: arn('mesh/m/virtualRouter/r/route/x'), routeName: 'x' }),
    ]);
    const { gatewayRoutes } = await fixture.client.send(
      new mesh.ListGatewayRoutesCommand({ meshName: 'm', virtualGatewayName: 'gw' }),
    );
    expect(gatewayRoutes?.[0]?.arn).toBe(arn('mesh/m/virtualGateway/gw/gatewayRoute/gx'));
  });

  it('lists page by page', async () => {
    await call.mesh();
    for (const name of ['a', 'b', 'c']) await call.node(name);
    const pages = [];
    for await (const page of mesh.paginateListVirtualNodes(
      { client: fixture.client, pageSize: 2 },
      { meshName: 'm' },
    ))
      pages.push(page.virtualNodes?.map(({ virtualNodeName }) => virtualNodeName));
    expect(pages).toEqual([['a', 'b'], ['c']]);
    const { meshes } = await fixture.client.send(new mesh.ListMeshesCommand({}));
    expect(meshes?.map(({ meshName }) => meshName)).toEqual(['m']);
  });

  it('tells of every change and of no read', async () => {
    await call.mesh();
    await call.node('v1');
    await call.updateNode('v1', aNodeSpec());
    await fixture.client.send(new mesh.ListVirtualNodesCommand({ meshName: 'm' }));
    await call.deleteNode('v1');
    const node = arn('mesh/m/virtualNode/v1');
    expect(fixture.changes).toEqual([arn('mesh/m'), node, node, node]);
  });

  it('takes a snapshot that later writes leave alone', async () => {
    await aWholeMesh();
    const snapshot = fixture.service.snapshot('m');
    await call.updateRoute('r', 'x', anHttpRoute({ v1: 50, v2: 50 }));
    expect(snapshot).toMatchObject({
      mesh: 'm',
      virtualNodes: [{ name: 'v1', spec: aNodeSpec() }, { name: 'v2' }],
      virtualRouters: [{ name: 'r', routes: [{ name: 'x', spec: anHttpRoute({ v1: 100 }) }] }],
      virtualServices: [
        { name: 'app.local', spec: { provider: { virtualRouter: { virtualRouterName: 'r' } } } },
      ],
      virtualGateways: [{ name: 'gw', gatewayRoutes: [{ name: 'gx' }] }],
    });
    expect(fixture.service.snapshot('m').virtualRouters[0]?.routes[0]?.spec).toEqual(
      anHttpRoute({ v1: 50, v2: 50 }),
    );
    expect(fixture.service.meshNames()).toEqual(['m']);
  });

  it('throws when the mesh of a snapshot does not exist', () => {
    expect(() => fixture.service.snapshot('absent')).toThrow('Mesh with name "absent" does not exist');
  });
});

describe('App Mesh client tokens', () => {
  it('carries a repeated request out once', async () => {
    await call.mesh();
    await call.node('v1');
    await call.node('v2');
    await call.router('r');
    await call.route('r', 'x', anHttpRoute({ v1: 100 }), 'create-token');
    const again = await call.route('r', 'x', anHttpRoute({ v1: 100 }), 'create-token');
    expect(again.route?.metadata?.version).toBe(1);
    await call.updateRoute('r', 'x', anHttpRoute({ v1: 90, v2: 10 }), 'update-token');
    const repeated = await call.updateRoute('r', 'x', anHttpRoute({ v1: 90, v2: 10 }), 'update-token');
    expect(repeated.route?.metadata?.version).toBe(2);
  });

  it('fails with a conflict when the token comes with another spec', async () => {
    await call.mesh();
    await call.node('v1');
    await call.router('r');
    await call.route('r', 'x', anHttpRoute({ v1: 100 }), 'token');
    await expect(call.updateRoute('r', 'x', anHttpRoute({ v1: 10 }), 'token')).rejects.toMatchObject({
      name: 'ConflictException',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('creates anew when what the token created was deleted', async () => {
    await call.mesh();
    await call.node('v1');
    await call.router('r');
    await call.route('r', 'x', anHttpRoute({ v1: 100 }), 'token');
    await call.deleteRoute('r', 'x');
    await expect(call.route('r', 'x', anHttpRoute({ v1: 100 }), 'token')).resolves.toBeDefined();
  });

  it('lets a retry after a lost answer succeed', async () => {
    await call.mesh();
    fixture.endpoint.addFault({ action: 'appmesh:CreateVirtualNode', kind: 'timeout_after', times: 1 });
    const retrying = new mesh.AppMeshClient({ ...clientConfig(fixture.endpoint), maxAttempts: 3 });
    const { virtualNode } = await verbs(retrying).node('v1');
    expect(virtualNode?.metadata?.version).toBe(1);
    expect(fixture.seen.map(({ outcome }) => outcome)).toEqual(['ok', 'fault', 'ok']);
  });
});

describe('App Mesh refusals', () => {
  it('fails when what is named does not exist', async () => {
    await expect(call.node('v1')).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Mesh with name "m" does not exist',
    });
  });

  it.each([
    [
      'a route to a missing node',
      () => call.route('r', 'x2', anHttpRoute({ gone: 1 })),
      'VirtualNode with name "gone"',
    ],
    [
      'a route in a missing router',
      () => call.route('no', 'x', anHttpRoute({ v1: 1 })),
      'VirtualRouter with name "no"',
    ],
    ['a missing route', () => call.updateRoute('r', 'no', anHttpRoute({ v1: 1 })), 'Route with name "no"'],
    [
      'a missing provider',
      () => call.service('s', { virtualNode: { virtualNodeName: 'gone' } }),
      'VirtualNode with name "gone"',
    ],
    [
      'a missing virtual service',
      () => call.gatewayRoute('g2', 'gone.local'),
      'VirtualService with name "gone.local"',
    ],
  ])('fails with 404 for %s', async (_case, act, message) => {
    await aWholeMesh();
    await expect(act()).rejects.toMatchObject({
      name: 'NotFoundException',
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 404 },
    });
  });

  it.each([
    ['a mesh', () => call.mesh()],
    ['a node', () => call.node('v1')],
    ['a route', () => call.route('r', 'x', anHttpRoute({ v1: 100 }))],
  ])('fails with a conflict when %s exists', async (_case, act) => {
    await aWholeMesh();
    await expect(act()).rejects.toMatchObject({
      name: 'ConflictException',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it.each([
    ['a node that a route targets', () => call.deleteNode('v1'), 'ROUTE r/x'],
    [
      'a router with routes that provides a service',
      () => call.deleteRouter('r'),
      'ROUTE r/x, VIRTUAL_SERVICE app.local',
    ],
    ['a service that a gateway route names', () => call.deleteService('app.local'), 'GATEWAY_ROUTE gw/gx'],
    ['a gateway with gateway routes', () => call.deleteGateway('gw'), 'GATEWAY_ROUTE gw/gx'],
    ['a mesh with anything in it', () => call.deleteMesh(), 'VIRTUAL_NODE v1'],
  ])('fails to delete %s', async (_case, act, users) => {
    await aWholeMesh();
    await expect(act()).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: expect.stringContaining(users),
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('deletes a node as soon as no route names it, even at weight 0', async () => {
    await aWholeMesh();
    await call.updateRoute('r', 'x', anHttpRoute({ v1: 100, v2: 0 }));
    await expect(call.deleteNode('v2')).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await call.updateRoute('r', 'x', anHttpRoute({ v1: 100 }));
    await expect(call.deleteNode('v2')).resolves.toBeDefined();
  });

  it('accepts silently what loses traffic later', async () => {
    await call.mesh();
    await call.node(
      'v1',
      aNodeSpec({ backends: [{ virtualService: { virtualServiceName: 'nowhere.local' } }] }, 9999),
    );
    await call.router('r', 4567);
    await call.route('r', 'x', {
      tcpRoute: { action: { weightedTargets: [{ virtualNode: 'v1', weight: 1 }] } },
    });
    await call.service('lonely.local');
    expect(fixture.service.snapshot('m').virtualServices).toEqual([{ name: 'lonely.local', spec: {} }]);
  });

  it('accepts weights that do not sum to 100', async () => {
    await aWholeMesh();
    await expect(call.updateRoute('r', 'x', anHttpRoute({ v1: 100, v2: 100 }))).resolves.toBeDefined();
  });

  it('fails above the quotas', async () => {
    for (let index = 0; index < 15; index += 1) await call.mesh(`mesh-${index}`);
    await expect(call.mesh('one-more')).rejects.toMatchObject({
      name: 'LimitExceededException',
      $metadata: { httpStatusCode: 400 },
    });
    const crowded = verbs(fixture.client, 'mesh-0');
    const backends = Array.from({ length: 51 }, (_, index) => ({
      virtualService: { virtualServiceName: `s${index}` },
    }));
    await expect(crowded.node('v', aNodeSpec({ backends }))).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    await crowded.node('v');
    await crowded.router('r');
    for (let index = 0; index < 50; index += 1) await crowded.route('r', `x${index}`, anHttpRoute({ v: 1 }));
    await expect(crowded.route('r', 'x50', anHttpRoute({ v: 1 }))).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });

  it('fails for the mesh of another account', async () => {
    await call.mesh();
    await expect(
      fixture.client.send(new mesh.DescribeMeshCommand({ meshName: 'm', meshOwner: '999999999999' })),
    ).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

describe('App Mesh tags', () => {
  const tagged = { resourceArn: arn('mesh/m') };
  const many = Array.from({ length: 50 }, (_, index) => ({ key: `k${index}`, value: '' }));

  it('adds, replaces, removes and lists', async () => {
    const tags = [
      { key: 'team', value: 'a' },
      { key: 'gone', value: '' },
    ];
    await fixture.client.send(new mesh.CreateMeshCommand({ meshName: 'm', tags }));
    await fixture.client.send(
      new mesh.TagResourceCommand({ ...tagged, tags: [{ key: 'team', value: 'b' }] }),
    );
    await fixture.client.send(new mesh.UntagResourceCommand({ ...tagged, tagKeys: ['gone'] }));
    const listed = await fixture.client.send(new mesh.ListTagsForResourceCommand(tagged));
    expect(listed.tags).toEqual([{ key: 'team', value: 'b' }]);
  });

  it('fails above 50 and for what does not exist', async () => {
    await fixture.client.send(new mesh.CreateMeshCommand({ meshName: 'm', tags: many }));
    await expect(
      fixture.client.send(new mesh.TagResourceCommand({ ...tagged, tags: [{ key: 'more', value: '' }] })),
    ).rejects.toMatchObject({ name: 'TooManyTagsException' });
    await expect(
      fixture.client.send(new mesh.ListTagsForResourceCommand({ resourceArn: arn('mesh/absent') })),
    ).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});
