import type {
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
  Tag,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { ApiError, type ApiOperation, type ApiService } from '../../api';
import { pageOf } from '../paging';
import { ECS_PAGES, missing, tagPermission } from './clusters';
import type { TaskDefinitionModel } from './model';
import { familyAndRevision, requiredText } from './names';
import type { EcsStore } from './store';
import { checkTaskDefinition } from './task-definition-rules';

interface OneInput {
  readonly taskDefinition?: string;
  readonly include?: readonly string[];
}

interface ListInput {
  readonly familyPrefix?: string;
  readonly status?: string;
  readonly sort?: 'ASC' | 'DESC';
  readonly nextToken?: string;
  readonly maxResults?: number;
}

/** Registering, describing, listing, deregistering and deleting task definitions. */
export function taskDefinitionOperations(store: EcsStore): ApiService['operations'] {
  const describe: ApiOperation<OneInput> = {
    iamAction: 'ecs:DescribeTaskDefinition',
    resources: () => ['*'],
    run: (input) => {
      const found = store.taskDefinition(requiredText(input.taskDefinition, 'taskDefinition'));
      const withTags = input.include?.includes('TAGS') ?? false;
      return { taskDefinition: renderTaskDefinition(found), ...(withTags ? { tags: found.tags } : {}) };
    },
  };
  const deregister: ApiOperation<OneInput> = {
    iamAction: 'ecs:DeregisterTaskDefinition',
    resources: () => ['*'],
    run: (input) => ({ taskDefinition: renderTaskDefinition(deactivate(store, input)) }),
  };
  const list: ApiOperation<ListInput> = {
    iamAction: 'ecs:ListTaskDefinitions',
    resources: () => ['*'],
    run: (input) => listArns(store, input),
  };
  return {
    RegisterTaskDefinition: registerOperation(store),
    DescribeTaskDefinition: describe,
    DeregisterTaskDefinition: deregister,
    ListTaskDefinitions: list,
    ListTaskDefinitionFamilies: {
      iamAction: 'ecs:ListTaskDefinitionFamilies',
      resources: () => ['*'],
      run: (input: ListInput) => listFamilies(store, input),
    },
    DeleteTaskDefinitions: deleteOperation(store),
  };
}

function registerOperation(store: EcsStore): ApiOperation<RegisterTaskDefinitionRequest> {
  // A revision's number is not known before the call: IAM evaluates the family with any revision.
  const arnOf = (input: RegisterTaskDefinitionRequest) => store.names.taskDefinition(input.family ?? '', '*');
  return {
    iamAction: 'ecs:RegisterTaskDefinition',
    resources: (input) => [arnOf(input)],
    context: (input) => ({
      ...(input.cpu === undefined ? {} : { 'ecs:task-cpu': input.cpu }),
      ...(input.memory === undefined ? {} : { 'ecs:task-memory': input.memory }),
    }),
    alsoNeeds: (input) => [
      ...[input.taskRoleArn, input.executionRoleArn]
        .filter((role) => role !== undefined && role !== '')
        .map((role) => ({
          action: 'iam:PassRole',
          resources: [role ?? ''],
          context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
        })),
      ...tagPermission(arnOf(input), 'RegisterTaskDefinition', input.tags),
    ],
    run: (input) => {
      const registered = register(store, input);
      return { taskDefinition: renderTaskDefinition(registered), tags: registered.tags };
    },
  };
}

function register(store: EcsStore, input: RegisterTaskDefinitionRequest): TaskDefinitionModel {
  checkTaskDefinition(input);
  const family = input.family ?? '';
  const revision = (store.lastRevision.get(family) ?? 0) + 1;
  const { tags, ...rest } = structuredClone(input);
  const now = store.context.clock.now();
  const model: TaskDefinitionModel = {
    arn: store.names.taskDefinition(family, revision),
    family,
    revision,
    status: 'ACTIVE',
    definition: completed(rest, store.names.taskDefinition(family, revision), revision, now),
    registeredAt: now,
    tags: tags ?? ([] as Tag[]),
  };
  store.lastRevision.set(family, revision);
  store.families.set(family, [...(store.families.get(family) ?? []), model]);
  store.context.changed(`ecs:task-definition:${family}:${revision}`);
  return model;
}

/** The defaults that ECS fills in. */
function completed(
  input: RegisterTaskDefinitionRequest,
  taskDefinitionArn: string,
  revision: number,
  registeredAt: number,
): TaskDefinition {
  const asked = input.requiresCompatibilities ?? [];
  return {
    ...input,
    taskDefinitionArn,
    revision,
    status: 'ACTIVE',
    containerDefinitions: (input.containerDefinitions ?? []).map((each) => completedContainer(each, input)),
    volumes: input.volumes ?? [],
    placementConstraints: input.placementConstraints ?? [],
    compatibilities: [...new Set(['EC2' as const, ...asked])],
    registeredAt: new Date(registeredAt),
  };
}

function completedContainer(
  container: ContainerDefinition,
  { networkMode }: RegisterTaskDefinitionRequest,
): ContainerDefinition {
  return {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...mapping,
      hostPort: mapping.hostPort ?? (networkMode === 'awsvpc' ? mapping.containerPort : 0),
      protocol: mapping.protocol ?? 'tcp',
    })),
    healthCheck: container.healthCheck && { interval: 30, timeout: 5, retries: 3, ...container.healthCheck },
  };
}

