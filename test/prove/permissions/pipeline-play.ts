import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { createAuthorizer } from '../../../rehearsal/assembly/policies/authorizer';
import { observeAuthorizer } from '../../../rehearsal/assembly/policies/observed';
import type { BuiltImage } from '../../../rehearsal/images';
import { Access } from '../../../rehearsal/pipelines/access';
import { startPipelines } from '../../../rehearsal/pipelines/engine';
import type { Machines } from '../../../rehearsal/pipelines/parts';
import { commitChange, createRepository, resolveRevision } from '../../../rehearsal/repositories';
import type { EvidenceStage } from './stage';

const SAMPLE = resolve(__dirname, '../../../scenarios/sample/shop');

/**
 * A push to a service's repository leads to a rollout: the synthesized rule, pipeline, check and build with their roles, on
 * a real Git repository, with the sample's own build. Only the image's content is made up.
 */
export async function pushAndRelease(stage: EvidenceStage, service: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'permissions-'));
  const { deployed } = stage.headless.aws;
  const name = `${stage.environment}-${service}`;
  try {
    const repository = await createRepository({
      workDir: join(folder, 'git'),
      name: service,
      seedFrom: SAMPLE,
    });
    const authorize = observeAuthorizer(createAuthorizer(deployed.roles), (asked) => stage.note(asked));
    const engine = await startPipelines({
      delivery: deployed.delivery,
      account: deployed.account,
      region: deployed.region,
      repositories: new Map([[name, repository]]),
      builder: {
        build: async () => ({ contentId: 'content', notes: [], cached: false }) as unknown as BuiltImage,
      },
      images: new Map(),
      asset: (key) =>
        deployed.assembly.stacks.map(({ assets }) => assets.get(key)).find((file) => file !== undefined),
      machines: machinesOf(stage),
      access: new Access(authorize, stage.headless.clock, () => undefined),
      now: () => stage.headless.clock.now(),
      deployOverrides: () => ({ steps: [50], bake_time: 60 }),
      buildVariables: () => ({}),
      completeSource: () => null,
      workDir: join(folder, 'work'),
      serviceOf: (pipeline) => pipeline.slice(stage.environment.length + 1),
      onNews: () => undefined,
    });
    try {
      const files = { 'specfiles/taskdef.json': taskDefinitionWithSecrets(stage, service) };
      await commitChange(repository, { message: 'Read secrets', files });
      const commit = await resolveRevision(repository, 'refs/heads/main');
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
        throw new Error(`the pipeline of ${service} ended: ${JSON.stringify(ended()?.stages, null, 1)}`);
      }
    } finally {
      await engine.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The sample's task definition, with secrets of both kinds. */
function taskDefinitionWithSecrets(stage: EvidenceStage, service: string): string {
  const { region, account } = stage.headless.aws.deployed;
  const secret = (name: string): string =>
    `arn:aws:secretsmanager:${region}:${account}:secret:${stage.environment}/${service}/${name}`;
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
function machinesOf(stage: EvidenceStage): Machines {
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
