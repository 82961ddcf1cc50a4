import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import { METRIC_PERIOD_SECONDS, periodStart } from '../../core/health/observation';
import type { ProxyCounters, RehearsalClock } from '../contracts';
import { type CounterDelta, counterKey, deltaOf, sumByTarget } from './deltas';
import { metricData, reportingDatum } from './metric-data';

const PERIOD_MILLIS = METRIC_PERIOD_SECONDS * 1000;

/** What the agent works with. */
export interface MetricsAgentOptions {
  readonly clock: RehearsalClock;
  /** Mesh name, a dimension of every metric. */
  readonly mesh: string;
  /** Reads all counters; `DataPlane.counters`. */
  readonly read: () => Promise<readonly ProxyCounters[]>;
  /** Hands over the datapoints of one minute. */
  readonly publish: (data: readonly MetricDatum[]) => Promise<void>;
  /** Virtual milliseconds from the end of a minute to its datapoints' arrival. @default 30000 */
  readonly latenessMillis?: number;
  /** Told of each scrape or publication that failed; the agent goes on with the next minute. */
  readonly onError: (error: unknown) => void;
}

/**
 * Publishes the proxies' counters once a virtual minute, as the CloudWatch agent does on AWS: differences between
 * scrapes, none from a counter's first scrape, some time after the minute has ended.
 */
export class MetricsAgent {
  private latenessMillis: number;
  private readonly ended = new AbortController();
  private readonly publications = new Set<Promise<void>>();
  private last = new Map<string, ProxyCounters>();
  private isSilent = false;
  private loop: Promise<void> | undefined;

  constructor(private readonly options: MetricsAgentOptions) {
    this.latenessMillis = options.latenessMillis ?? 30_000;
  }

  /** Begins with the next whole minute. Idempotent. */
  start(): void {
    this.loop ??= this.run();
  }

  /**
   * Stops (`true`) or restarts (`false`) the agent as a drill: nothing is scraped or published while it is silent,
   * and what it knew is forgotten, so that the first scrape afterwards gives nothing.
   */
  setSilent(silent: boolean): void {
    this.isSilent = silent;
    if (silent) this.last = new Map();
  }

  /** Changes how late datapoints arrive, in virtual milliseconds after their minute; for drills. */
  setLateness(millis: number): void {
    this.latenessMillis = millis;
  }

  /** Ends at once; datapoints still on their way are dropped. */
  async stop(): Promise<void> {
    this.ended.abort(new Error('the metrics agent was stopped'));
    await this.loop;
    await Promise.all(this.publications);
  }

  private async run(): Promise<void> {
    const { clock } = this.options;
    while (!this.ended.signal.aborted) {
      const now = clock.now();
      const next = periodStart(now) + PERIOD_MILLIS;
      await this.sleep(next - now);
      // A timer may fire a moment early; the minute must be over.
      while (clock.now() < next && !this.ended.signal.aborted)
        await this.sleep(Math.max(1, next - clock.now()));
      if (!this.ended.signal.aborted) await this.minuteEnded();
    }
  }

  private async sleep(virtualMillis: number): Promise<void> {
    // The only rejection is our own end, which the loop's condition sees.
    await this.options.clock.sleep(virtualMillis, this.ended.signal).catch(() => undefined);
  }

  private async minuteEnded(): Promise<void> {
    if (this.isSilent) return;
    const end = periodStart(this.options.clock.now());
    const deltas = await this.scrape();
    if (deltas === undefined) return;
    const place = { mesh: this.options.mesh, timestamp: new Date(end - PERIOD_MILLIS) };
    const data = [...metricData(place, sumByTarget(deltas)), reportingDatum(place, this.proxies())];
    const publication = this.publishLater(data, end + this.latenessMillis);
    this.publications.add(publication);
    void publication.finally(() => this.publications.delete(publication));
  }

  /** Proxies of the last scrape; one at least, for the gateway's runs before any version does. */
  private proxies(): number {
    return Math.max(1, new Set([...this.last.values()].map(({ proxy }) => proxy)).size);
  }

  /** What was counted since the last scrape; undefined when the counters could not be read. */
  private async scrape(): Promise<readonly CounterDelta[] | undefined> {
    let counters: readonly ProxyCounters[];
    try {
      counters = await this.options.read();
    } catch (error) {
      this.options.onError(error);
      return undefined;
    }
    const before = this.last;
    if (!this.isSilent) this.last = new Map(counters.map((one) => [counterKey(one), one]));
    return counters.flatMap((one) => {
      const known = before.get(counterKey(one));
      return known === undefined ? [] : deltaOf(one, known);
    });
  }

  private async publishLater(data: readonly MetricDatum[], at: number): Promise<void> {
    await this.sleep(Math.max(0, at - this.options.clock.now()));
    if (this.ended.signal.aborted || this.isSilent) return;
    try {
      await this.options.publish(data);
    } catch (error) {
      this.options.onError(error);
    }
  }
}
