import { randomUUID } from 'node:crypto';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { AwsSide } from '../environment/aws-side';
import type { Behaviour } from './callers';

/** A release to start. */
export interface HeadlessRelease {
  /** 40 hexadecimal digits; its first 8 name the version. */
  readonly commit: string;
  /** @default healthy */
  readonly behaviour?: Behaviour;
  /** deploy.json. @default `{}` */
  readonly deploy?: Readonly<Record<string, unknown>>;
  /** taskdef.json. @default `{}` */
  readonly taskDefinition?: Readonly<Record<string, unknown>>;
}

/** As CodePipeline does: with the pipeline's role, and a name of its own for each execution. */
export async function startRelease(aws: AwsSide, service: string, release: HeadlessRelease): Promise<string> {
  const pipeline = aws.deployed.delivery.pipelines.find(({ name }) => name.endsWith(`-${service}`));
  const deploy = pipeline?.stages.flatMap(({ actions }) => actions).find(({ kind }) => kind === 'deploy');
  if (pipeline === undefined || deploy?.kind !== 'deploy') {
    throw new Error(`service "${service}" has no pipeline in the assembly; release one of its services`);
  }
  const client = new SFNClient({
    region: aws.deployed.region,
    endpoint: aws.endpoint.url,
    credentials: {
      accessKeyId: aws.principals.accessKeyFor(pipeline.roleName),
      secretAccessKey: 'none',
    },
  });
  const { commit, deploy: config = {}, taskDefinition = {} } = release;
  const input = {
    service,
    commit,
    image: `registry/${service}:${commit}`,
    deploy: config,
    task_definition: taskDefinition,
  };
  const name = [deploy.namePrefix, randomUUID()].filter((part) => part !== null).join('-');
  try {
    await client.send(
      new StartExecutionCommand({
        stateMachineArn: deploy.stateMachineArn,
        name,
        input: JSON.stringify(input),
      }),
    );
    return name;
  } finally {
    client.destroy();
  }
}
