import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { DeployableAssembly } from '../../../rehearsal/assembly/describe/deployable';
import type { Authorizer, RehearsalClock } from '../../../rehearsal/contracts';
import type { BuiltImage } from '../../../rehearsal/images';
import { Access } from '../../../rehearsal/pipelines/access';
import { type PipelineEngine, startPipelines } from '../../../rehearsal/pipelines/engine';
import type { Machines } from '../../../rehearsal/pipelines/parts';
import { commitChange, createRepository, resolveRevision } from '../../../rehearsal/repositories';
import type { EvidenceStage } from './stage';

const SAMPLE = resolve(__dirname, '../../../scenarios/sample/shop');

/** Whose pipeline is played, and on what. */
export interface PushPlay {
  readonly deployed: DeployableAssembly;
  readonly environment: string;
  readonly service: string;
  /** Name of its repository, as the pipeline's source action gives it. */
  readonly repository: string;
  readonly authorize: Authorizer;
  readonly clock: Pick<RehearsalClock, 'now'>;
  readonly machines: (access: Access) => Machines;
}

/**
 * A push to a service's repository leads to a rollout: the synthesized rule or trigger, pipeline, check and build with
 * their roles, on a real Git repository, with the sample's own build. Only the image's content is made up.
 * @throws {Error} when the pipeline does not succeed.
 */
export async function pushAndRelease(play: PushPlay): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'permissions-'));
  const { deployed, environment, service, clock } = play;
  const access = new Access(play.authorize, clock, () => undefined);
  try {
    const repository = await createRepository({
      workDir: join(folder, 'git'),
      name: service,
      seedFrom: SAMPLE,
    });
    const engine = await startPipelines({
      delivery: deployed.delivery,
      account: deployed.account,
      region: deployed.region,
      repositories: new Map([[play.repository, repository]]),
      builder: {
        build: async () => ({ contentId: 'content', notes: [], cached: false }) as unknown as BuiltImage,
      },
      images: new Map(),
      asset: (key) =>
        deployed.assembly.stacks.map(({ assets }) => assets.get(key)).find((file) => file !== undefined),
      machines: play.machines(access),
      access,
      now: () => clock.now(),
      deployOverrides: () => ({ steps: [50], bake_time: 60 }),
      buildVariables: () => ({}),
      completeSource: () => null,
      workDir: join(folder, 'work'),
      serviceOf: (pipeline) => pipeline.slice(environment.length + 1),
      onNews: () => undefined,
    });
    try {
      const files = { 'specfiles/taskdef.json': taskDefinitionWithSecrets(play) };
      await commitChange(repository, { message: 'Read secrets', files });
      await succeeded(engine, await resolveRevision(repository, 'refs/heads/main'));
    } finally {
      await engine.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function succeeded(engine: PipelineEngine, commit: string): Promise<void> {
  const ended = () => engine.runs().find((run) => run.commit === commit && run.endedAt !== null);
  await new Promise<void>((done) => {
    const stop = engine.onChange(() => {
      if (ended() !== undefined) {
        stop();
        done();
      }
    });
  });
  if (ended()?.status !== 'succeeded') {
    throw new Error(`the pipeline ended: ${JSON.stringify(ended()?.stages, null, 1)}`);
  }
}

/** The sample's task definition, with secrets of both kinds. */
function taskDefinitionWithSecrets({ deployed, environment, service }: PushPlay): string {
  const { region, account } = deployed;
  const secret = (name: string): string =>
    `arn:aws:secretsmanager:${region}:${account}:secret:${environment}/${service}/${name}`;
  const secrets = {
    PASSWORD: 'db-password',
    SESSION_KEY: 'session',
    TOKEN: secret('token-AbCdEf'),
    LICENCE: secret('licence-GhIjKl'),
  };
  const sample = JSON.parse(readFileSync(join(SAMPLE, 'specfiles/taskdef.json'), 'utf8'));
  return JSON.stringify({ ...sample, container: { ...sample.container, secrets } });
}

/** Step Functions as the pipeline's role calls it; a rollout that is followed is played to its end. */
export function machinesOf(stage: EvidenceStage): Machines {
  const { aws } = stage.headless;
  const clientOf = (role: string) =>
    new SFNClient({
      region: aws.deployed.region,
      endpoint: aws.endpoint.url,
      credentials: { accessKeyId: aws.principals.accessKeyFor(role), secretAccessKey: 'none' },
    });
  return {
    start: async (role, request) =>
      (await clientOf(role).send(new StartExecutionCommand(request))).executionArn ?? '',
    follow: async (role, executionArn) => {
      await stage.headless.finish(7200);
      const found = await clientOf(role).send(new DescribeExecutionCommand({ executionArn }));
      const { status = 'FAILED', error = '', cause = '', output = '' } = found;
      return { status: status === 'SUCCEEDED' ? status : 'FAILED', error, cause, output };
    },
  };
}

/** Where no machine runs: what the Deploy stage would call is asked for, and its rollout taken for promoted. */
export function machinesInName(access: Access): Machines {
  return {
    start: async (role, { stateMachineArn, name }) => {
      access.demand(role, ['states:StartExecution'], stateMachineArn);
      return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    },
    follow: async (role, executionArn) => {
      access.demand(role, ['states:DescribeExecution'], executionArn);
      return { status: 'SUCCEEDED', error: '', cause: '', output: '{}' };
    },
  };
}
