import type { RateLimit } from './rate-limit';

const ECS = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html';
const CLOUDWATCH = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html';
const STEP_FUNCTIONS = 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html';
const SYSTEMS_MANAGER = 'https://docs.aws.amazon.com/general/latest/gr/ssm.html';
/** What AWS's own controller of meshes allows itself; App Mesh publishes no rates. */
const MESH_CONTROLLER =
  'https://github.com/aws/aws-app-mesh-controller-for-k8s/blob/master/pkg/aws/throttle/defaults.go';
/** What AWS's own controller of Cloud Map calls the default limits; Cloud Map publishes that of DiscoverInstances only. */
const CLOUD_MAP_CONTROLLER =
  'https://github.com/aws/aws-cloud-map-mcs-controller-for-k8s/blob/main/pkg/common/ratelimiter.go';

const perService = (service: string, operations: readonly string[]) =>
  operations.map((operation) => `${service}:${operation}`);

/** A bucket of ECS: burst and rate are documented apart. */
const ecs = (name: string, operations: readonly string[], burst: number, perSecond: number): RateLimit => ({
  name: `ECS ${name}`,
  actions: perService('ecs', operations),
  burst,
  perSecond,
  source: ECS,
  basis: 'published',
});

/** A quota in calls per second, without a burst above it. */
const rate = (name: string, actions: readonly string[], perSecond: number, source: string): RateLimit => ({
  name,
  actions,
  burst: perSecond,
  perSecond,
  source,
  basis: 'published',
});

const cloudMap = (operation: string, burst: number, perSecond: number, source: string): RateLimit => ({
  name: `Cloud Map ${operation}`,
  actions: [`servicediscovery:${operation}`],
  burst,
  perSecond,
  source,
  basis: 'observed',
});

const appMesh = (name: string, verbs: readonly string[], burst: number, perSecond: number): RateLimit => ({
  name: `App Mesh ${name}`,
  actions: verbs.map((verb) => `appmesh:${verb}*`),
  burst,
  perSecond,
  source: MESH_CONTROLLER,
  basis: 'observed',
});

const machine = (operation: string, burst: number, perSecond: number): RateLimit => ({
  name: `Step Functions ${operation}`,
  actions: [`states:${operation}`],
  burst,
  perSecond,
  source: STEP_FUNCTIONS,
  basis: 'published',
});

/**
 * The default rates of the actions that rollouts use, per account in us-east-1; read on 2026-11-21. DynamoDB on demand
 * and SNS are left out: 4,000 writes a second of a new table and hundreds of messages a second are far above any use here.
 */
export const DEFAULT_RATE_LIMITS: readonly RateLimit[] = [
  ecs('task definition modify', ['RegisterTaskDefinition', 'DeregisterTaskDefinition'], 20, 1),
  ecs(
    'task definition read',
    ['DescribeTaskDefinition', 'ListTaskDefinitions', 'ListTaskDefinitionFamilies'],
    50,
    20,
  ),
  ecs('service modify', ['CreateService', 'UpdateService', 'DeleteService'], 50, 5),
  ecs('service read', ['DescribeServices', 'ListServices'], 100, 20),
  ecs('cluster resource read', ['ListTasks', 'DescribeTasks'], 100, 20),
  appMesh('read', ['Describe', 'List'], 5, 40),
  appMesh('modify', ['Create', 'Update', 'Delete'], 5, 8),
  cloudMap('ListServices', 10, 2, CLOUD_MAP_CONTROLLER),
  cloudMap('CreateService', 50, 5, CLOUD_MAP_CONTROLLER),
  cloudMap('DeleteService', 80, 8, MESH_CONTROLLER),
  rate('CloudWatch GetMetricData', ['cloudwatch:GetMetricData'], 500, CLOUDWATCH),
  rate('CloudWatch DescribeAlarms', ['cloudwatch:DescribeAlarms'], 9, CLOUDWATCH),
  rate(
    'Systems Manager parameters',
    ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'],
    40,
    SYSTEMS_MANAGER,
  ),
  machine('StartExecution', 1300, 300),
  machine('StopExecution', 1000, 200),
  machine('DescribeExecution', 300, 15),
];
