import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { InvalidInput, renderProblem } from '../../core/errors';
import { readServiceDocuments } from '../../documents/service-documents';
import type { ImageBuilder } from '../images';
import { checkout, type ServiceRepository } from '../repositories';
import type { Environment } from './environment';

/** What a pipeline works with. */
export interface PipelineOptions {
  readonly environment: Environment;
  readonly builder: ImageBuilder;
  readonly stateMachineArn: string;
  readonly region: string;
  /** Members that replace those of each deploy.json, for short drills. */
  readonly deployOverrides: Readonly<Record<string, unknown>>;
}

/** A release that was started. */
export interface StartedRelease {
  readonly rolloutId: string;
  readonly executionArn: string;
  readonly commit: string;
}

/** What a service's pipeline does with a commit: check out, check the specfiles, build, start the rollout. */
export class Pipeline {
  private readonly client: SFNClient;
  private started = 0;

  constructor(private readonly options: PipelineOptions) {
    this.client = new SFNClient({
      region: options.region,
      endpoint: options.environment.aws.endpoint.url,
      credentials: { accessKeyId: 'operator', secretAccessKey: 'none' },
    });
  }

  /** Builds a commit ahead of its release, so that the release itself is quick. */
  async build(repository: ServiceRepository, commit: string): Promise<string> {
    const { environment, builder } = this.options;
    const uri = `rehearsal/${repository.name}:${commit}`;
    if (!environment.images.has(uri)) {
      const contextDir = await checkout(repository, commit);
      environment.images.set(uri, await builder.build({ contextDir, service: repository.name, commit }));
    }
    return uri;
  }

  /**
   * Releases a commit.
   * @throws {InvalidInput} with every problem of the commit's specfiles, before anything is built.
   */
  async release(repository: ServiceRepository, commit: string): Promise<StartedRelease> {
    const folder = await checkout(repository, commit);
    const { documents, problems } = readServiceDocuments(folder);
    if (problems.length > 0) {
      throw new InvalidInput(
        `${repository.name} ${commit.slice(0, 8)}`,
        problems.map((problem) => ({ ...problem, path: `${problem.file} ${problem.path}` })),
      );
    }
    const image = await this.build(repository, commit);
    const input = {
      service: repository.name,
      commit,
      image,
      deploy: { ...documents.deploy, ...this.options.deployOverrides },
      task_definition: documents.taskDefinition,
    };
    this.started += 1;
    const rolloutId = `${repository.name}-${commit.slice(0, 8)}-${this.started}`;
    const { executionArn = '' } = await this.client.send(
      new StartExecutionCommand({
        stateMachineArn: this.options.stateMachineArn,
        name: rolloutId,
        input: JSON.stringify(input),
      }),
    );
    return { rolloutId, executionArn, commit };
  }
}

/** The problems of a refused release as lines. */
export function refusalLines(error: InvalidInput): readonly string[] {
  return error.problems.map(renderProblem);
}
