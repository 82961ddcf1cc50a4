import { setMaxListeners } from 'node:events';
import type { PipelineSpec } from '../assembly/describe/pipelines';
import type { PipelineExecutions } from '../aws/services/code-pipeline/service';
import type { LiveEvent, PipelineRun } from '../live/state';
import { describeCommit, resolveRevision, type ServiceRepository } from '../repositories';
import { BuildDesk } from './build-desk';
import { type Door, type DoorAnswer, type DoorRequest, openDoor } from './door';
import { executionsOf } from './executions';
import { removeHooks, writeHooks } from './hooks';
import type { PipelineParts } from './parts';
import { type PushedRef, parsePushedRefs } from './push-event';
import { ignoredText, sourceOf, startsOf } from './push-starts';
import { Run } from './run';
import { repositoryOf } from './source-action';

/** Runs that are kept for the page; those that run are kept whatever their number. */
const KEPT_RUNS = 20;

/** What pipelines tell: a line for the terminal and the page. */
export type News = Pick<LiveEvent, 'level' | 'text'>;

/** How an engine is made. */
export interface PipelineEngineOptions extends PipelineParts {
  /** Service of a pipeline, by the pipeline's name. */
  readonly serviceOf: (pipelineName: string) => string;
  readonly onNews: (news: News) => void;
  /** Any run changed. */
  readonly onChange?: () => void;
}

/** The pipelines of an environment: what pushes start, and what runs. */
export interface PipelineEngine {
  /** Runs of pipelines, newest first. */
  runs(): readonly PipelineRun[];
  /** Starts a service's pipeline by hand with a commit, as "Release change" does. */
  start(service: string, commit: string): Promise<PipelineRun>;
  /** Runs everything of a commit's pipeline that comes before its rollout, ahead of the push that releases it. */
  prepare(service: string, commit: string): Promise<PipelineRun>;
  /**
   * Resolves with the run of a commit that began last, as soon as it has started its rollout, or ended without.
   * @param signal ends the waiting.
   */
  rolloutOf(service: string, commit: string, signal: AbortSignal): Promise<PipelineRun>;
  /** What the CodePipeline API tells and stops: runs that were started, not those that are only prepared. */
  readonly executions: PipelineExecutions;
  /** Calls back on every change; returns how to stop that. */
  onChange(listener: () => void): () => void;
  /** Ends every build; no push starts anything any more. */
  stop(): Promise<void>;
}

/** Starts the engine: hooks in every repository, the door for them and for the builds' stand-ins. */
export async function startPipelines(options: PipelineEngineOptions): Promise<PipelineEngine> {
  const engine = new Engine(options);
  await engine.open();
  return engine;
}

class Engine implements PipelineEngine {
  private readonly listed: Run[] = [];
  private readonly prepared = new Map<string, Run>();
  private readonly listeners = new Set<() => void>();
  private readonly desk: BuildDesk;
  readonly executions: PipelineExecutions;
  private readonly ending = new AbortController();
  private lastStart = 0;
  private door: Door | undefined;

  constructor(private readonly options: PipelineEngineOptions) {
    const names = options.delivery.pipelines.map(({ name }) => name);
    this.executions = executionsOf(names, () => this.listed);
    this.desk = new BuildDesk(options, () => this.nextStart());
    // Every run and every build listens.
    setMaxListeners(0, this.ending.signal);
  }

  async open(): Promise<void> {
    this.door = await openDoor({
      workDir: this.options.workDir,
      standIns: ['docker', 'aws'],
      answer: (request, answer) => this.answer(request, answer),
    });
    for (const [name, repository] of this.options.repositories) {
      writeHooks(repository, name, this.door);
    }
  }

