import { randomUUID } from 'node:crypto';
import type { DeliverySpec } from '../assembly/describe/delivery';
import type { BuiltImage, ImageBuilder } from '../images';
import type { ServiceRepository } from '../repositories';
import type { Access } from './access';

/** How an execution ended. */
export interface ExecutionEnd {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly error: string;
  readonly cause: string;
  /** JSON text; empty unless it succeeded. */
  readonly output: string;
}

/** Step Functions, as the Deploy stage calls it: with the credentials of the pipeline's role. */
export interface Machines {
  /** Starts an execution and answers its ARN. Rejects with what AWS says. */
  start(
    roleName: string,
    request: { readonly stateMachineArn: string; readonly name: string; readonly input: string },
  ): Promise<string>;
  /** Resolves when the execution has ended. */
  follow(roleName: string, executionArn: string): Promise<ExecutionEnd>;
}

/** What pipelines work with. */
export interface PipelineParts {
  readonly delivery: DeliverySpec;
  readonly account: string;
  readonly region: string;
  /** Repositories by the name or path that a pipeline's Source action gives. */
  readonly repositories: ReadonlyMap<string, ServiceRepository>;
  readonly builder: ImageBuilder;
  /** What was pushed, by URI with tag. */
  readonly images: Map<string, BuiltImage>;
  /** File of the assembly by its object key. */
  readonly asset: (key: string) => string | undefined;
  readonly machines: Machines;
  readonly access: Access;
  /** Milliseconds, virtual. */
  readonly now: () => number;
  /** Members that replace those of a service's deploy.json, for short drills. */
  readonly deployOverrides: (service: string) => Readonly<Record<string, unknown>>;
  /** Variables that builds find beside those of AWS: where the local AWS is. */
  readonly buildVariables: (roleName: string) => Readonly<Record<string, string>>;
  /** Adds what a commit lacks to the folder that was checked out, and answers what it did, for the log. */
  readonly completeSource: (repository: ServiceRepository, dir: string) => string | null;
  /** Folder for checkouts and artifacts. */
  readonly workDir: string;
}

/** What an action reports while it runs. */
export interface ActionReport {
  say(line: string): void;
  rolloutStarted(rolloutId: string): void;
}

/** One run's own things. */
export interface RunContext {
  readonly service: string;
  readonly commit: string;
  readonly pipelineRole: string;
  readonly pipelineName: string;
  readonly artifactBucket: string;
  /** Folder of this run. */
  readonly dir: string;
  readonly report: ActionReport;
  readonly signal: AbortSignal;
}

/** How an action ended. */
export interface ActionEnd {
  readonly status: 'succeeded' | 'failed' | 'superseded' | 'stopped';
  /** One sentence. */
  readonly summary: string;
}

/** Key of an artifact within the pipeline's bucket, as CodePipeline makes it. */
export function artifactKey({ pipelineName }: Pick<RunContext, 'pipelineName'>, name: string): string {
  return `${pipelineName.slice(0, 20)}/${name.slice(0, 10)}/${randomUUID().slice(0, 7)}`;
}

/** Folder of an artifact within a run. */
export function artifactDir(context: Pick<RunContext, 'dir'>, name: string): string {
  return `${context.dir}/artifacts/${name}`;
}
