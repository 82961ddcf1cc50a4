import { readSplit, renderRoute } from '../../../../adapters/traffic/appmesh/routes';
import { renderVirtualNode } from '../../../../adapters/traffic/appmesh/virtual-node';
import { createTrafficRouter } from '../../../../adapters/traffic/create-traffic-router';
import { createSplit, NO_TRAFFIC } from '../../../../core/traffic/split';
import { aBinding, CANARY, STABLE } from '../../../contract/builders';

const SPLIT = createSplit({ [STABLE]: 90, [CANARY]: 10 });
const weightedTargets = [
  { virtualNode: `demo-web-${STABLE}`, weight: 90 },
  { virtualNode: `demo-web-${CANARY}`, weight: 10 },
];
const retryPolicy = {
  maxRetries: 0,
  perRetryTimeout: { unit: 's', value: 15 },
  tcpRetryEvents: ['connection-error'],
};

describe('App Mesh route', () => {
  it.each([
    ['http', { httpRoute: { match: { prefix: '/' }, action: { weightedTargets }, retryPolicy } }],
    ['http2', { http2Route: { match: { prefix: '/' }, action: { weightedTargets }, retryPolicy } }],
    ['grpc', { grpcRoute: { match: {}, action: { weightedTargets }, retryPolicy } }],
    ['tcp', { tcpRoute: { action: { weightedTargets }, timeout: { idle: { unit: 's', value: 300 } } } }],
  ] as const)('carries a split over %s and repeats no request', (protocol, body) => {
    const spec = renderRoute(aBinding({ protocol }), SPLIT);
    expect(spec).toEqual(body);
    expect(readSplit(aBinding({ protocol }), spec)).toEqual(SPLIT);
  });

  it('keeps a target at weight 0', () => {
    const split = createSplit({ [STABLE]: 100, [CANARY]: 0 });
    expect(readSplit(aBinding(), renderRoute(aBinding(), split))).toEqual(split);
  });

  it('reads weights that are all zero as no traffic', () => {
    const zero = weightedTargets.map((target) => ({ ...target, weight: 0 }));
    const spec = { httpRoute: { match: { prefix: '/' }, action: { weightedTargets: zero } } };
    expect(readSplit(aBinding(), spec)).toEqual(NO_TRAFFIC);
  });

  it('refuses more than ten targets', () => {
    const versions = Array.from({ length: 11 }, (_, index) => `0000000${index.toString(16)}`);
    const weights = Object.fromEntries(versions.map((version, index) => [version, index === 0 ? 100 : 0]));
    expect(() => renderRoute(aBinding(), createSplit(weights))).toThrow('11 targets: App Mesh allows 10');
  });
});

describe('App Mesh virtual node', () => {
  it('is found through Cloud Map under its own name and may call the backends', () => {
    expect(renderVirtualNode(aBinding(), CANARY)).toMatchObject({
      meshName: 'demo',
      virtualNodeName: `demo-web-${CANARY}`,
      spec: {
        listeners: [
          { portMapping: { port: 8080, protocol: 'http' }, healthCheck: { protocol: 'tcp', port: 8080 } },
        ],
        serviceDiscovery: { awsCloudMap: { namespaceName: 'demo.local', serviceName: `demo-web-${CANARY}` } },
        backends: [{ virtualService: { virtualServiceName: 'web-db.demo.local' } }],
        logging: { accessLog: { file: { path: '/dev/stdout' } } },
      },
    });
  });
});

describe('traffic router factory', () => {
  it('throws UnknownRouterKind for a kind that it does not have', () => {
    const binding = { ...aBinding(), router: { kind: 'telepathy' } } as unknown as ReturnType<
      typeof aBinding
    >;
    const clients = {
      appMesh: () => {
        throw new Error('not asked for');
      },
    };
    expect(() => createTrafficRouter(binding, clients)).toThrow(
      expect.objectContaining({ code: 'UnknownRouterKind' }),
    );
  });
});
