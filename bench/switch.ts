import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DataPlane, MeshPlan, RehearsalClock } from '../rehearsal/contracts';
import { createDataPlane } from '../rehearsal/data-plane/create';
import { LatencyRecorder } from '../rehearsal/load/latency-recorder';

/**
 * `npx tsx bench/switch.ts [requests] [envoy|embedded]`: keep-alive requests while a service's split goes
 * 0 → 100 → 0. Prints a table; ends with code 1 when any request failed.
 */

const CONNECTIONS = 10;
const SERVICE = 'app';
const CALLER = 'caller';
/** Weights of the canary, one after the other. */
const LADDER = [0, 10, 50, 90, 100, 50, 100, 0];

/** What one run of the benchmark found. */
export interface SwitchResult {
  readonly requests: number;
  readonly failed: number;
  readonly p50Millis: number | null;
  readonly p99Millis: number | null;
  readonly shifts: readonly {
    readonly canary: number;
    /** Until `apply` resolved. */
    readonly applyMillis: number;
    /** Until the first answer of a version that had no traffic before; null where both had. */
    readonly effectMillis: number | null;
  }[];
}

interface Address {
  readonly host: string;
  readonly port: number;
}

function wallClock(): RehearsalClock {
  return {
    speed: 1,
    shared: null,
    stoodStillMillis: () => 0,
    now: () => Date.now(),
    toWallMillis: (millis) => millis,
    sleep: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
  };
}

/** A mesh of one caller and a service with two versions, each of one task. */
function planFor(canary: number, hosts: Readonly<Record<string, string>>): MeshPlan {
  const node = (name: string, backends: readonly string[] = []) => ({
    name,
    spec: {
      listeners: [{ portMapping: { port: 8080, protocol: 'http' as const } }],
      serviceDiscovery: { awsCloudMap: { namespaceName: 'bench', serviceName: name } },
      backends: backends.map((virtualServiceName) => ({ virtualService: { virtualServiceName } })),
    },
  });
  const weightedTargets = [
    { virtualNode: 'stable', weight: 100 - canary },
    { virtualNode: 'canary', weight: canary },
  ];
  const route = {
    name: 'main',
    spec: { httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } },
  };
  const listeners = [{ portMapping: { port: 80, protocol: 'http' as const } }];
  return {
    mesh: {
      mesh: 'bench',
      virtualNodes: [node('stable'), node('canary'), node(CALLER, [SERVICE])],
      virtualRouters: [{ name: 'router', spec: { listeners }, routes: [route] }],
      virtualServices: [
        { name: SERVICE, spec: { provider: { virtualRouter: { virtualRouterName: 'router' } } } },
      ],
      virtualGateways: [],
    },
    instances: ['stable', 'canary'].map((name) => ({
      namespaceName: 'bench',
      serviceName: name,
      instanceId: name,
      ip: hosts[name] ?? '',
      port: 8080,
      healthy: true,
    })),
    tasks: ['stable', 'canary', CALLER].map((name) => ({
      taskId: name,
      node: name,
      ip: hosts[name] ?? '',
      appPort: 8080,
    })),
  };
}

function listen(host: string, body: string): Promise<http.Server> {
  const server = http.createServer((_, response) => response.end(body));
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(8080, host, () => resolve(server));
  });
}

function ask(address: Address, agent: http.Agent): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = http.get({ ...address, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      response.on('error', () => resolve(undefined));
      response.on('end', () => resolve(response.statusCode === 200 ? body : undefined));
    });
    request.on('error', () => resolve(undefined));
  });
}

class Users {
  readonly latency = new LatencyRecorder();
  requests = 0;
  failed = 0;
  onBody: (body: string) => void = () => undefined;

  constructor(
    private readonly address: Address,
    private readonly enough: number,
  ) {}

  async run(isDone: () => boolean): Promise<void> {
    const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const one = async (): Promise<void> => {
      while (this.requests < this.enough || !isDone()) {
        this.requests += 1;
        const begun = performance.now();
        const body = await ask(this.address, agent);
        this.latency.record(performance.now() - begun);
        if (body === undefined) this.failed += 1;
        else this.onBody(body);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, one));
    agent.destroy();
  }
}

async function climb(
  plane: DataPlane,
  hosts: Readonly<Record<string, string>>,
  users: Users,
  requestsPerRung: number,
): Promise<SwitchResult['shifts']> {
  const shifts: { canary: number; applyMillis: number; effectMillis: number | null }[] = [];
  let before = 0;
  for (const canary of LADDER) {
    const begun = performance.now();
    const fresh =
      before === 0 && canary > 0 ? 'canary' : before === 100 && canary < 100 ? 'stable' : undefined;
    let effectMillis: number | null = null;
    users.onBody = (body) => {
      if (body === fresh) effectMillis ??= performance.now() - begun;
    };
    await plane.apply(planFor(canary, hosts));
    const applyMillis = performance.now() - begun;
    const enough = users.requests + requestsPerRung;
    while (users.requests < enough) await new Promise((resolve) => setTimeout(resolve, 2));
    shifts.push({ canary, applyMillis, effectMillis });
    before = canary;
  }
  return shifts;
}

/** Runs the benchmark on a started data plane; `block` is a loopback prefix of its own, such as `127.90.0`. */
export async function measureSwitch(
  plane: DataPlane,
  requests: number,
  block: string,
): Promise<SwitchResult> {
  const hosts = { stable: `${block}.1`, canary: `${block}.2`, [CALLER]: `${block}.3` };
  const servers = await Promise.all([listen(hosts.stable, 'stable'), listen(hosts.canary, 'canary')]);
  await plane.apply(planFor(0, hosts));
  let done = false;
  const users = new Users(plane.egressAddress(CALLER, SERVICE, 80), requests);
  const run = users.run(() => done);
  const shifts = await climb(plane, hosts, users, Math.floor(requests / LADDER.length));
  done = true;
  await run;
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  return {
    requests: users.requests,
    failed: users.failed,
    p50Millis: users.latency.quantile(0.5),
    p99Millis: users.latency.quantile(0.99),
    shifts,
  };
}

async function main(): Promise<void> {
  const requests = Number(process.argv[2] ?? 10_000);
  const prefer = process.argv[3] === 'embedded' ? 'embedded' : 'envoy';
  const workDir = await mkdtemp(path.join(tmpdir(), 'ecs-canary-switch-'));
  const { dataPlane, why } = await createDataPlane({ prefer, clock: wallClock(), workDir });
  try {
    const result = await measureSwitch(dataPlane, requests, '127.90.0');
    console.log(`${why}; ${result.requests} keep-alive requests over ${CONNECTIONS} connections`);
    console.table(
      result.shifts.map(({ canary, applyMillis, effectMillis }) => ({
        'canary %': canary,
        'applied after ms': Number(applyMillis.toFixed(1)),
        'first answer of a new version after ms':
          effectMillis === null ? '' : Number(effectMillis.toFixed(1)),
      })),
    );
    console.table([{ failed: result.failed, 'p50 ms': result.p50Millis, 'p99 ms': result.p99Millis }]);
    if (result.failed > 0) process.exitCode = 1;
  } finally {
    await dataPlane.stop();
    await rm(workDir, { recursive: true, force: true });
  }
}

if (require.main === module) void main();
