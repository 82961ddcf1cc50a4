import type * as mesh from '@aws-sdk/client-app-mesh';
import { type AppMeshFixture, aNodeSpec, anHttpRoute, startAppMesh, verbs } from './fixtures';

let fixture: AppMeshFixture;
let call: ReturnType<typeof verbs>;

beforeAll(async () => {
  fixture = await startAppMesh();
  call = verbs(fixture.client);
  await call.mesh();
  await call.node('v1');
  await call.node('v2');
  await call.node('other-port', aNodeSpec({}, 4568));
  await call.node('http2', aNodeSpec({ listeners: [{ portMapping: { port: 4567, protocol: 'http2' } }] }));
  await call.node('two', aNodeSpec({ listeners: [http(4567), http(4568)] }));
  await call.node('silent', {});
  await call.router('r');
  await call.router('wide', 80, 81);
  await call.service('app.local');
  await call.gateway('gw');
});
afterAll(() => fixture.endpoint.close());

const http = (port: number): mesh.Listener => ({ portMapping: { port, protocol: 'http' } });
const withListener = (more: Partial<mesh.Listener>) => aNodeSpec({ listeners: [{ ...http(4567), ...more }] });
const check = (more: Partial<mesh.HealthCheckPolicy> = {}): mesh.HealthCheckPolicy => ({
  protocol: 'http',
  path: '/healthz',
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  intervalMillis: 5000,
  timeoutMillis: 2000,
  ...more,
});
const seconds = (value: number): mesh.Duration => ({ unit: 's', value });
const outliers = (more: object = {}): mesh.OutlierDetection => ({
  baseEjectionDuration: seconds(1),
  interval: seconds(1),
  maxEjectionPercent: 100,
  maxServerErrors: 1,
  ...more,
});

let serial = 0;
const fresh = (): string => {
  serial += 1;
  return `n${serial}`;
};