  runs(): readonly PipelineRun[] {
    return this.listed.map((run) => run.state.view());
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async start(service: string, commit: string): Promise<PipelineRun> {
    return (await this.startRun(this.pipelineOf(service), commit)).state.view();
  }

  async prepare(service: string, commit: string): Promise<PipelineRun> {
    const spec = this.pipelineOf(service);
    const run = await this.createRun(spec, commit, true);
    this.prepared.set(`${spec.name}/${commit}`, run);
    const isReady = (): boolean =>
      run.state.endedAt !== null ||
      run.state.stages.every(
        ({ status }, index) =>
          status === 'succeeded' || (spec.stages[index]?.actions ?? []).some(({ kind }) => kind === 'deploy'),
      );
    await this.until(isReady, this.ending.signal);
    return run.state.view();
  }

  async rolloutOf(service: string, commit: string, signal: AbortSignal): Promise<PipelineRun> {
    const find = (): Run | undefined =>
      this.listed.find(({ state: { subject } }) => subject.service === service && subject.commit === commit);
    await this.until(() => {
      const state = find()?.state;
      return state !== undefined && (state.rolloutId !== null || state.endedAt !== null);
    }, signal);
    const run = find();
    if (run === undefined) {
      throw new Error(`no pipeline of "${service}" runs commit ${commit}`);
    }
    return run.state.view();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    for (const repository of this.options.repositories.values()) {
      removeHooks(repository);
    }
    await Promise.all([...this.listed, ...this.prepared.values()].map(({ ended }) => ended));
    await this.door?.close();
  }

  /** What a push starts, told to whoever pushed and to everybody else. */
  async push(repositoryName: string, refs: readonly PushedRef[]): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const pushed of refs) {
      const started = await this.startedBy(repositoryName, pushed);
      const text = started ?? ignoredText(pushed, this.branchOf(repositoryName));
      lines.push(text);
      this.options.onNews({ level: 'info', text: `${repositoryName}: ${text}` });
    }
    return lines;
  }

  /** What the push of one reference starts, in words; null when nothing matches it. */
  private async startedBy(repositoryName: string, pushed: PushedRef): Promise<string | null> {
    const starts = startsOf(repositoryName, pushed, this.options);
    for (const { spec, commit } of starts) {
      await this.startRun(spec, commit);
    }
    return starts.length === 0
      ? null
      : starts
          .map(({ spec, commit }) => `pipeline ${spec.name} started for ${commit.slice(0, 8)}`)
          .join(', ');
  }

  private async startRun(spec: PipelineSpec, commit: string): Promise<Run> {
    const key = `${spec.name}/${commit}`;
    const prepared = this.prepared.get(key);
    this.prepared.delete(key);
    const run = prepared ?? (await this.createRun(spec, commit, false));
    this.listed.unshift(run);
    prepared?.proceed(this.nextStart());
    while (this.listed.length > KEPT_RUNS) {
      const oldest = this.listed.findLastIndex(({ state }) => state.endedAt !== null);
      if (oldest < 0) {
        break;
      }
      this.listed.splice(oldest, 1);
    }
    this.changed();
    void run.over.then(() => this.tellEnd(run));
    return run;
  }

  private async createRun(spec: PipelineSpec, commit: string, isPrepared: boolean): Promise<Run> {
    const about = await describeCommit(repositoryOf(sourceOf(spec), this.options), commit);
    return new Run(
      {
        spec,
        subject: { service: this.options.serviceOf(spec.name), commit, ...about },
        parts: this.options,
        builds: this.desk.builds(this.door?.standInDir ?? ''),
        signal: this.ending.signal,
        onChange: () => this.changed(),
      },
      isPrepared,
    );
  }

  private tellEnd({ state }: Run): void {
    if (this.ending.signal.aborted) {
      return;
    }
    const { service, commit } = state.subject;
    const failed = state.stages.find(({ status }) => ['failed', 'superseded', 'stopped'].includes(status));
    this.options.onNews(
      failed === undefined
        ? { level: 'good', text: `${service} ${commit.slice(0, 8)}: pipeline ${state.status}` }
        : {
            level: failed.status === 'failed' ? 'bad' : 'info',
            text: `${service} ${commit.slice(0, 8)}: stage ${failed.name} ${failed.status}: ${failed.summary}`,
          },
    );
  }

  private async answer(request: DoorRequest, answer: DoorAnswer): Promise<number> {
    if (request.kind === 'push') {
      const [repository = '', refusal] = request.argv;
      if (refusal === undefined) {
        (await this.push(repository, parsePushedRefs(request.stdin))).forEach(answer.say);
        return 0;
      }
      this.options.onNews({ level: 'info', text: `${repository}: ${refusal}` });
      return 0;
    }
    return this.desk.answer(request, answer);
  }

  /** Two builds of one millisecond still have an order. */
  private nextStart(): number {
    this.lastStart = Math.max(this.lastStart + 1, Math.round(this.options.now()));
    return this.lastStart;
  }

  private pipelineOf(service: string): PipelineSpec {
    const { pipelines } = this.options.delivery;
    const spec = pipelines.find(({ name }) => this.options.serviceOf(name) === service);
    if (spec === undefined) {
      throw new Error(
        `no pipeline of "${service}" in the assembly; there are those of ${pipelines.map(({ name }) => this.options.serviceOf(name)).join(', ')}`,
      );
    }
    return spec;
  }

  private branchOf(repositoryName: string): string {
    const spec = this.options.delivery.pipelines.find((one) => sourceOf(one).repository === repositoryName);
    return spec === undefined ? 'none' : sourceOf(spec).branch;
  }

  private until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (isSo()) {
          end(resolve);
        }
      };
      const onAbort = (): void => end(() => reject(signal.reason));
      const stopListening = this.onChange(look);
      const end = (settle: () => void): void => {
        stopListening();
        signal.removeEventListener('abort', onAbort);
        settle();
      };
      signal.addEventListener('abort', onAbort);
      look();
      if (signal.aborted) {
        onAbort();
      }
    });
  }

  private changed(): void {
    for (const listener of this.listeners) {
      listener();
    }
    this.options.onChange?.();
  }
}

/** The newest commit of a repository's released branch; null when it has none yet. */
export async function headOf(repository: ServiceRepository, branch: string): Promise<string | null> {
  return resolveRevision(repository, `refs/heads/${branch}`).catch(() => null);
}
