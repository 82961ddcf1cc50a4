import * as mesh from '@aws-sdk/client-app-mesh';
import type { Authorizer } from '../../../../../rehearsal/contracts';
import { clientConfig } from '../../server/fixtures';
import { type AppMeshFixture, aNodeSpec, anHttpRoute, arn, startAppMesh, verbs } from './fixtures';

type Question = Parameters<Authorizer>[0];

let fixture: AppMeshFixture;
let call: ReturnType<typeof verbs>;
let role: mesh.AppMeshClient;
let asked: Question[];
let answer: Authorizer;

beforeEach(async () => {
  asked = [];
  answer = () => ({ allowed: true });
  fixture = await startAppMesh({
    authorize: (question) => {
      asked.push(question);
      return answer(question);
    },
  });
  const operator = verbs(fixture.client);
  await operator.mesh();
  await operator.node('v1');
  await operator.node('v2');
  await operator.router('r');
  await operator.route('r', 'x', anHttpRoute({ v1: 100 }));
  await operator.gateway('gw');
  role = new mesh.AppMeshClient(
    clientConfig(fixture.endpoint, fixture.principals.accessKeyFor('shift-role')),
  );
  call = verbs(role);
});
afterEach(() => fixture.endpoint.close());

const ROUTE = arn('mesh/m/virtualRouter/r/route/x');
const NODES = [arn('mesh/m/virtualNode/v1'), arn('mesh/m/virtualNode/v2')];
const SERVICE = arn('mesh/m/virtualService/app.local');
const provider = { virtualRouter: { virtualRouterName: 'r' } };

describe('App Mesh permissions', () => {
  it.each<[string, () => Promise<unknown>, string[]]>([
    [
      'the route and the nodes that it targets',
      () => call.updateRoute('r', 'x', anHttpRoute({ v1: 50, v2: 50 })),
      [ROUTE, ...NODES],
    ],
    [
      'the node and its backends',
      () =>
        call.node('v3', aNodeSpec({ backends: [{ virtualService: { virtualServiceName: 'app.local' } }] })),
      [arn('mesh/m/virtualNode/v3'), SERVICE],
    ],
    [
      'the node alone when it is updated',
      () =>
        call.updateNode(
          'v1',
          aNodeSpec({ backends: [{ virtualService: { virtualServiceName: 'app.local' } }] }),
        ),
      [NODES[0]!],
    ],
    [
      'the service and its provider',
      () => call.service('app.local', provider),
      [SERVICE, arn('mesh/m/virtualRouter/r')],
    ],
    ['the node that is deleted', () => call.deleteNode('v2'), [NODES[1]!]],
    [
      'the router whose routes are listed',
      () => role.send(new mesh.ListRoutesCommand({ meshName: 'm', virtualRouterName: 'r' })),
      [arn('mesh/m/virtualRouter/r')],
    ],
    [
      'the mesh whose nodes are listed',
      () => role.send(new mesh.ListVirtualNodesCommand({ meshName: 'm' })),
      [arn('mesh/m')],
    ],
    ['everything when meshes are listed', () => role.send(new mesh.ListMeshesCommand({})), ['*']],
  ])('are asked for %s', async (_case, act, resources) => {
    await act();
    expect(asked.map((question) => question.resources)).toEqual([resources]);
  });

  it('are asked for the service of a gateway route', async () => {
    await verbs(fixture.client).service('app.local', provider);
    await call.gatewayRoute('gx', 'app.local');
    expect(asked[0]?.resources).toEqual([arn('mesh/m/virtualGateway/gw/gatewayRoute/gx'), SERVICE]);
  });

  it('include tagging when something is created with tags, and carry tags as condition keys', async () => {
    const tags = [{ key: 'env', value: 'dev' }];
    await role.send(
      new mesh.CreateVirtualNodeCommand({ meshName: 'm', virtualNodeName: 'v3', spec: aNodeSpec(), tags }),
    );
    await call.deleteNode('v3');
    expect(asked.map(({ action, context }) => [action, context])).toEqual([
      ['appmesh:CreateVirtualNode', { 'aws:RequestTag/env': 'dev' }],
      ['appmesh:TagResource', { 'aws:RequestTag/env': 'dev' }],
      ['appmesh:DeleteVirtualNode', { 'aws:ResourceTag/env': 'dev' }],
    ]);
  });

  it('deny a split onto a node that the role may not use, and leave the route as it was', async () => {
    answer = ({ resources }) =>
      resources.includes(NODES[1] ?? '')
        ? { allowed: false, reason: 'no statement matches' }
        : { allowed: true };
    await expect(call.updateRoute('r', 'x', anHttpRoute({ v1: 90, v2: 10 }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`appmesh:UpdateRoute on resource: ${NODES[1]} because`),
    });
    expect(fixture.service.snapshot('m').virtualRouters[0]?.routes[0]?.spec).toEqual(
      anHttpRoute({ v1: 100 }),
    );
    expect(fixture.seen.at(-1)).toMatchObject({ outcome: 'denied', resources: [ROUTE, ...NODES] });
  });
});
