import http from 'node:http';
import net from 'node:net';
import {
  type DataPlane,
  type MeshPlan,
  type ProxyCounters,
  type RehearsalClock,
  SERVED_BY_HEADER,
} from '../../contracts';
import { UnsupportedMeshFeature } from '../errors';
import { AddressBook } from '../plan/addresses';
import { buildRoutingModel } from '../plan/build';
import {
  type Address,
  compoundId,
  type EgressListener,
  type GatewayListener,
  type GatewayRouteRule,
  type IngressListener,
  type RoutingModel,
} from '../plan/model';
import { localAnswer } from './exchange';
import { forward } from './forward';
import { matches } from './matcher';
import { chooseNode, TargetPool } from './pool';
import { PROBE_AGENT } from './probe';
import { type OpenServer, type OpenTcpServer, openHttp, openTcp } from './servers';
import { Registry, SideStats } from './stats';

/** How to run the embedded proxy as the data plane. */
export interface EmbeddedDataPlaneOptions {
  readonly clock: RehearsalClock;
  /** Wall seconds that old connections of a changed or removed listener may last. @default 5 */
  readonly drainSeconds?: number;
  /** Idle wall milliseconds after which a connection to the application is closed. @default 1000 */
  readonly appIdleMillis?: number;
  /** Source of the numbers in [0, 1) that choose versions. @default Math.random */
  readonly random?: () => number;
}

/** Longest wait for first health checks of new endpoints. */
const WARM_LIMIT_MILLIS = 1000;
const CONNECT_LIMIT_MILLIS = 1000;
const EMPTY_MODEL: RoutingModel = { egress: [], gateways: [], ingress: [], targets: [] };

function refuseUnsupported(model: RoutingModel): void {
  const asking = [...model.egress, ...model.gateways, ...model.ingress];
  const problems = asking
    .filter(({ protocol }) => protocol === 'http2' || protocol === 'grpc')
    .map(
      ({ id, protocol }) =>
        `listener "${id}" speaks ${protocol}, which the embedded proxy does not; install Envoy ("make install") to rehearse it`,
    );
  if (problems.length > 0) throw new UnsupportedMeshFeature(problems);
}

function rewrittenUrl(url: string, route: GatewayRouteRule): string {
  const { prefix, path } = route.rewrite;
  const [before = '', query] = url.split('?', 2);
  const tail = query === undefined ? '' : `?${query}`;
  if (path !== undefined) return `${path}${tail}`;
  if (prefix === undefined) return url;
  const rest = before.slice(route.match.path.value.length);
  return `${prefix}${prefix.endsWith('/') && rest.startsWith('/') ? rest.slice(1) : rest}${tail}`;
}

