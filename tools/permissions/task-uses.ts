import type { Use } from './types';

/** What is read of a registered task definition, in the shape that ECS shows it. */
export interface RegisteredTask {
  readonly executionRoleArn?: string | undefined;
  readonly taskRoleArn?: string | undefined;
  readonly containerDefinitions?: readonly RegisteredContainer[] | undefined;
  readonly volumes?: readonly RegisteredVolume[] | undefined;
}

interface RegisteredVolume {
  readonly name?: string | undefined;
  readonly efsVolumeConfiguration?:
    | {
        readonly fileSystemId?: string | undefined;
        readonly authorizationConfig?:
          | { readonly accessPointId?: string | undefined; readonly iam?: string | undefined }
          | undefined;
      }
    | undefined;
}

interface RegisteredContainer {
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  readonly mountPoints?:
    | readonly { readonly sourceVolume?: string | undefined; readonly readOnly?: boolean | undefined }[]
    | undefined;
  readonly environment?:
    | readonly { readonly name?: string | undefined; readonly value?: string | undefined }[]
    | undefined;
  readonly secrets?: readonly { readonly valueFrom?: string | undefined }[] | undefined;
  readonly logConfiguration?:
    | {
        readonly logDriver?: string | undefined;
        readonly options?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
}

type Asked = Omit<Use, 'isAllowed'>;

/** Where a task runs, and under which id. */
export interface TaskPlace {
  readonly region: string;
  readonly account: string;
  readonly taskId: string;
}

const WRITES_LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * What is asked for when ECS runs a task of this definition: the agent as its execution role pulls images, reads secrets
 * and writes logs; the proxy as its task role fetches its configuration, the collector writes metrics, and files are
 * mounted.
 * Sources: Amazon ECS developer guide, "Amazon ECS task execution IAM role"; AWS App Mesh user guide, "Envoy Proxy
 * authorization"; Amazon EFS user guide, "Using IAM to control access to file systems".
 */
export function usesOfTask(task: RegisteredTask, place: TaskPlace): readonly Asked[] {
  const containers = task.containerDefinitions ?? [];
  const execution = containers.flatMap((container) => [
    ...pulls(container.image ?? '', place),
    ...(container.secrets ?? []).map(({ valueFrom = '' }) => reads(valueFrom, place)),
    ...logs(container, place),
  ]);
  const own = containers.flatMap((container) => [
    ...actsAs(container, place),
    ...mounts(container, task.volumes ?? [], place),
  ]);
  return [
    ...execution.map((use) => ({ role: roleIn(task.executionRoleArn), ...use })),
    ...own.map((use) => ({ role: roleIn(task.taskRoleArn), ...use })),
  ].map((use) => ({ context: {}, ...use }));
}

type Call = Pick<Use, 'action' | 'resource'> & Partial<Pick<Use, 'context'>>;

function roleIn(arn: string | undefined): string {
  return arn?.split('/').at(-1) ?? '';
}

/** Only a private registry wants to know who pulls. */
function pulls(image: string, { region, account }: TaskPlace): readonly Call[] {
  const repository = /\.dkr\.ecr\.[^/]+\/([^:@]+)/.exec(image)?.[1];
  if (repository === undefined) {
    return [];
  }
  const resource = `arn:aws:ecr:${region}:${account}:repository/${repository}`;
  return [
    { action: 'ecr:GetAuthorizationToken', resource: '*' },
    ...['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'].map(
      (action) => ({
        action,
        resource,
      }),
    ),
  ];
}

function reads(valueFrom: string, { region, account }: TaskPlace): Call {
  if (valueFrom.includes(':secretsmanager:')) {
    return { action: 'secretsmanager:GetSecretValue', resource: valueFrom };
  }
  const resource = valueFrom.startsWith('arn:')
    ? valueFrom
    : `arn:aws:ssm:${region}:${account}:parameter/${valueFrom.replace(/^\//, '')}`;
  return { action: 'ssm:GetParameters', resource };
}

function logs({ name, logConfiguration }: RegisteredContainer, place: TaskPlace): readonly Call[] {
  const { logDriver, options = {} } = logConfiguration ?? {};
  const stream = `${options['awslogs-stream-prefix']}/${name}/${place.taskId}`;
  const resource = streamArn(place, options['awslogs-group'] ?? '', stream);
  return logDriver === 'awslogs' ? WRITES_LOG.map((action) => ({ action, resource })) : [];
}

/** What a container does by itself, as its environment tells. */
function actsAs({ environment = [] }: RegisteredContainer, place: TaskPlace): readonly Call[] {
  return environment.flatMap(({ name, value = '' }) => {
    if (name === 'APPMESH_RESOURCE_ARN') {
      // App Mesh takes the resource's part of the ARN alone, too.
      const resource = value.startsWith('arn:')
        ? value
        : `arn:aws:appmesh:${place.region}:${place.account}:${value}`;
      return [{ action: 'appmesh:StreamAggregatedResources', resource }];
    }
    if (name !== 'AOT_CONFIG_CONTENT') {
      return [];
    }
    const group = settingIn(value, 'log_group_name');
    const resource = streamArn(place, group, settingIn(value, 'log_stream_name'));
    return WRITES_LOG.map((action) => ({ action, resource }));
  });
}

/** Only a file system that is mounted with IAM asks who mounts it; an access point is told to it, if there is one. */
function mounts(
  { mountPoints = [] }: RegisteredContainer,
  volumes: readonly RegisteredVolume[],
  { region, account }: TaskPlace,
): readonly Call[] {
  const arn = (resource: string): string => `arn:aws:elasticfilesystem:${region}:${account}:${resource}`;
  return mountPoints.flatMap(({ sourceVolume, readOnly = false }) => {
    const efs = volumes.find(({ name }) => name === sourceVolume)?.efsVolumeConfiguration;
    const { iam, accessPointId } = efs?.authorizationConfig ?? {};
    if (efs === undefined || iam !== 'ENABLED') {
      return [];
    }
    const context: Record<string, string> =
      accessPointId === undefined
        ? {}
        : { 'elasticfilesystem:AccessPointArn': arn(`access-point/${accessPointId}`) };
    const actions = readOnly ? ['ClientMount'] : ['ClientMount', 'ClientWrite'];
    return actions.map((action) => ({
      action: `elasticfilesystem:${action}`,
      resource: arn(`file-system/${efs.fileSystemId}`),
      context,
    }));
  });
}

/** A setting of the collector's configuration, which is JSON or YAML. */
function settingIn(config: string, name: string): string {
  const found = new RegExp(`"?${name}"?:\\s*"?([^",\\s}]+)`).exec(config)?.[1];
  if (found === undefined) {
    throw new Error(`the collector's configuration names no ${name}: ${config.slice(0, 200)}`);
  }
  return found;
}

function streamArn({ region, account }: TaskPlace, group: string, stream: string): string {
  return `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:${stream}`;
}
