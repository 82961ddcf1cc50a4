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
  /** Resolves when the run has ended, however it did. */
  readonly ended: Promise<void>;
  private release: () => void = () => undefined;
  private readonly released: Promise<void>;
  private sequence: number | null = null;

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
    this.ended = this.run();
  }

  /** Lets a prepared run go on, as if it had begun now. */
  proceed(sequence: number): void {
    this.sequence = sequence;
    this.state.restart();
    this.release();
  }

  private async run(): Promise<void> {
    const { spec, parts } = this.options;
    const dir = join(parts.workDir, 'runs', this.state.id);
    mkdirSync(dir, { recursive: true });
    // Whoever made the run hears of its first change only afterwards.
    await Promise.resolve();
    try {
      for (const [index, stage] of spec.stages.entries()) {
        const state = this.state.stages[index];
        if (state === undefined || !(await this.runStage(stage, state, dir))) {
          return;
        }
      }
      this.state.finish('succeeded');
    } finally {
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  /** Whether the next stage follows. */
  private async runStage(stage: StageSpec, state: StageState, dir: string): Promise<boolean> {
    if (stage.actions.some(({ kind }) => kind === 'deploy')) {
      // The end of the rehearsal ends the waiting too.
      await unlessAborted(this.released, this.options.signal, undefined);
    }
    this.state.begin(state);
    const orders = [...new Set(stage.actions.map(({ runOrder }) => runOrder))].sort((a, b) => a - b);
    let last: ActionEnd = { status: 'succeeded', summary: '' };
    for (const order of orders) {
      const actions = stage.actions.filter(({ runOrder }) => runOrder === order);
      const ends = await Promise.all(actions.map((action) => this.runAction(action, state, dir)));
      last = ends.find(({ status }) => status !== 'succeeded') ?? ends.at(-1) ?? last;
      if (last.status !== 'succeeded') {
        break;
      }
    }
    this.state.end(state, last.status, last.summary);
    if (last.status !== 'succeeded') {
      this.state.finish(last.status);
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
