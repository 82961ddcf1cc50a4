import { randomUUID } from 'node:crypto';
import type { PipelineRun, PipelineStage, StageStatus } from '../live/state';

type Changing<T> = { -readonly [Key in keyof T]: T[Key] };

/** Lines that a stage's log keeps. */
const KEPT_LINES = 200;
/** A line longer than this is cut: the page shows lines, not files. */
const MAX_LINE = 500;

/** A stage while it runs. */
export interface StageState extends Changing<Omit<PipelineStage, 'log'>> {
  readonly log: string[];
}

/** What a run is about. */
export interface RunSubject {
  readonly service: string;
  readonly commit: string;
  /** First line of the commit's message. */
  readonly message: string;
  readonly author: string;
}

/** A run while it goes on; what the live page shows of it is its {@link PipelineRun}. */
export class RunState {
  readonly id = randomUUID();
  readonly stages: readonly StageState[];
  status: StageStatus = 'running';
  startedAt: string;
  endedAt: string | null = null;
  rolloutId: string | null = null;
  /** What whoever stops the run gave as reason; null while nobody does. */
  stopReason: string | null = null;

  constructor(
    readonly subject: RunSubject,
    stageNames: readonly string[],
    private readonly now: () => number,
    private readonly onChange: () => void,
  ) {
    this.startedAt = this.instant();
    this.stages = stageNames.map((name) => ({
      name,
      status: 'waiting',
      startedAt: null,
      endedAt: null,
      summary: '',
      log: [],
    }));
  }

  /** Writes a line into a stage's log. */
  say(stage: StageState, line: string): void {
    stage.log.push(line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} …` : line);
    if (stage.log.length > KEPT_LINES) {
      stage.log.shift();
    }
    this.onChange();
  }

  begin(stage: StageState): void {
    stage.status = 'running';
    stage.startedAt = this.instant();
    this.onChange();
  }

  end(stage: StageState, status: StageStatus, summary: string): void {
    stage.status = status;
    stage.summary = summary;
    stage.endedAt = this.instant();
    this.onChange();
  }

  /** Ends the run with the status of its last stage. */
  finish(status: StageStatus): void {
    this.status = status;
    this.endedAt = this.instant();
    this.onChange();
  }

  /** A run that was prepared begins when its push comes. */
  restart(): void {
    this.startedAt = this.instant();
    for (const stage of this.stages) {
      stage.startedAt = stage.startedAt === null ? null : this.startedAt;
      stage.endedAt = stage.endedAt === null ? null : this.startedAt;
    }
    this.endedAt = this.endedAt === null ? null : this.startedAt;
    this.onChange();
  }

  /** The run as it is now, for readers. */
  view(): PipelineRun {
    const { id, status, startedAt, endedAt, rolloutId } = this;
    return {
      id,
      ...this.subject,
      startedAt,
      endedAt,
      status,
      rolloutId,
      stages: this.stages.map((stage) => ({ ...stage, log: [...stage.log] })),
    };
  }

  private instant(): string {
    return new Date(this.now()).toISOString();
  }
}
