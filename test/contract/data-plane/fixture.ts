import type { DataPlane, ProxyCounters } from '../../../rehearsal/contracts';
import { anApp, ask, closeApps, httpRoute, MeshBuilder } from '../../rehearsal/data-plane/mesh-builder';

/** Where a proxy listens. */
export type Address = { host: string; port: number };

/** A data plane, the mesh of one test, and what tests ask of both. */
export class DataPlaneFixture {
  mesh = new MeshBuilder();
  /** Counters after the first plan of a test; names return in every test and counters go on. */
  private before: readonly ProxyCounters[] | undefined;
  private running: DataPlane | undefined;

  constructor(private readonly create: () => DataPlane) {}

  /** The data plane, once it was started. */
  get plane(): DataPlane {
    if (this.running === undefined) throw new Error('the data plane was not started');
    return this.running;
  }

  async start(): Promise<void> {
    this.running = this.create();
    await this.running.start();
  }

  async stop(): Promise<void> {
    await this.running?.stop();
  }

  /** Before each test: an empty mesh, nothing counted. */
  reset(): void {
    this.mesh = new MeshBuilder();
    this.before = undefined;
  }

  /** After each test. */
  async clear(): Promise<void> {
    await this.plane.apply(new MeshBuilder().plan());
    await closeApps();
  }

  /** Puts the mesh in force. */
  async apply(): Promise<void> {
    await this.plane.apply(this.mesh.plan());
    this.before ??= await this.plane.counters();
  }

  /** The service `app` with a stable and a canary, and its caller `ui`. */
  async twoVersions(weights: Record<string, number>, more: Parameters<typeof httpRoute>[1] = {}) {
    const stable = await anApp((_, response) => response.end('stable'));
    const canary = await anApp((_, response) => response.end('canary'));
    this.mesh.node('stable').task('stable', stable.ip).node('canary').task('canary', canary.ip);
    this.mesh.service('app', [httpRoute(weights, more)]).caller('ui', 'app');
    await this.apply();
    return { stable, canary, address: this.plane.egressAddress('ui', 'app', 80) };
  }

  /** The service `app` with one version, and its caller `ui`. */
  async oneVersion(handler: Parameters<typeof anApp>[0], more: Parameters<typeof httpRoute>[1] = {}) {
    const app = await anApp(handler);
    this.mesh
      .node('v1')
      .task('v1', app.ip)
      .service('app', [httpRoute({ v1: 100 }, more)])
      .caller('ui', 'app');
    await this.apply();
    return { app, address: this.plane.egressAddress('ui', 'app', 80) };
  }

  /** What was counted since the mesh was first in force. */
  async counter(side: 'caller' | 'own', proxy: string, target = proxy): Promise<ProxyCounters> {
    const isIt = (one: ProxyCounters): boolean =>
      one.side === side && one.proxy === proxy && one.target === target;
    const found = (await this.plane.counters()).find(isIt);
    if (found === undefined) throw new Error(`no counter of ${proxy} about ${target}`);
    return since(found, this.before?.find(isIt));
  }

  /** A proxy counts a request a moment after it has answered it, and a busy machine makes that moment long. */
  async expectCounter(
    of: Parameters<DataPlaneFixture['counter']>,
    expected: Record<string, unknown>,
  ): Promise<void> {
    for (let look = 0; look < 50; look += 1) {
      const found = await this.counter(...of);
      try {
        expect(found).toMatchObject(expected);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    expect(await this.counter(...of)).toMatchObject(expected);
  }

  /** Gives `app` another split. */
  shift(weights: Record<string, number>): Promise<void> {
    const router = this.mesh.routers.get('app-router');
    if (router !== undefined) router.routes = [httpRoute(weights)];
    return this.apply();
  }

  /** How often each answer came. */
  async bodies(address: Address, count: number): Promise<Record<string, number>> {
    const seen: Record<string, number> = {};
    for (let i = 0; i < count; i++) {
      const { body } = await ask(address);
      seen[body] = (seen[body] ?? 0) + 1;
    }
    return seen;
  }
}

/** What was counted after `old`. */
function since(now: ProxyCounters, old: ProxyCounters | undefined): ProxyCounters {
  if (old === undefined) return now;
  const oldCount = (upper: number): number => old.latency.counts[old.latency.upperMillis.indexOf(upper)] ?? 0;
  const bins = now.latency.upperMillis
    .map((upper, i) => ({ upper, count: (now.latency.counts[i] ?? 0) - oldCount(upper) }))
    .filter(({ count }) => count > 0);
  return {
    ...now,
    requests: now.requests - old.requests,
    responses: {
      '2xx': now.responses['2xx'] - old.responses['2xx'],
      '3xx': now.responses['3xx'] - old.responses['3xx'],
      '4xx': now.responses['4xx'] - old.responses['4xx'],
      '5xx': now.responses['5xx'] - old.responses['5xx'],
    },
    connectFailures: now.connectFailures - old.connectFailures,
    latency: { upperMillis: bins.map(({ upper }) => upper), counts: bins.map(({ count }) => count) },
  };
}
