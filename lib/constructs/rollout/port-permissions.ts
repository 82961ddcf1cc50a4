import type { Permission } from '../permission';

/** What the statements name: one environment's resources. */
export interface PermissionScope {
  readonly environment: string;
  /** DNS name of the services' namespace. */
  readonly namespace: string;
  readonly namespaceId: string;
  readonly tableArn: string;
  readonly topicArn: string;
  readonly topicKeyArn: string;
  readonly stateMachineName: string;
  readonly splitMachineName: string;
  /** ARN in the environment's account and region; region and account are left out on request (IAM). */
  arn(service: string, resource: string, options?: { readonly global: boolean }): string;
}

type Statements = (scope: PermissionScope) => readonly Permission[];

const NO_RESOURCE_LEVEL = 'AWS offers no resource-level control for these actions';
const VERSIONS_COME_AND_GO =
  'versions are created and removed by rollouts; the pattern is bound to this environment';

/** What each verb of each port needs; `adapters/PERMISSIONS.md` lists the calls behind every row. */
export const PORT_PERMISSIONS = {
  'store.load': (s) => [{ actions: ['dynamodb:GetItem'], resources: [s.tableArn] }],
  'store.save': (s) => [{ actions: ['dynamodb:PutItem'], resources: [s.tableArn] }],
  // Taking over what another execution drove.
  'store.fence': (s) => [{ actions: ['dynamodb:UpdateItem'], resources: [s.tableArn] }],
  'store.listVersions': (s) => [{ actions: ['dynamodb:Query'], resources: [s.tableArn] }],
  'directory.load': (s) => [
    {
      actions: ['ssm:GetParameter'],
      resources: [s.arn('ssm', `parameter/ecs-canary/${s.environment}/services/*`)],
      wildcard: 'services are added without touching this stack',
    },
  ],
  'router.addTarget': (s) => [
    {
      actions: ['appmesh:CreateVirtualNode', 'appmesh:DescribeVirtualNode', 'appmesh:TagResource'],
      resources: [versionNodes(s)],
      wildcard: VERSIONS_COME_AND_GO,
    },
    {
      actions: ['appmesh:CreateVirtualNode'],
      resources: [s.arn('appmesh', `mesh/${s.environment}/virtualService/*.${s.namespace}`)],
      wildcard: 'App Mesh checks the backends that a virtual node names; they are the platform’s services',
    },
  ],
  'router.getSplit': (s) => [
    { actions: ['appmesh:DescribeRoute'], resources: [routes(s)], wildcard: 'one route per service' },
  ],
  // The parts of `setSplit`: another split, one where there is no route, and none at all.
  'router.setSplit': (s) => routeWrites(s, 'appmesh:UpdateRoute'),
  'router.setFirstSplit': (s) => routeWrites(s, 'appmesh:CreateRoute'),
  'router.setNoTraffic': (s) => [
    { actions: ['appmesh:DeleteRoute'], resources: [routes(s)], wildcard: 'one route per service' },
  ],
  'router.removeTarget': (s) => [
    { actions: ['appmesh:DescribeRoute'], resources: [routes(s)], wildcard: 'one route per service' },
    {
      actions: ['appmesh:DeleteVirtualNode'],
      resources: [versionNodes(s)],
      wildcard: VERSIONS_COME_AND_GO,
    },
  ],
  'workload.create': (s) => [
    {
      actions: ['ecs:DescribeServices', 'ecs:CreateService', 'ecs:UpdateService', 'ecs:TagResource'],
      resources: [versionServices(s)],
      wildcard: VERSIONS_COME_AND_GO,
    },
    {
      actions: ['ecs:RegisterTaskDefinition', 'ecs:TagResource'],
      resources: [s.arn('ecs', `task-definition/${s.environment}-*:*`)],
      wildcard: VERSIONS_COME_AND_GO,
    },
    {
      actions: ['ecs:ListTaskDefinitions', 'ecs:DescribeTaskDefinition'],
      resources: ['*'],
      wildcard: NO_RESOURCE_LEVEL,
    },
    {
      actions: ['servicediscovery:CreateService'],
      resources: [s.arn('servicediscovery', `namespace/${s.namespaceId}`)],
    },
    {
      actions: ['servicediscovery:CreateService'],
      resources: [s.arn('servicediscovery', 'service/*')],
      wildcard: 'Cloud Map names services by a random id',
    },
    {
      actions: ['servicediscovery:TagResource'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestTag/ecs-canary:environment': s.environment } },
      wildcard:
        'Cloud Map has no resource-level control for it; the condition admits this environment’s tag alone',
    },
    {
      actions: ['iam:PassRole'],
      resources: ['task', 'execution'].map((kind) =>
        s.arn('iam', `role/${s.environment}-*-${kind}`, { global: true }),
      ),
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      wildcard: 'two roles per service, owned by the service’s stack, passed to ECS tasks alone',
    },
  ],
  'workload.describe': (s) => [
    { actions: ['ecs:DescribeServices'], resources: [versionServices(s)], wildcard: VERSIONS_COME_AND_GO },
    {
      actions: ['ecs:ListTasks'],
      resources: ['*'],
      conditions: inCluster(s),
      wildcard: 'AWS controls this action by cluster, which the condition names',
    },
    {
      actions: ['ecs:DescribeTasks'],
      resources: [s.arn('ecs', `task/${s.environment}/*`)],
      wildcard: 'tasks are named by a random id below the cluster',
    },
    { actions: ['ecs:DescribeTaskDefinition'], resources: ['*'], wildcard: NO_RESOURCE_LEVEL },
  ],
  'workload.countRunning': (s) => [
    { actions: ['ecs:DescribeServices'], resources: [versionServices(s)], wildcard: VERSIONS_COME_AND_GO },
  ],
  'workload.scale': (s) => [
    { actions: ['ecs:UpdateService'], resources: [versionServices(s)], wildcard: VERSIONS_COME_AND_GO },
  ],
  'workload.remove': (s) => [
    {
      actions: ['ecs:DescribeServices', 'ecs:UpdateService', 'ecs:DeleteService'],
      resources: [versionServices(s)],
      wildcard: VERSIONS_COME_AND_GO,
    },
    {
      actions: ['ecs:ListTaskDefinitions', 'ecs:DeregisterTaskDefinition', 'servicediscovery:ListServices'],
      resources: ['*'],
      wildcard: NO_RESOURCE_LEVEL,
    },
    {
      actions: ['servicediscovery:DeleteService'],
      resources: [s.arn('servicediscovery', 'service/*')],
      conditions: { StringEquals: { 'aws:ResourceTag/ecs-canary:environment': s.environment } },
      wildcard: 'Cloud Map names services by a random id; the condition admits this environment’s alone',
    },
  ],
  'workload.list': () => [
    { actions: ['ecs:ListTaskDefinitionFamilies'], resources: ['*'], wildcard: NO_RESOURCE_LEVEL },
  ],
  'taskLogs.read': (s) => [
    {
      actions: ['logs:GetLogEvents'],
      resources: [s.arn('logs', `log-group:/ecs-canary/${s.environment}/services/*:log-stream:*`)],
      wildcard: 'every service of the environment has a log group of its own, every task a stream',
    },
  ],
  'metrics.read': () => [
    {
      actions: ['cloudwatch:GetMetricData', 'cloudwatch:DescribeAlarms'],
      resources: ['*'],
      wildcard: 'a check may name any metric or alarm, and GetMetricData has no resource-level control',
    },
  ],
  'notifier.notify': (s) => [
    { actions: ['sns:Publish'], resources: [s.topicArn] },
    { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [s.topicKeyArn] },
  ],
  'executions.stateOf': (s) => [
    {
      actions: ['states:DescribeExecution'],
      resources: [s.stateMachineName, s.splitMachineName].map((name) =>
        s.arn('states', `execution:${name}:*`),
      ),
      wildcard: 'every rollout and every change of a split is an execution of its own',
    },
  ],
  'executions.startSplit': (s) => [
    {
      actions: ['states:StartExecution'],
      resources: [s.arn('states', `stateMachine:${s.splitMachineName}`)],
    },
    {
      actions: ['states:DescribeExecution'],
      resources: [s.arn('states', `execution:${s.splitMachineName}:*`)],
      wildcard: 'every change of a split is an execution of its own',
    },
  ],
  'executions.start': (s) => [
    {
      actions: ['states:StartExecution'],
      resources: [s.arn('states', `stateMachine:${s.stateMachineName}`)],
    },
    {
      actions: ['states:DescribeExecution'],
      resources: [s.arn('states', `execution:${s.stateMachineName}:*`)],
      wildcard: 'every rollout is an execution of its own',
    },
  ],
} as const satisfies Record<string, Statements>;

/** A verb of a port, as the security model names it. */
export type PortVerb = keyof typeof PORT_PERMISSIONS;

function versionNodes(s: PermissionScope): string {
  return s.arn('appmesh', `mesh/${s.environment}/virtualNode/${s.environment}-*`);
}

function routes(s: PermissionScope): string {
  return s.arn('appmesh', `mesh/${s.environment}/virtualRouter/*/route/*`);
}

/** App Mesh checks the route, and the virtual nodes that it names. */
function routeWrites(s: PermissionScope, action: string): readonly Permission[] {
  return [
    { actions: [action], resources: [routes(s)], wildcard: 'one route per service' },
    { actions: [action], resources: [versionNodes(s)], wildcard: VERSIONS_COME_AND_GO },
  ];
}

function versionServices(s: PermissionScope): string {
  return s.arn('ecs', `service/${s.environment}/${s.environment}-*`);
}

function inCluster(s: PermissionScope): Permission['conditions'] {
  return { ArnEquals: { 'ecs:cluster': s.arn('ecs', `cluster/${s.environment}`) } };
}
