import http from 'node:http';
import net from 'node:net';
import type {
  DiscoveredInstance,
  MeshPlan,
  MeshSnapshot,
  MeshTask,
  RehearsalClock,
} from '../../../rehearsal/contracts';
import type { MeshProtocol } from '../../../rehearsal/data-plane/plan/model';

type NodeSpec = MeshSnapshot['virtualNodes'][number]['spec'];
type Route = MeshSnapshot['virtualRouters'][number]['routes'][number];
type GatewayRoute = MeshSnapshot['virtualGateways'][number]['gatewayRoutes'][number];

/** Loopback addresses of this test process alone; port 15000 is the same in all. */
const block = `127.${64 + (process.pid % 128)}.${Math.floor(process.pid / 128) % 256}`;
let lastIp = 1;

export function nextIp(): string {
  lastIp += 1;
  return `${block}.${lastIp}`;
}

export function aClock(speed = 1): RehearsalClock {
  const origin = { virtualMillis: Date.now(), wallMillis: Date.now() };
  return {
    speed,
    shared: null,
    stoodStillMillis: () => 0,
    now: () => origin.virtualMillis + (Date.now() - origin.wallMillis) * speed,
    toWallMillis: (millis) => millis / speed,
    sleep: (millis) => new Promise((resolve) => setTimeout(resolve, millis / speed)),
  };
}

/** Builds a mesh step by step; `plan()` gives what is there now. */
export class MeshBuilder {
  readonly nodes = new Map<string, NodeSpec>();
  readonly routers = new Map<string, { port: number; protocol: MeshProtocol; routes: Route[] }>();
  readonly services = new Map<string, string>();
  readonly gateways = new Map<string, GatewayRoute[]>();
  instances: DiscoveredInstance[] = [];
  tasks: MeshTask[] = [];

  node(name: string, more: Partial<NodeSpec> & { port?: number; protocol?: MeshProtocol } = {}): this {
    const { port = 8080, protocol = 'http', ...spec } = more;
    this.nodes.set(name, {
      listeners: [{ portMapping: { port, protocol } }],
      serviceDiscovery: { awsCloudMap: { namespaceName: 'test', serviceName: name } },
      ...spec,
    });
    return this;
  }

  caller(name: string, ...backends: string[]): string {
    this.node(name, {
      backends: backends.map((virtualServiceName) => ({ virtualService: { virtualServiceName } })),
    });
    this.tasks.push({ taskId: `${name}-task`, node: name, ip: nextIp(), appPort: 8080 });
    return name;
  }

  task(node: string, ip: string, more: { appPort?: number; healthy?: boolean } = {}): this {
    const { appPort = 8080, healthy = true } = more;
    const taskId = `${node}-${ip.replaceAll('.', '-')}`;
    this.tasks.push({ taskId, node, ip, appPort });
    this.instances.push({
      namespaceName: 'test',
      serviceName: node,
      instanceId: taskId,
      ip,
      port: appPort,
      healthy,
    });
    return this;
  }

  service(name: string, routes: Route[], more: { port?: number; protocol?: MeshProtocol } = {}): this {
    this.routers.set(`${name}-router`, { port: more.port ?? 80, protocol: more.protocol ?? 'http', routes });
    this.services.set(name, `${name}-router`);
    return this;
  }

  plan(): MeshPlan {
    return {
      mesh: {
        mesh: 'test',
        virtualNodes: [...this.nodes].map(([name, spec]) => ({ name, spec })),
        virtualRouters: [...this.routers].map(([name, { port, protocol, routes }]) => ({
          name,
          spec: { listeners: [{ portMapping: { port, protocol } }] },
          routes,
        })),
        virtualServices: [...this.services].map(([name, virtualRouterName]) => ({
          name,
          spec: { provider: { virtualRouter: { virtualRouterName } } },
        })),
        virtualGateways: [...this.gateways].map(([name, gatewayRoutes]) => ({
          name,
          spec: { listeners: [{ portMapping: { port: 80, protocol: 'http' } }] },
          gatewayRoutes,
        })),
      },
      instances: [...this.instances],
      tasks: [...this.tasks],
    };
  }
}

export function targets(weights: Record<string, number>) {
  return Object.entries(weights).map(([virtualNode, weight]) => ({ virtualNode, weight }));
}

type HttpSpec = NonNullable<Route['spec']['httpRoute']>;

export function httpRoute(weights: Record<string, number>, more: Partial<HttpSpec> = {}): Route {
  return {
    name: 'main',
    spec: { httpRoute: { match: { prefix: '/' }, action: { weightedTargets: targets(weights) }, ...more } },
  };
}

export function tcpRoute(weights: Record<string, number>): Route {
  return { name: 'main', spec: { tcpRoute: { action: { weightedTargets: targets(weights) } } } };
}

export interface TestApp {
  readonly ip: string;
  /** Requests that reached the application, probes included. */
  readonly seen: { method: string; url: string; host: string; agent: string }[];
  close(): Promise<void>;
}

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

const open: { close(): Promise<void> }[] = [];

export async function closeApps(): Promise<void> {
  await Promise.all(open.splice(0).map((app) => app.close()));
}

export async function anApp(handler: Handler, port = 8080): Promise<TestApp> {
  const ip = nextIp();
  const seen: TestApp['seen'] = [];
  const server = http.createServer((request, response) => {
    const { host = '', 'user-agent': agent = '' } = request.headers;
    seen.push({ method: request.method ?? '', url: request.url ?? '', host, agent });
    request.resume();
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, ip, resolve));
  const app = {
    ip,
    seen,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  open.push(app);
  return app;
}

export async function aTcpApp(greeting: string, port = 8080): Promise<TestApp> {
  const ip = nextIp();
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write(greeting);
    socket.on('data', (data) => socket.write(data));
  });
  await new Promise<void>((resolve) => server.listen(port, ip, resolve));
  const app = {
    ip,
    seen: [],
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  open.push(app);
  return app;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly servedBy: string;
  readonly headers: http.IncomingHttpHeaders;
}

export function ask(
  address: { host: string; port: number },
  path = '/',
  options: http.RequestOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ ...address, path, agent: false, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body,
          servedBy: String(response.headers['x-served-by'] ?? ''),
          headers: response.headers,
        }),
      );
    });
    request.on('error', reject);
    request.end();
  });
}
