import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { SERVED_BY_HEADER } from '../contracts';
import { Tally } from './tally';
import type { LoadConfig, LoadFailure, LoadJourney, LoadReport, LoadSecond, LoadStep } from './types';

const TICK_MILLIS = 5;
const MAX_SAMPLES = 20;
const MAX_SECONDS = 3600;
const SAMPLE_BODY_CHARACTERS = 200;

interface Answer {
  readonly status: number | null;
  readonly error: string | null;
  readonly servedBy: readonly string[];
  readonly body: string;
}

function names(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function filled(text: string, uuid: string): string {
  return text.replaceAll('{{uuid}}', uuid);
}

/** Makes an open-loop load: requests begin at the given rate, however long answers take. */
export class LoadGenerator {
  private readonly pool: Pool;
  private readonly total = new Tally();
  private readonly started = Date.now();
  private readonly perSecond: LoadSecond[] = [];
  private readonly failures: LoadFailure[] = [];
  private readonly unexpectedAnswers: LoadFailure[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private second = new Tally();
  private secondStart = Date.now();
  private rate: number;
  private paused = false;
  private credit = 0;
  private lastTick = performance.now();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly config: LoadConfig,
    private readonly onSecond: (second: LoadSecond) => void,
  ) {
    this.rate = config.rate;
    this.pool = new Pool(config.baseUrl, { connections: config.connections ?? 64, pipelining: 1 });
    this.timers.push(
      setInterval(() => this.tick(), TICK_MILLIS),
      setInterval(() => this.closeSecond(), 1000),
    );
  }

  /** Changes the rate from now on. */
  setRate(rate: number): void {
    this.rate = rate;
  }

  /** Begins no requests until `resume`. */
  pause(): void {
    this.paused = true;
  }

  /** Begins requests again. */
  resume(): void {
    this.paused = false;
  }

  /** Begins no more requests, waits for those under way, and reports. */
  async stop(): Promise<LoadReport> {
    const seconds = (Date.now() - this.started) / 1000;
    for (const timer of this.timers) clearInterval(timer);
    const limit = new AbortController();
    await Promise.race([
      Promise.all(this.underWay),
      wait(this.timeoutMillis + 1000, undefined, { signal: limit.signal }).catch(() => undefined),
    ]);
    limit.abort();
    this.closeSecond();
    await this.pool.destroy();
    return {
      ...this.total.read(),
      seconds,
      perSecond: this.perSecond,
      failures: this.failures,
      unexpectedAnswers: this.unexpectedAnswers,
    };
  }

  private get timeoutMillis(): number {
    return this.config.timeoutMillis ?? 20_000;
  }

  private tick(): void {
    const now = performance.now();
    // After a stall, at most one second is caught up.
    const elapsed = Math.min(1000, now - this.lastTick);
    this.lastTick = now;
    if (this.paused) return;
    this.credit += (elapsed / 1000) * this.rate;
    while (this.credit >= 1) {
      const journey = this.choose();
      this.credit -= journey.steps.length;
      this.begin(journey);
    }
  }

  private choose(): LoadJourney {
    const journeys = this.config.journeys;
    const total = journeys.reduce((sum, { weight = 1 }) => sum + weight, 0);
    let left = Math.random() * total;
    for (const journey of journeys) {
      left -= journey.weight ?? 1;
      if (left < 0) return journey;
    }
    throw new Error('a load needs at least one journey with a weight above 0');
  }

  private begin(journey: LoadJourney): void {
    if (this.underWay.size >= (this.config.maxInFlight ?? 2000)) {
      this.total.drop(journey.steps.length);
      this.second.drop(journey.steps.length);
      return;
    }
    const run = this.travel(journey);
    this.underWay.add(run);
    void run.finally(() => this.underWay.delete(run));
  }

  private async travel(journey: LoadJourney): Promise<void> {
    for (const step of journey.steps) {
      const begun = performance.now();
      const answer = await this.ask(step);
      this.note(journey, step, answer, performance.now() - begun);
    }
  }

  private async ask(step: LoadStep): Promise<Answer> {
    const uuid = randomUUID();
    const limit = new AbortController();
    const timer = setTimeout(
      () => limit.abort(new Error('no answer within the time limit')),
      this.timeoutMillis,
    );
    try {
      const { statusCode, headers, body } = await this.pool.request({
        method: step.method ?? 'GET',
        path: filled(step.path, uuid),
        headers: Object.fromEntries(
          Object.entries(step.headers ?? {}).map(([name, value]) => [name, filled(value, uuid)]),
        ),
        body: step.body === undefined ? null : filled(step.body, uuid),
        signal: limit.signal,
      });
      const text = await body.text();
      return { status: statusCode, error: null, servedBy: names(headers[SERVED_BY_HEADER]), body: text };
    } catch (error) {
      return { status: null, error: String(error), servedBy: [], body: '' };
    } finally {
      clearTimeout(timer);
    }
  }

  private note(journey: LoadJourney, step: LoadStep, answer: Answer, millis: number): void {
    const failed = answer.status === null || answer.status >= 500;
    const expected = step.expectStatus;
    const unexpected = !failed && expected !== undefined && !expected.includes(answer.status ?? 0);
    const outcome = { millis, failed, unexpected, servedBy: answer.servedBy };
    this.total.add(outcome);
    this.second.add(outcome);
    if (!failed && !unexpected) return;
    const samples = failed ? this.failures : this.unexpectedAnswers;
    if (samples.length >= MAX_SAMPLES) return;
    samples.push({
      wallMillis: Date.now(),
      journey: journey.name,
      method: step.method ?? 'GET',
      path: step.path,
      ...answer,
      body: answer.body.slice(0, SAMPLE_BODY_CHARACTERS),
    });
  }

  private closeSecond(): void {
    const second = {
      ...this.second.read(),
      wallMillis: this.secondStart,
      inFlight: this.underWay.size,
    };
    this.second = new Tally();
    this.secondStart = Date.now();
    this.perSecond.push(second);
    if (this.perSecond.length > MAX_SECONDS) this.perSecond.shift();
    this.onSecond(second);
  }
}
