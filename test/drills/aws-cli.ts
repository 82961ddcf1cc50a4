import { PROXY_DIMENSION, PROXY_METRIC_NAMESPACE, TARGET_METRIC } from '../../core/health/proxy-metrics';
import type { Environment } from '../../rehearsal/environment/environment';
import { machineArn } from '../../rehearsal/environment/machines';
import { awsCli } from '../_helpers/aws-cli';

// biome-ignore lint/suspicious/noExplicitAny: each command prints something else, and tests look into it.
type Printed = any;

/** What an operator finds with the AWS CLI in a running rehearsal. */
export async function lookAround(
  environment: Environment,
  name: string,
  execution: string,
): Promise<Printed> {
  const { endpoint, deployed } = environment.aws;
  const aws = (...args: string[]): Promise<Printed> => awsCli(endpoint.url, deployed.region, ...args);
  const machine = machineArn(deployed, name, 'rollout');
  const service = `${name}-web-${environment.tracker.all().find((each) => each.service === 'web')?.version}`;
  const now = environment.clock.now();
  const [meshes, routes, services, tasks] = await Promise.all([
    aws('appmesh', 'list-meshes'),
    aws('appmesh', 'list-routes', '--mesh-name', name, '--virtual-router-name', 'web'),
    aws('ecs', 'list-services', '--cluster', name),
    aws('ecs', 'list-tasks', '--cluster', name, '--service-name', service),
  ]);
  const [route, described, task, namespaces, cloudMap] = await Promise.all([
    aws(
      ...['appmesh', 'describe-route', '--mesh-name', name, '--virtual-router-name', 'web'],
      ...['--route-name', routes.routes[0].routeName],
    ),
    aws('ecs', 'describe-services', '--cluster', name, '--services', service),
    aws('ecs', 'describe-tasks', '--cluster', name, '--tasks', tasks.taskArns[0]),
    aws('servicediscovery', 'list-namespaces'),
    aws('servicediscovery', 'list-services'),
  ]);
  const [executions, history, table, topics, groups] = await Promise.all([
    aws('stepfunctions', 'list-executions', '--state-machine-arn', machine),
    aws('stepfunctions', 'get-execution-history', '--execution-arn', execution),
    aws('dynamodb', 'list-tables'),
    aws('sns', 'list-topics'),
    aws('logs', 'describe-log-groups'),
  ]);
  const [items, parameter, metrics, instances] = await Promise.all([
    aws('dynamodb', 'scan', '--table-name', table.TableNames[0]),
    aws('ssm', 'get-parameter', '--name', `/ecs-canary/${name}/services/web`),
    aws(
      ...['cloudwatch', 'get-metric-data', '--start-time', new Date(now - 900_000).toISOString()],
      ...['--end-time', new Date(now).toISOString(), '--metric-data-queries', requestsQuery(name, service)],
    ),
    aws(
      ...['servicediscovery', 'list-instances', '--service-id'],
      cloudMap.Services.find((each: { Name: string }) => each.Name === service)?.Id,
    ),
  ]);
  return {
    ...{ service, meshes, route, services, described, task, namespaces, instances },
    ...{ executions, history, items, parameter, topics, metrics, groups },
  };
}

/** Requests that callers made to a version, per minute. */
function requestsQuery(mesh: string, node: string): string {
  const metric = {
    Namespace: PROXY_METRIC_NAMESPACE,
    MetricName: TARGET_METRIC.requests,
    Dimensions: [
      { Name: PROXY_DIMENSION.mesh, Value: mesh },
      { Name: PROXY_DIMENSION.target, Value: node },
    ],
  };
  return JSON.stringify([{ Id: 'requests', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } }]);
}
