import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DataPlane, MeshPlan, ProxyCounters, RehearsalClock } from '../../contracts';
import { AddressBook } from '../plan/addresses';
import { planRoutes } from '../plan/build';
import type { Address, RoutingModel } from '../plan/model';
import { EnvoyAdmin } from './admin';
import { type EnvoySearch, findEnvoy } from './binary';
import { bootstrap, envoyArgs, xdsFiles } from './bootstrap';
import { COUNTER_FILTER, countersFrom } from './counters';
import { Deaths } from './deaths';
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
  /** Told each time that Envoy ended by itself, once it runs again. @default nobody */
  readonly onRestart?: (told: string) => void;
  /** Told when Envoy ends again and again: nothing carries traffic any more. @default nobody */
  readonly onLost?: (error: Error) => void;
}

interface Running {
  readonly version: string;
  readonly admin: EnvoyAdmin;
  readonly process: EnvoyProcess;
  readonly xds: XdsWriter;
}

/** Time for the worker thread to hand over its histograms. */
const FLUSH_MILLIS = 20;
/** The news that Envoy ended may come this much later than the end of its connections. */
const NEWS_MILLIS = 100;
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
  /** What is being written to Envoy now. */
  private attempt: Promise<void> = Promise.resolve();
  private readonly deaths = new Deaths();
  /** While Envoy is being started again; rejects when that is given up. */
  private reviving: Promise<void> = Promise.resolve();

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
    const child = new EnvoyProcess(binary, envoyArgs(config, this.options.drainSeconds ?? 5), (why) =>
      this.died(why),
    );
    const xds = new XdsWriter(files, admin, child);
    const empty = render(EMPTY_MODEL, this.settings());
    await xds.begin('clusters', empty.clusters);
    await xds.begin('routes', empty.routes);
    await xds.begin('listeners', empty.listeners);
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
    const turn = this.queue.then(() => this.withEnvoy((running) => this.tryToFollow(plan, running)));
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
    const stats = await this.withEnvoy(({ admin }) => this.freshStats(admin));
    return countersFrom(this.history.grow(stats), this.model);
  }

  kill(): void {
    this.mustRun().process.crash();
  }

  async stop(): Promise<void> {
    const running = this.running;
    this.running = undefined;
    await this.book.close();
    if (running === undefined) return;
    await running.process.stop();
    await this.reviving.catch(() => undefined);
    // It may have been started again at that very moment.
    await running.process.stop();
    running.admin.close();
  }

  private died(why: string): void {
    if (this.running === undefined) return;
    this.reviving = this.revive(why, this.running);
    this.reviving.catch((error: Error) => this.options.onLost?.(error));
  }

  /** On ECS a proxy's end replaces its task; here the one Envoy comes back as all of them, configured as it was. */
  private async revive(why: string, { process: child, xds, admin }: Running): Promise<void> {
    const since = performance.now();
    this.history.restarted();
    for (let reason = why; this.running !== undefined; ) {
      this.deaths.note(reason, performance.now(), child.lastLines);
      // Two at once would write one file.
      await this.attempt.catch(() => undefined);
      await xds.restore();
      if (this.running === undefined) return;
      const failure = await child.start(admin).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (failure === undefined) {
        const seconds = ((performance.now() - since) / 1000).toFixed(1);
        this.options.onRestart?.(
          `envoy ended by itself (${why}) and was started again with the same configuration; no request came through for ${seconds} s`,
        );
        return;
      }
      reason = failure;
    }
  }

  /** Does something with a living Envoy, and again with the next one when it dies meanwhile. */
  private async withEnvoy<T>(work: (running: Running) => Promise<T>): Promise<T> {
    for (;;) {
      await this.reviving;
      const running = this.mustRun();
      const { lives } = running.process;
      try {
        return await work(running);
      } catch (error) {
        await wait(NEWS_MILLIS);
        const hasDied = running.process.lives !== lives || running.process.failure !== undefined;
        if (!hasDied || this.running === undefined) throw error;
      }
    }
  }

  private tryToFollow(plan: MeshPlan, running: Running): Promise<void> {
    this.attempt = this.follow(plan, running);
    return this.attempt;
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

  private async follow(plan: MeshPlan, { xds }: Running): Promise<void> {
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
