import { setTimeout as wait } from 'node:timers/promises';
import { type RunningLoad, startLoad } from '../load/load';
import type { LoadReport, LoadSecond } from '../load/types';
import type { LoadSpec } from '../scenario/schema';

/** One second of users' traffic, with the virtual time at which it began. */
export interface TrafficSecond extends LoadSecond {
  /** ISO 8601, virtual. */
  readonly at: string;
}

/** The people who use the application while it is released. */
export class Users {
  readonly seconds: TrafficSecond[] = [];
  private load: RunningLoad | undefined;

  /**
   * @param canServe Whether every service has a version that serves; before that nobody asks, for what fails then
   *   would count against a first release.
   */
  constructor(
    private readonly baseUrl: string,
    private readonly spec: LoadSpec,
    private readonly toVirtual: (wallMillis: number) => string,
    private readonly canServe: () => boolean,
    /** Seconds of traffic that are kept, for rehearsals of hours. */
    private readonly keptSeconds = Number.POSITIVE_INFINITY,
  ) {}

  /**
   * Waits until every page of every journey answers, then begins the load; nobody comes when that never happens.
   */
  async arrive(signal: AbortSignal): Promise<void> {
    await this.everythingAnswers(signal);
    if (signal.aborted) {
      return;
    }
    this.load = startLoad({
      baseUrl: this.baseUrl,
      rate: this.spec.rate,
      journeys: this.spec.journeys.map((journey) => ({
        ...journey,
        steps: journey.steps.map(withoutUndefined),
      })),
    });
    this.load.on('second', (second) => {
      this.seconds.push({ ...second, at: this.toVirtual(second.wallMillis) });
      if (this.seconds.length > this.keptSeconds) {
        this.seconds.shift();
      }
    });
    await this.load.ready;
  }

  get areHere(): boolean {
    return this.load !== undefined;
  }

  setRate(rate: number): void {
    this.load?.setRate(rate);
  }

  /** Everybody leaves; requests under way end first. */
  async leave(): Promise<LoadReport | null> {
    const { load } = this;
    this.load = undefined;
    return load === undefined ? null : load.stop();
  }

  private async everythingAnswers(signal: AbortSignal): Promise<void> {
    const paths = [
      ...new Set(
        this.spec.journeys.flatMap(({ steps }) =>
          steps.filter(({ method }) => method === 'GET').map(({ path }) => path),
        ),
      ),
    ];
    while (!signal.aborted) {
      if (!this.canServe()) {
        await wait(100);
        continue;
      }
      const answers = await Promise.all(paths.map((path) => statusOf(`${this.baseUrl}${path}`)));
      if (answers.every((status) => status >= 200 && status < 400)) {
        return;
      }
      await wait(100);
    }
  }
}

function withoutUndefined<T extends { body?: string | undefined }>(
  step: T,
): Omit<T, 'body'> & { body?: string } {
  const { body, ...rest } = step;
  return body === undefined ? rest : { ...rest, body };
}

async function statusOf(url: string): Promise<number> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
