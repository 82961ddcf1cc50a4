import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionSpec, PipelineSpec, StageSpec } from '../assembly/describe/pipelines';
import { type Builds, runBuildAction } from './build-action';
import { runDeploy } from './deploy-action';
import type { ActionEnd, PipelineParts, RunContext } from './parts';
import { RunState, type RunSubject, type StageState } from './run-state';
import { runSource } from './source-action';
import { unlessAborted } from './until-aborted';

/** What a run is made from. */
export interface RunOptions {
  readonly spec: PipelineSpec;
  readonly subject: RunSubject;
  readonly parts: PipelineParts;
  readonly builds: Builds;
  readonly signal: AbortSignal;
  readonly onChange: (run: Run) => void;
}

/**
 * One execution of a pipeline: stage after stage, in each stage the actions of one RunOrder beside one another. The
 * first action that fails ends it. A prepared run stops before its first Deploy action until it is released.
 */
export class Run {
  readonly state: RunState;
  /** Resolves when the run is over, however it ended. */
  readonly over: Promise<void>;
  /** Resolves when nothing of it works any more, what was left to itself included. */
  readonly ended: Promise<void>;
  private release: () => void = () => undefined;
  private readonly released: Promise<void>;
  private sequence: number | null = null;
  private readonly underWay: Promise<unknown>[] = [];
  private abandon: () => void = () => undefined;
  private readonly abandoned: Promise<readonly ActionEnd[]>;

  constructor(
    private readonly options: RunOptions,
    isPrepared: boolean,
  ) {
    const { spec, subject, parts } = options;
    this.state = new RunState(
      subject,
      spec.stages.map(({ name }) => name),
      parts.now,
      () => options.onChange(this),
    );
    this.released = isPrepared
      ? new Promise((resolve) => {
          this.release = resolve;
        })
      : Promise.resolve();
    this.abandoned = new Promise((resolve) => {
      this.abandon = () => resolve([this.leftAlone()]);
    });
    const dir = join(parts.workDir, 'runs', this.state.id);
    this.over = this.run(dir);
    this.ended = this.over.finally(() => this.cleanUp(dir));
  }

  get pipeline(): string {
    return this.options.spec.name;
  }

  /** Lets a prepared run go on, as if it had begun now. */
  proceed(sequence: number): void {
    this.sequence = sequence;
    this.state.restart();
    this.release();
  }

  /** Lets nothing more begin; what is under way is waited for, or left to itself: a rollout goes on either way. */
  stop({ isAbandoned, reason }: { readonly isAbandoned: boolean; readonly reason: string }): void {
    this.state.stopReason = reason;
    if (isAbandoned) {
      this.abandon();
    }
    this.options.onChange(this);
  }

  private leftAlone(): ActionEnd {
    const { rolloutId, stopReason } = this.state;
    const why = stopReason === '' ? '' : ` (${stopReason})`;
    return {
      status: 'stopped',
      summary:
        rolloutId === null
          ? `stopped by hand${why}`
          : `stopped by hand${why}; rollout ${rolloutId} goes on without it`,
    };
  }

  private async run(dir: string): Promise<void> {
    const { spec } = this.options;
    mkdirSync(dir, { recursive: true });
    // Whoever made the run hears of its first change only afterwards.
    await Promise.resolve();
    for (const [index, stage] of spec.stages.entries()) {
      const state = this.state.stages[index];
      if (state === undefined || !(await this.runStage(stage, state, dir))) {
        return;
      }
    }
    this.state.finish(this.state.stopReason === null ? 'succeeded' : 'stopped');
  }

  private async cleanUp(dir: string): Promise<void> {
    // Actions that were left to themselves still work in it.
    await Promise.allSettled(this.underWay);
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Whether the next stage follows. */
  private async runStage(stage: StageSpec, state: StageState, dir: string): Promise<boolean> {
    if (stage.actions.some(({ kind }) => kind === 'deploy')) {
      // The end of the rehearsal ends the waiting too.
      await unlessAborted(this.released, this.options.signal, undefined);
    }
    if (this.state.stopReason !== null) {
      this.state.finish('stopped');
      return false;
    }
    this.state.begin(state);
    const orders = [...new Set(stage.actions.map(({ runOrder }) => runOrder))].sort((a, b) => a - b);
    let last: ActionEnd = { status: 'succeeded', summary: '' };
    for (const order of orders) {
      if (this.state.stopReason !== null) {
        last = this.leftAlone();
        break;
      }
      const actions = stage.actions.filter(({ runOrder }) => runOrder === order);
      const working = Promise.all(actions.map((action) => this.runAction(action, state, dir)));
      this.underWay.push(working);
      const ends = await Promise.race([working, this.abandoned]);
      last = ends.find(({ status }) => status !== 'succeeded') ?? ends.at(-1) ?? last;
      if (last.status !== 'succeeded') {
        break;
      }
    }
    this.state.end(state, last.status, last.summary);
    if (last.status !== 'succeeded') {
      this.state.finish(this.state.stopReason === null ? last.status : 'stopped');
    }
    return last.status === 'succeeded';
  }

  private async runAction(action: ActionSpec, state: StageState, dir: string): Promise<ActionEnd> {
    const { spec, subject, parts, builds, signal } = this.options;
    if (signal.aborted) {
      return { status: 'failed', summary: `${action.name}: the rehearsal ended` };
    }
    const context: RunContext = {
      service: subject.service,
      commit: subject.commit,
      pipelineRole: spec.roleName,
      pipelineName: spec.name,
      artifactBucket: spec.artifactBucket,
      dir,
      signal,
      report: {
        say: (line) => this.state.say(state, line),
        rolloutStarted: (id) => {
          this.state.rolloutId = id;
          this.options.onChange(this);
        },
      },
    };
    this.state.say(state, `— ${action.name} —`);
    try {
      switch (action.kind) {
        case 'source':
          return await runSource(action, context, parts);
        case 'build':
          return await runBuildAction(action, context, parts, builds);
        case 'deploy':
          return await runDeploy(action, context, parts, { sequence: this.sequence });
        default:
          throw new Error(`action of unknown kind ${JSON.stringify(action satisfies never)}`);
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      context.report.say(why);
      return { status: 'failed', summary: `${action.name}: ${why.split('\n')[0]}` };
    }
  }
}
