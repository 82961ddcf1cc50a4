import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DataPlane, MeshPlan, ProxyCounters, RehearsalClock } from '../../contracts';
import { PlanRejected } from '../errors';
import { AddressBook } from '../plan/addresses';
import { planRoutes } from '../plan/build';
import type { Address, RoutingModel } from '../plan/model';
import { EnvoyAdmin } from './admin';
import { type EnvoySearch, findEnvoy } from './binary';
import { bootstrap, xdsFiles } from './bootstrap';
import { COUNTER_FILTER, countersFrom } from './counters';
import { MonotoneStats } from './monotone';
import { EnvoyProcess, envoyVersion } from './process';
import { type Rendered, render } from './render';
import { type Resources, XdsWriter } from './xds';

/** How to run Envoy as the data plane. */
export interface EnvoyDataPlaneOptions extends EnvoySearch {
  readonly clock: RehearsalClock;
  /** Folder for its configuration files; made when missing. */
  readonly workDir: string;
  /** Wall seconds that old connections of a changed or removed listener may last. @default 5 */
  readonly drainSeconds?: number;
  /** Idle wall milliseconds after which a connection to the application is closed. @default 1000 */
  readonly appIdleMillis?: number;
}

interface Running {
  readonly version: string;
  readonly admin: EnvoyAdmin;
  readonly process: EnvoyProcess;
  readonly xds: XdsWriter;
}

/** Time for the worker thread to hand over its histograms. */
const FLUSH_MILLIS = 20;
const EMPTY_MODEL: RoutingModel = { egress: [], gateways: [], ingress: [], targets: [] };

function union(older: Resources, newer: Resources): Resources {
  return new Map([...older, ...newer]);
}

function routesFirst(next: Rendered, known: Resources): boolean {
  return next.targets.every((name) => known.has(name));
}

/** One Envoy process that carries the traffic of every sidecar and gateway of the mesh. */
class EnvoyDataPlane implements DataPlane {
  readonly kind = 'envoy';
  private readonly book = new AddressBook();
  private readonly released = new Set<string>();
  private running: Running | undefined;
  private readonly history = new MonotoneStats();
  private model = EMPTY_MODEL;
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly options: EnvoyDataPlaneOptions) {}

  get version(): string {
    return this.running?.version ?? 'not started';
  }

  async start(): Promise<void> {
    if (this.running !== undefined) return;
    const binary = findEnvoy(this.options);
    const version = await envoyVersion(binary);
    const dir = path.resolve(this.options.workDir);
    await mkdir(dir, { recursive: true });
    await this.book.fill();
    const adminAddress = this.book.own('admin');
    const anchor = this.book.own('anchor');
    const files = xdsFiles(dir);
    const config = path.join(dir, 'bootstrap.json');
    await writeFile(config, JSON.stringify(bootstrap(files, adminAddress, anchor)));
    const admin = new EnvoyAdmin(adminAddress);
    const child = new EnvoyProcess(binary, this.args(config));
    const xds = new XdsWriter(files, admin, child);
    const empty = render(EMPTY_MODEL, this.settings());
    await xds.writeOnly('clusters', empty.clusters);
    await xds.writeOnly('routes', empty.routes);
    await xds.writeOnly('listeners', empty.listeners);
    await this.book.release([adminAddress, anchor]);
    try {
      await child.start(admin);
    } catch (error) {
      await this.book.close();
      throw error;
    }
    this.running = { version, admin, process: child, xds };
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
    const { admin } = this.mustRun();
    return countersFrom(this.history.grow(await this.freshStats(admin)), this.model);
  }

  async stop(): Promise<void> {
    const running = this.running;
    this.running = undefined;
    await this.book.close();
    if (running === undefined) return;
    running.admin.close();
    await running.process.stop();
  }

  private args(config: string): string[] {
    return [
      '--config-path',
      config,
      '--disable-hot-restart',
      '--reject-unknown-dynamic-fields',
      '--concurrency',
      '1',
      '--log-level',
      'warning',
      '--drain-time-s',
      String(this.options.drainSeconds ?? 5),
      '--drain-strategy',
      'immediate',
    ];
  }

  private settings() {
    return {
      speed: this.options.clock.speed,
      appIdleMillis: this.options.appIdleMillis ?? 1000,
      routesFile: xdsFiles(path.resolve(this.options.workDir)).routes,
    };
  }

  private mustRun(): Running {
    if (this.running === undefined) {
      throw new Error('the data plane is not running; call start() before using it');
    }
    return this.running;
  }

  /** The histograms of a scrape are those merged at the flush that the scrape before it began. */
  private async freshStats(admin: EnvoyAdmin) {
    await admin.stats(COUNTER_FILTER, true);
    await wait(FLUSH_MILLIS);
    return admin.stats(COUNTER_FILTER, true);
  }

  private async follow(plan: MeshPlan): Promise<void> {
    const { xds, process: child } = this.mustRun();
    if (child.failure !== undefined)
      throw new PlanRejected('plan', `envoy is no longer running: ${child.failure}`);
    const model = await planRoutes(plan, this.book);
    const next = render(model, this.settings());
    await this.releasePorts(model);
    // Counters of what is about to be known must be asked for even if a later part is refused.
    this.model = model;
    // A shift between versions that are there already must not wait for anything else in the plan.
    if (routesFirst(next, xds.now('clusters'))) await xds.write('routes', next.routes);
    // Make before break: whatever something will point to comes first, removals come last.
    await xds.write('clusters', union(xds.now('clusters'), next.ingressClusters));
    await xds.write('listeners', union(xds.now('listeners'), next.ingressListeners));
    await xds.write('clusters', union(xds.now('clusters'), next.clusters));
    await xds.write('routes', next.routes);
    await xds.write('listeners', next.listeners);
    await xds.write('clusters', next.clusters);
  }

  private async releasePorts(model: RoutingModel): Promise<void> {
    const addresses = [...model.egress, ...model.gateways].map(({ address }) => address);
    const fresh = addresses.filter(({ port }) => !this.released.has(String(port)));
    for (const { port } of fresh) this.released.add(String(port));
    await this.book.release(fresh);
  }
}

/** A data plane on a real Envoy; `start()` throws `DataPlaneUnavailable` where none can run. */
export function createEnvoyDataPlane(options: EnvoyDataPlaneOptions): DataPlane {
  return new EnvoyDataPlane(options);
}