describe('App Mesh virtual node validation', () => {
  it.each<[string, mesh.VirtualNodeSpec]>([
    ['no listener and no service discovery', {}],
    ['every health check limit', withListener({ healthCheck: check() })],
    ['the listener port in the health check', withListener({ healthCheck: check({ port: 4567 }) })],
    [
      'a timeout of the own protocol',
      withListener({ timeout: { http: { idle: seconds(0), perRequest: seconds(60) } } }),
    ],
    ['a pool of the own protocol', withListener({ connectionPool: { http: { maxConnections: 1 } } })],
    ['outlier detection', withListener({ outlierDetection: outliers() })],
    [
      'an access log',
      aNodeSpec({ logging: { accessLog: { file: { path: '/dev/stdout', format: { text: '%REQ%' } } } } }),
    ],
    [
      'DNS discovery',
      aNodeSpec({ serviceDiscovery: { dns: { hostname: 'a.local', responseType: 'ENDPOINTS' } } }),
    ],
    ['several listeners', aNodeSpec({ listeners: [http(1), http(65535)] })],
  ])('accepts %s', async (_case, spec) => {
    const { virtualNode } = await call.node(fresh(), spec);
    expect(virtualNode?.spec).toEqual(spec);
  });

  it.each<[string, mesh.VirtualNodeSpec, string]>([
    ['a listener without service discovery', { listeners: [http(1)] }, 'spec.serviceDiscovery'],
    ['port 0', aNodeSpec({}, 0), 'spec.listeners.0.portMapping.port'],
    ['port 65536', aNodeSpec({}, 65536), 'spec.listeners.0.portMapping.port'],
    [
      'an unknown protocol',
      aNodeSpec({ listeners: [{ portMapping: { port: 1, protocol: 'udp' as never } }] }),
      'protocol',
    ],
    ['two listeners on one port', aNodeSpec({ listeners: [http(1), http(1)] }), 'spec.listeners'],
    ['a foreign health check port', withListener({ healthCheck: check({ port: 9 }) }), 'healthCheck.port'],
    ['a threshold of 1', withListener({ healthCheck: check({ healthyThreshold: 1 }) }), 'healthyThreshold'],
    [
      'a threshold of 11',
      withListener({ healthCheck: check({ unhealthyThreshold: 11 }) }),
      'unhealthyThreshold',
    ],
    [
      'an interval of 4,999 ms',
      withListener({ healthCheck: check({ intervalMillis: 4999 }) }),
      'intervalMillis',
    ],
    [
      'a timeout of 60,001 ms',
      withListener({ healthCheck: check({ timeoutMillis: 60001 }) }),
      'timeoutMillis',
    ],
    [
      'a path for a tcp health check',
      withListener({ healthCheck: check({ protocol: 'tcp' }) }),
      'healthCheck',
    ],
    [
      'a timeout of another protocol',
      withListener({ timeout: { tcp: { idle: seconds(1) } } }),
      'listeners.0.timeout',
    ],
    [
      'a pool of another protocol',
      withListener({ connectionPool: { grpc: { maxRequests: 1 } } }),
      'connectionPool',
    ],
    [
      'ejection above 100 %',
      withListener({ outlierDetection: outliers({ maxEjectionPercent: 101 }) }),
      'maxEjectionPercent',
    ],
    [
      'no server errors',
      withListener({ outlierDetection: outliers({ maxServerErrors: 0 }) }),
      'maxServerErrors',
    ],
    [
      'discovery without a name',
      aNodeSpec({ serviceDiscovery: { awsCloudMap: { namespaceName: 'n' } as never } }),
      'serviceName',
    ],
  ])('refuses %s', async (_case, spec, path) => {
    await expect(call.node(fresh(), spec)).rejects.toMatchObject({
      name: 'BadRequestException',
      message: expect.stringContaining(path),
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('refuses a protocol change while a route targets the node, and allows it afterwards', async () => {
    await call.node('changing');
    await call.route('r', 'to-changing', anHttpRoute({ changing: 1 }));
    const changed = aNodeSpec({ listeners: [{ portMapping: { port: 4567, protocol: 'tcp' } }] });
    await expect(call.updateNode('changing', changed)).rejects.toMatchObject({
      name: 'BadRequestException',
      message: expect.stringContaining('ROUTE r/to-changing'),
    });
    await call.updateNode('changing', aNodeSpec({}, 9000));
    await call.deleteRoute('r', 'to-changing');
    await expect(call.updateNode('changing', changed)).resolves.toBeDefined();
  });

  it.each(['', 'a/b', 'x'.repeat(256)])('refuses the name %j', async (name) => {
    await expect(call.node(name)).rejects.toThrow();
  });
});

describe('App Mesh route validation', () => {
  const target = (virtualNode: string, port?: number) => ({ virtualNode, weight: 1, port });
  const targets = (...weightedTargets: mesh.WeightedTarget[]): mesh.RouteSpec => ({
    httpRoute: { match: { prefix: '/' }, action: { weightedTargets } },
  });
  const matching = (match: mesh.HttpRouteMatch) => anHttpRoute({ v1: 1 }, { match });
  const retrying = (more: Partial<mesh.HttpRetryPolicy>) =>
    anHttpRoute({ v1: 1 }, { retryPolicy: { maxRetries: 2, perRetryTimeout: seconds(2), ...more } });
  const grpc = (match: mesh.GrpcRouteMatch): mesh.RouteSpec => ({
    grpcRoute: { match, action: { weightedTargets: [target('v1')] } },
  });
  const header = { name: 'x-canary', match: { exact: 'yes' } };

  it.each<[string, mesh.RouteSpec]>([
    ['weights 0 and 100', anHttpRoute({ v1: 0, v2: 100 })],
    ['a path', matching({ path: { exact: '/vote' } })],
    [
      'headers, method, scheme and query',
      matching({
        prefix: '/',
        headers: [header],
        method: 'GET',
        scheme: 'http',
        queryParameters: [{ name: 'q', match: { exact: '1' } }],
      }),
    ],
    [
      'retries',
      retrying({ httpRetryEvents: ['gateway-error', 'client-error'], tcpRetryEvents: ['connection-error'] }),
    ],
    [
      'timeouts',
      anHttpRoute({ v1: 1 }, { timeout: { perRequest: { unit: 'ms', value: 0 }, idle: seconds(300) } }),
    ],
    ['target ports', targets(target('two', 4568), target('v1', 4567))],
    ['a node that listens to nothing', targets(target('silent'))],
    ['grpc with service and method', grpc({ serviceName: 's', methodName: 'm' })],
    ['tcp without a match', { tcpRoute: { action: { weightedTargets: [target('v1')] } }, priority: 1000 }],
  ])('accepts %s', async (_case, spec) => {
    const { route } = await call.route('r', fresh(), spec);
    expect(route?.spec).toEqual(spec);
  });

  it.each<[string, mesh.RouteSpec, string]>([
    ['no route', {}, 'exactly one of httpRoute'],
    [
      'two routes',
      { ...anHttpRoute({ v1: 1 }), tcpRoute: { action: { weightedTargets: [target('v1')] } } },
      'exactly one of',
    ],
    ['priority 1001', { ...anHttpRoute({ v1: 1 }), priority: 1001 }, 'spec.priority'],
    ['no target', targets(), 'weightedTargets'],
    ['eleven targets', targets(...Array.from({ length: 11 }, () => target('v1'))), 'weightedTargets'],
    ['weight 101', anHttpRoute({ v1: 101 }), 'weightedTargets.0.weight'],
    ['weight -1', anHttpRoute({ v1: -1 }), 'weightedTargets.0.weight'],
    ['weight 0.5', anHttpRoute({ v1: 0.5 }), 'weightedTargets.0.weight'],
    ['a prefix without slash', matching({ prefix: 'vote' }), 'match.prefix'],
    ['prefix and path', matching({ prefix: '/', path: { exact: '/' } }), 'exactly one of prefix, path'],
    ['neither prefix nor path', matching({ method: 'GET' }), 'exactly one of prefix, path'],
    [
      'eleven headers',
      matching({ prefix: '/', headers: Array.from({ length: 11 }, () => header) }),
      'match.headers',
    ],
    ['an unknown retry event', retrying({ httpRetryEvents: ['sometimes'] }), 'httpRetryEvents.0'],
    ['a retry policy without events', retrying({}), 'at least one retry event'],
    ['negative retries', retrying({ maxRetries: -1, tcpRetryEvents: ['connection-error'] }), 'maxRetries'],
    ['a grpc method without service', grpc({ methodName: 'm' }), 'methodName needs serviceName'],
    ['targets of two protocols', targets(target('v1'), target('http2')), 'share one protocol'],
    ['targets of two ports', targets(target('v1'), target('other-port')), 'share one port'],
    ['a target port nobody listens on', targets(target('v1', 9)), 'no listener on port 9'],
    ['no port for a node of two listeners', targets(target('two')), 'must name a port'],
  ])('refuses %s', async (_case, spec, message) => {
    await expect(call.route('r', fresh(), spec)).rejects.toMatchObject({
      name: 'BadRequestException',
      message: expect.stringContaining(message),
    });
  });

  it('demands a port match in a router of two listeners', async () => {
    await expect(call.route('wide', fresh(), anHttpRoute({ v1: 1 }))).rejects.toThrow(
      'the route must match a port',
    );
    const matched = anHttpRoute({ v1: 1 }, { match: { prefix: '/', port: 80 } });
    await expect(call.route('wide', fresh(), matched)).resolves.toBeDefined();
  });
});

describe('App Mesh gateway route validation', () => {
  it('accepts a prefix and refuses the reserved ones', async () => {
    await expect(call.gatewayRoute(fresh(), 'app.local', 'gw', '/api')).resolves.toBeDefined();
    for (const prefix of ['/aws-appmesh/x', '/aws-app-mesh', 'api'])
      await expect(call.gatewayRoute(fresh(), 'app.local', 'gw', prefix)).rejects.toMatchObject({
        name: 'BadRequestException',
        message: expect.stringContaining('match.prefix'),
      });
  });
});
