import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { createAuthorizer } from '../assembly/policies/authorizer';
import { packageRoot } from '../functions/package-root';
import { Access } from '../pipelines/access';
import { type News, type PipelineEngine, startPipelines } from '../pipelines/engine';
import type { Machines } from '../pipelines/parts';
import type { PreparedPlatform } from '../platform/prepare-platform';
import type { ServiceRepository } from '../repositories';
import type { Environment } from './environment';

/** What an environment's pipelines are made from. */
export interface EnvironmentPipelineOptions {
  readonly environment: Environment;
  readonly platform: Pick<PreparedPlatform, 'config' | 'repositories' | 'builder' | 'workDir'>;
  /** Members that replace those of each deploy.json, for short drills. */
  readonly deployOverrides: (service: string) => Readonly<Record<string, unknown>>;
  readonly onNews: (news: News) => void;
}

/** Starts the synthesized pipelines of an environment: pushes to its repositories are releases from here on. */
export async function startEnvironmentPipelines({
  environment,
  platform,
  deployOverrides,
  onNews,
}: EnvironmentPipelineOptions): Promise<PipelineEngine> {
  const { aws, clock, images } = environment;
  const { delivery, account, region, roles, assembly } = aws.deployed;
  const prefix = `${platform.config.environment}-`;
  const serviceOf = (pipeline: string): string =>
    pipeline.startsWith(prefix) ? pipeline.slice(prefix.length) : pipeline;
  const pipelines = await startPipelines({
    delivery,
    account,
    region,
    repositories: repositoriesByName(platform),
    builder: platform.builder,
    images,
    asset: (key) => assembly.stacks.map(({ assets }) => assets.get(key)).find((file) => file !== undefined),
    machines: createMachines(environment),
    access: new Access(createAuthorizer(roles), clock, environment.noteCall),
    now: () => clock.now(),
    deployOverrides,
    buildVariables: (roleName) => ({
      AWS_ENDPOINT_URL: aws.endpoint.url,
      AWS_ACCESS_KEY_ID: aws.principals.accessKeyFor(roleName),
      AWS_SECRET_ACCESS_KEY: 'none',
    }),
    completeSource,
    workDir: join(platform.workDir, 'pipelines'),
    serviceOf,
    onNews,
  });
  aws.pipelines.bind(pipelines.executions);
  return pipelines;
}

/** Repositories as Source actions name them: CodeCommit's by pipeline, those of a connection by owner and name. */
function repositoriesByName({
  config,
  repositories,
}: EnvironmentPipelineOptions['platform']): ReadonlyMap<string, ServiceRepository> {
  const { provider, owner = '' } = config.repositories;
  return new Map(
    config.services.flatMap(({ name, repository }) => {
      const found = repositories.get(name);
      const key =
        provider === 'connection' ? `${owner}/${repository ?? name}` : `${config.environment}-${name}`;
      return found === undefined ? [] : [[key, found] as const];
    }),
  );
}

/** Step Functions through the local endpoint, with the credentials of a pipeline's role. */
function createMachines({ aws }: Environment): Machines {
  const clients = new Map<string, SFNClient>();
  const clientOf = (roleName: string): SFNClient => {
    const known = clients.get(roleName);
    const client =
      known ??
      new SFNClient({
        region: aws.deployed.region,
        endpoint: aws.endpoint.url,
        credentials: { accessKeyId: aws.principals.accessKeyFor(roleName), secretAccessKey: 'none' },
      });
    clients.set(roleName, client);
    return client;
  };
  return {
    start: async (roleName, request) =>
      (await clientOf(roleName).send(new StartExecutionCommand(request))).executionArn ?? '',
    follow: async (roleName, executionArn) => {
      await aws.engine.settled(executionArn);
      const found = await clientOf(roleName).send(new DescribeExecutionCommand({ executionArn }));
      const { status = 'FAILED', error = '', cause = '', output = '' } = found;
      return {
        status: status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'FAILED' : status,
        error,
        cause,
        output,
      };
    },
  };
}

const BUILD_FILES = ['build.yml', 'write-rollout.mjs'] as const;

/** Somebody's own repository need not have a build yet: it gets the sample's, and the log says so. */
function completeSource(repository: ServiceRepository, dir: string): string | null {
  if (repository.isRemote || existsSync(join(dir, 'specfiles/build.yml'))) {
    return null;
  }
  mkdirSync(join(dir, 'specfiles'), { recursive: true });
  for (const file of BUILD_FILES) {
    copyFileSync(
      join(packageRoot(), 'microservices/yelb-appserver/specfiles', file),
      join(dir, 'specfiles', file),
    );
  }
  return 'rehearsal: the commit has no specfiles/build.yml; that of the sample application stands in';
}