function renderTaskDefinition(model: TaskDefinitionModel): TaskDefinition {
  return {
    ...model.definition,
    status: model.status,
    ...(model.deregisteredAt === undefined ? {} : { deregisteredAt: new Date(model.deregisteredAt) }),
  };
}

function deactivate(store: EcsStore, input: OneInput): TaskDefinitionModel {
  const given = requiredText(input.taskDefinition, 'taskDefinition');
  if (familyAndRevision(given).revision === undefined)
    throw new ApiError(
      'ClientException',
      'Unable to deregister task definition: give its revision (family:revision).',
    );
  const model = store.taskDefinition(given);
  if (model.status === 'ACTIVE') model.deregisteredAt = store.context.clock.now();
  model.status = 'INACTIVE';
  return model;
}

function listArns(store: EcsStore, input: ListInput) {
  const wanted = input.status ?? 'ACTIVE';
  const arns = [...store.families]
    .filter(([family]) => input.familyPrefix === undefined || family === input.familyPrefix)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, revisions]) => revisions)
    .filter(({ status }) => wanted === 'ALL' || status === wanted)
    .map(({ arn }) => arn);
  const sorted = input.sort === 'DESC' ? arns.reverse() : arns;
  const page = pageOf(sorted, input.nextToken, input.maxResults, ECS_PAGES);
  return { taskDefinitionArns: page.items, nextToken: page.nextToken };
}

/** Here the prefix is one, unlike in ListTaskDefinitions, where it is a whole family. */
function listFamilies(store: EcsStore, input: ListInput) {
  const wanted = input.status ?? 'ALL';
  const families = [...store.families]
    .filter(([family]) => family.startsWith(input.familyPrefix ?? ''))
    .filter(([, revisions]) => {
      const isActive = revisions.some(({ status }) => status === 'ACTIVE');
      return revisions.length > 0 && (wanted === 'ALL' || isActive === (wanted === 'ACTIVE'));
    })
    .map(([family]) => family)
    .sort();
  const page = pageOf(families, input.nextToken, input.maxResults, ECS_PAGES);
  return { families: page.items, nextToken: page.nextToken };
}

function deleteOperation(store: EcsStore): ApiOperation<{ readonly taskDefinitions?: readonly string[] }> {
  const arnOf = (given: string) => {
    const { family, revision } = familyAndRevision(given);
    return store.names.taskDefinition(family, revision ?? '*');
  };
  return {
    iamAction: 'ecs:DeleteTaskDefinitions',
    resources: ({ taskDefinitions = [] }) => taskDefinitions.map(arnOf),
    run: ({ taskDefinitions = [] }) => deleteAll(store, taskDefinitions, arnOf),
  };
}

const MAX_DELETED = 10;

function deleteAll(store: EcsStore, given: readonly string[], arnOf: (given: string) => string) {
  if (given.length === 0 || given.length > MAX_DELETED)
    throw new ApiError('InvalidParameterException', `Specify 1 to ${MAX_DELETED} task definitions.`);
  const deleted: TaskDefinition[] = [];
  const failures: { arn: string; reason: string; detail?: string }[] = [];
  for (const each of given) {
    const { family, revision } = familyAndRevision(each);
    const revisions = store.families.get(family) ?? [];
    const model = revisions.find((candidate) => candidate.revision === revision);
    if (model === undefined) failures.push({ arn: arnOf(each), reason: missing('').reason ?? '' });
    else if (model.status === 'ACTIVE')
      failures.push({
        arn: model.arn,
        reason:
          'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
      });
    else {
      store.families.set(
        family,
        revisions.filter((candidate) => candidate !== model),
      );
      deleted.push({ ...renderTaskDefinition(model), status: 'DELETE_IN_PROGRESS' });
    }
  }
  return { taskDefinitions: deleted, failures };
}
