import { type ServiceBinding, versionOfResource } from '../../core/config/service-binding';
import type { LatencyHistogram, ProxyCounters } from '../contracts';

/** What a version is like for its callers; `crashing` ends its tasks, too, and `unchecked` answers no health check. */
export type Behaviour = 'healthy' | 'failing' | 'slow' | 'silent' | 'crashing' | 'unchecked';

type CalledService = Pick<ServiceBinding, 'environment' | 'service' | 'protocol'>;

/** What callers are made from. */
export interface CallersOptions {
  readonly now: () => number;
  readonly services: readonly CalledService[];
  /** Requests (tcp: connections) per second that each service gets. */
  readonly requestsPerSecond: number;
  readonly behaviourOf: (node: string) => Behaviour;
}

interface Tally {
  readonly service: CalledService;
  requests: number;
  failed: number;
  slow: number;
}

interface Split {
  weights: Readonly<Record<string, number>>;
  since: number;
}

/** Milliseconds of an answer, by kind. */
const QUICK_MILLIS = 10;
const SLOW_MILLIS = 5000;

/** The callers of every service without a request being made: what their proxies would have counted, by the split. */
export class Callers {
  /** By virtual node; known from the node's creation, as a proxy knows a target before its first request. */
  private readonly tallies = new Map<string, Tally>();
  private readonly splits = new Map<string, Split>();

  constructor(private readonly options: CallersOptions) {}

  /** Name of the environment that the services are in. */
  get environment(): string {
    return this.options.services[0]?.environment ?? '';
  }

  /** A virtual node was created or removed. */
  nodeChanged(node: string, exists: boolean): void {
    const service = this.options.services.find((each) => versionOfResource(each, node) !== null);
    if (!exists) {
      this.tallies.delete(node);
    } else if (service !== undefined && !this.tallies.has(node)) {
      this.tallies.set(node, { service, requests: 0, failed: 0, slow: 0 });
    }
  }

  /** A service's split is now so; weights in percent, by virtual node. */
  splitChanged(service: string, weights: Readonly<Record<string, number>>): void {
    this.count(service);
    this.splits.set(service, { weights, since: this.options.now() });
  }

  /** All counters as they are now; a silent version has none. */
  counters(): readonly ProxyCounters[] {
    for (const service of this.splits.keys()) {
      this.count(service);
    }
    return [...this.tallies]
      .filter(([node]) => this.options.behaviourOf(node) !== 'silent')
      .flatMap(([node, tally]) => [countersOf('caller', node, tally), countersOf('own', node, tally)]);
  }

  private count(service: string): void {
    const split = this.splits.get(service);
    if (split === undefined) {
      return;
    }
    const now = this.options.now();
    const requests = ((now - split.since) / 1000) * this.options.requestsPerSecond;
    split.since = now;
    for (const [node, weight] of Object.entries(split.weights)) {
      const tally = this.tallies.get(node);
      if (tally !== undefined) {
        const behaviour = this.options.behaviourOf(node);
        const more = (requests * weight) / 100;
        tally.requests += more;
        tally.failed += behaviour === 'failing' || behaviour === 'crashing' ? more : 0;
        tally.slow += behaviour === 'slow' ? more : 0;
      }
    }
  }
}

function countersOf(side: ProxyCounters['side'], node: string, tally: Tally): ProxyCounters {
  const requests = Math.floor(tally.requests);
  const failed = Math.floor(tally.failed);
  const isTcp = tally.service.protocol === 'tcp';
  return {
    side,
    proxy: side === 'own' ? node : 'callers',
    target: node,
    protocol: tally.service.protocol,
    requests,
    responses: { '2xx': isTcp ? 0 : requests - failed, '3xx': 0, '4xx': 0, '5xx': isTcp ? 0 : failed },
    connectFailures: isTcp ? failed : 0,
    latency: latencyOf(requests, Math.floor(tally.slow)),
  };
}

function latencyOf(requests: number, slow: number): LatencyHistogram {
  return { upperMillis: [QUICK_MILLIS, SLOW_MILLIS], counts: [requests - slow, slow] };
}