/** Proxies in this very process, for machines on which no Envoy can be installed. */
class EmbeddedDataPlane implements DataPlane {
  readonly kind = 'embedded';
  readonly version = process.version;
  private readonly book = new AddressBook();
  private readonly agent: http.Agent;
  private readonly servers = new Map<string, OpenServer | OpenTcpServer>();
  private readonly pools = new Registry(() => new TargetPool());
  private readonly callerStats = new Registry(() => new SideStats());
  private readonly ownStats = new Registry(() => new SideStats());
  private model = EMPTY_MODEL;
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly options: EmbeddedDataPlaneOptions) {
    this.agent = new http.Agent({ keepAlive: true, timeout: options.appIdleMillis ?? 1000 });
  }

  async start(): Promise<void> {
    await this.book.fill();
  }

  apply(plan: MeshPlan): Promise<void> {
    const turn = this.queue.then(() => this.follow(plan));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  egressAddress(node: string, virtualService: string, port: number): Address {
    return this.book.egress(node, virtualService, port);
  }

  gatewayAddress(gateway: string): Address {
    return this.book.gateway(gateway);
  }

  async counters(): Promise<readonly ProxyCounters[]> {
    const callers = this.model.targets.map(({ id, caller, node, protocol }) =>
      this.callerStats.of(id).read('caller', caller, node, protocol),
    );
    const own = new Map(
      [
        ...this.model.gateways.map(({ gateway, protocol }) => [gateway, protocol] as const),
        ...this.model.ingress.map(({ node, protocol }) => [node, protocol] as const),
      ].map(([node, protocol]) => [node, this.ownStats.of(node).read('own', node, node, protocol)]),
    );
    return [...callers, ...own.values()];
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    for (const [, pool] of this.pools.all()) pool.end();
    await this.book.close();
    await Promise.all([...this.servers.values()].map((server) => server.destroy()));
    this.servers.clear();
  }

  private async follow(plan: MeshPlan): Promise<void> {
    await this.book.fill();
    const model = buildRoutingModel(plan, this.book);
    refuseUnsupported(model);
    await this.book.release([...model.egress, ...model.gateways].map(({ address }) => address));
    for (const one of model.ingress) await this.open(one.id, one.address, () => this.openIngress(one));
    await this.updatePools(model);
    for (const one of model.egress) await this.open(one.id, one.address, () => this.openEgress(one));
    for (const one of model.gateways) await this.open(one.id, one.address, () => this.openGateway(one));
    const before = this.model;
    this.model = model;
    this.drainChangedTcp(before, model);
    this.closeGone(model);
  }

  private async updatePools(model: RoutingModel): Promise<void> {
    const speed = this.options.clock.speed;
    const checked = model.targets.map((target) => this.pools.of(target.id).update(target, speed));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, WARM_LIMIT_MILLIS);
    });
    await Promise.race([Promise.all(checked), limit]);
    clearTimeout(timer);
  }

  private async open(id: string, address: Address, make: () => Promise<OpenServer>): Promise<void> {
    const known = this.servers.get(id);
    if (known?.address.host === address.host && known.address.port === address.port) return;
    known?.close(this.drainMillis);
    this.servers.set(id, await make());
  }

  private get drainMillis(): number {
    return (this.options.drainSeconds ?? 5) * 1000;
  }

  private closeGone(model: RoutingModel): void {
    const wanted = new Set([...model.egress, ...model.gateways, ...model.ingress].map(({ id }) => id));
    for (const [id, server] of this.servers) {
      if (wanted.has(id)) continue;
      server.close(this.drainMillis);
      this.servers.delete(id);
    }
    const targets = new Set(model.targets.map(({ id }) => id));
    for (const [id, pool] of this.pools.all()) {
      if (targets.has(id)) continue;
      pool.end();
      this.pools.drop(id);
    }
  }

  private drainChangedTcp(before: RoutingModel, after: RoutingModel): void {
    const old = new Map(before.egress.map((one) => [one.id, JSON.stringify(one.tcp)]));
    for (const { id, tcp } of after.egress) {
      const server = this.servers.get(id);
      const changed = old.has(id) && old.get(id) !== JSON.stringify(tcp);
      if (changed && server !== undefined && 'drainOld' in server) server.drainOld(this.drainMillis);
    }
  }

  private openIngress(one: IngressListener): Promise<OpenServer> {
    const stats = this.ownStats.of(one.node);
    if (one.protocol === 'tcp') {
      return openTcp(one.address, (socket) => this.pipe(socket, one.app, one.idleMillis, [stats]));
    }
    return openHttp(one.address, (request, response) => {
      if (request.headers['user-agent'] !== PROBE_AGENT) this.countEnd(response, [stats]);
      void forward(request, response, {
        agent: this.agent,
        pick: () => one.app,
        timeoutMillis: one.timeoutMillis,
        url: request.url ?? '/',
        addHeaders: [],
        onConnectFailure: () => {
          stats.connectFailures += 1;
        },
      });
    });
  }

  private openEgress({ id, protocol, address }: EgressListener): Promise<OpenServer> {
    const current = (): EgressListener | undefined => this.model.egress.find((one) => one.id === id);
    if (protocol === 'tcp') return openTcp(address, (socket) => this.tcpEgress(socket, current()));
    return openHttp(address, (request, response) => {
      void this.httpEgress(request, response, current(), request.url ?? '/');
    });
  }

  private openGateway({ id, address, gateway }: GatewayListener): Promise<OpenServer> {
    const stats = this.ownStats.of(gateway);
    return openHttp(address, (request, response) => {
      this.countEnd(response, [stats]);
      const url = request.url ?? '/';
      const line = { method: request.method ?? 'GET', url, headers: request.headers };
      const listener = this.model.gateways.find((one) => one.id === id);
      const route = listener?.routes.find((one) => matches(line, one.match));
      const egress = this.model.egress.find((one) => one.id === route?.to);
      if (route === undefined || egress === undefined) return localAnswer(response, 404, '');
      if (route.rewrite.host !== undefined) request.headers.host = route.rewrite.host;
      void this.httpEgress(request, response, egress, rewrittenUrl(url, route), route.rewrite.host);
    });
  }

  private async httpEgress(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    listener: EgressListener | undefined,
    url: string,
    host = listener?.host,
  ): Promise<void> {
    const line = { method: request.method ?? 'GET', url, headers: request.headers };
    const route = listener?.routes.find((one) => matches(line, one.match));
    if (listener === undefined || route === undefined) return localAnswer(response, 404, '');
    const node = chooseNode(route.targets, this.options.random ?? Math.random);
    if (node === undefined) return localAnswer(response, 503, 'no version has any weight');
    const id = compoundId(listener.caller, node);
    const stats = this.callerStats.of(id);
    this.countEnd(response, [stats]);
    await forward(request, response, {
      agent: this.agent,
      pick: (tried) => this.pools.of(id).pick(tried),
      timeoutMillis: route.timeoutMillis,
      url,
      ...(host === undefined ? {} : { host }),
      ...(route.retry === undefined ? {} : { retry: route.retry }),
      addHeaders: [SERVED_BY_HEADER, node],
      onConnectFailure: () => {
        stats.connectFailures += 1;
      },
    });
  }

  private tcpEgress(socket: net.Socket, listener: EgressListener | undefined): void {
    const node = chooseNode(listener?.tcp?.targets ?? [], this.options.random ?? Math.random);
    if (listener === undefined || node === undefined) return void socket.destroy();
    const id = compoundId(listener.caller, node);
    const address = this.pools.find(id)?.pick();
    this.pipe(socket, address, listener.tcp?.idleMillis ?? 0, [this.callerStats.of(id)]);
  }

  private pipe(
    socket: net.Socket,
    address: Address | undefined,
    idleMillis: number,
    counted: readonly SideStats[],
  ): void {
    const count = (millis?: number): void => {
      for (const stats of counted) stats.connected(millis);
    };
    if (address === undefined) {
      count();
      return void socket.destroy();
    }
    const started = performance.now();
    const upstream = net.connect({ ...address, timeout: CONNECT_LIMIT_MILLIS });
    let connected = false;
    upstream.once('connect', () => {
      connected = true;
      count(performance.now() - started);
      upstream.setTimeout(idleMillis);
    });
    const end = (): void => {
      socket.destroy();
      upstream.destroy();
    };
    upstream.on('timeout', end);
    upstream.on('error', end);
    upstream.once('close', () => {
      if (!connected) count();
      socket.end();
    });
    socket.once('close', () => upstream.destroy());
    socket.pipe(upstream).pipe(socket);
  }

  private countEnd(response: http.ServerResponse, counted: readonly SideStats[]): void {
    const started = performance.now();
    response.once('close', () => {
      // The caller hung up before any answer: nobody saw an outcome.
      if (!response.headersSent) return;
      for (const stats of counted) stats.finished(response.statusCode, performance.now() - started);
    });
  }
}

/** A data plane without any program to install; http and tcp only. */
export function createEmbeddedDataPlane(options: EmbeddedDataPlaneOptions): DataPlane {
  return new EmbeddedDataPlane(options);
}
