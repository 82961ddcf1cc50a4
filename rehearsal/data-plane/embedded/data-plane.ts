import http from 'node:http';
import type { DataPlane, MeshPlan, ProxyCounters, RehearsalClock } from '../../contracts';
import { UnsupportedMeshFeature } from '../errors';
import { AddressBook } from '../plan/addresses';
import { planRoutes } from '../plan/build';
import type { Address, RoutingModel } from '../plan/model';
import { Hops } from './hops';
import { TargetPool } from './pool';
import type { OpenServer, OpenTcpServer } from './servers';
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
const EMPTY_MODEL: RoutingModel = { egress: [], gateways: [], ingress: [], targets: [] };

function refuseUnsupported(model: RoutingModel): void {
  const asking = [...model.egress, ...model.gateways, ...model.ingress];
  const problems = asking
    .filter(({ protocol }) => protocol === 'http2' || protocol === 'grpc')
    .map(
      ({ id, protocol }) =>
        `listener "${id}" speaks ${protocol}, which the embedded proxy does not; install Envoy ("make setup") to rehearse it`,
    );
  if (problems.length > 0) throw new UnsupportedMeshFeature(problems);
}

/** Proxies in this very process, for machines on which no Envoy can be installed. */
class EmbeddedDataPlane implements DataPlane {
  readonly kind = 'embedded';
  readonly version = process.version;
  private readonly book = new AddressBook();
  private readonly agent: http.Agent;
  private readonly hops: Hops;
  private readonly servers = new Map<string, OpenServer | OpenTcpServer>();
  private readonly pools = new Registry(() => new TargetPool());
  private readonly callerStats = new Registry(() => new SideStats());
  private readonly ownStats = new Registry(() => new SideStats());
  private model = EMPTY_MODEL;
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly options: EmbeddedDataPlaneOptions) {
    this.agent = new http.Agent({ keepAlive: true, timeout: options.appIdleMillis ?? 1000 });
    this.hops = new Hops({
      agent: this.agent,
      model: () => this.model,
      pools: this.pools,
      callerStats: this.callerStats,
      ownStats: this.ownStats,
      random: options.random ?? Math.random,
    });
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

  /** @throws {Error} always: it lives and dies with the rehearsal. */
  kill(): void {
    throw new Error(
      'the embedded proxy cannot be killed: it is a part of the rehearsal itself, which ends with it; rehearse on Envoy ("make setup", --data-plane envoy)',
    );
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    for (const [, pool] of this.pools.all()) pool.end();
    await this.book.close();
    await Promise.all([...this.servers.values()].map((server) => server.destroy()));
    this.servers.clear();
  }

  private async follow(plan: MeshPlan): Promise<void> {
    const model = await planRoutes(plan, this.book);
    refuseUnsupported(model);
    await this.book.release([...model.egress, ...model.gateways].map(({ address }) => address));
    for (const one of model.ingress) await this.open(one.id, one.address, () => this.hops.openIngress(one));
    await this.updatePools(model);
    for (const one of model.egress) await this.open(one.id, one.address, () => this.hops.openEgress(one));
    for (const one of model.gateways) await this.open(one.id, one.address, () => this.hops.openGateway(one));
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
}

/** A data plane without any program to install; http and tcp only. */
export function createEmbeddedDataPlane(options: EmbeddedDataPlaneOptions): DataPlane {
  return new EmbeddedDataPlane(options);
}
