import type { Listener, VirtualNodeSpec } from '@aws-sdk/client-app-mesh';
import type { DiscoveredInstance, MeshPlan, MeshTask } from '../../contracts';
import {
  type Address,
  compoundId,
  DEFAULT_IDLE_MILLIS,
  DEFAULT_REQUEST_TIMEOUT_MILLIS,
  type HealthProbe,
  INGRESS_PORT,
  type IngressListener,
  type MeshProtocol,
  type Target,
} from './model';
import { durationMillis } from './virtual-services';

/** Where the version's tasks are, as Cloud Map would answer: healthy ones, or all when none is healthy. */
export function nodeEndpoints(
  spec: VirtualNodeSpec,
  instances: readonly DiscoveredInstance[],
): readonly Address[] {
  const map = spec.serviceDiscovery?.awsCloudMap;
  const known = instances.filter(
    (one) => one.namespaceName === map?.namespaceName && one.serviceName === map?.serviceName,
  );
  const healthy = known.filter((one) => one.healthy);
  const hosts = new Set((healthy.length > 0 ? healthy : known).map((one) => one.ip));
  return [...hosts].sort().map((host) => ({ host, port: INGRESS_PORT }));
}

function healthProbe(listener: Listener | undefined): HealthProbe | undefined {
  const check = listener?.healthCheck;
  if (check === undefined) return undefined;
  return {
    protocol: (check.protocol ?? 'http') as MeshProtocol,
    path: check.path ?? '/',
    healthyThreshold: check.healthyThreshold ?? 2,
    unhealthyThreshold: check.unhealthyThreshold ?? 2,
    intervalMillis: check.intervalMillis ?? 5000,
    timeoutMillis: check.timeoutMillis ?? 2000,
  };
}

/** One version as `caller` sees it; a node that does not exist has no endpoint. */
export function nodeTarget(plan: MeshPlan, caller: string, node: string): Target {
  const spec = plan.mesh.virtualNodes.find(({ name }) => name === node)?.spec;
  const listener = spec?.listeners?.[0];
  const probe = healthProbe(listener);
  return {
    id: compoundId(caller, node),
    caller,
    node,
    protocol: (listener?.portMapping?.protocol ?? 'http') as MeshProtocol,
    endpoints: spec === undefined ? [] : nodeEndpoints(spec, plan.instances),
    ...(probe === undefined ? {} : { healthProbe: probe }),
  };
}

function poolLimits(listener: Listener): IngressListener['pool'] {
  const pool = listener.connectionPool;
  if (pool === undefined) return undefined;
  const limits = pool.http ?? pool.tcp ?? pool.http2 ?? pool.grpc ?? {};
  return { ...limits };
}

/**
 * The inbound hop of a task; undefined when the node has no listener on the task's port, as on AWS, where the
 * proxy then takes nothing in and callers are refused.
 */
export function taskIngress(plan: MeshPlan, task: MeshTask): IngressListener | undefined {
  const spec = plan.mesh.virtualNodes.find(({ name }) => name === task.node)?.spec;
  const listener = spec?.listeners?.find(({ portMapping }) => portMapping?.port === task.appPort);
  if (listener === undefined) return undefined;
  const timeout = listener.timeout?.http ?? listener.timeout?.http2 ?? listener.timeout?.grpc;
  const pool = poolLimits(listener);
  return {
    id: compoundId('ingress', task.node, task.taskId),
    node: task.node,
    taskId: task.taskId,
    address: { host: task.ip, port: INGRESS_PORT },
    app: { host: task.ip, port: task.appPort },
    protocol: (listener.portMapping?.protocol ?? 'http') as MeshProtocol,
    timeoutMillis: durationMillis(timeout?.perRequest, DEFAULT_REQUEST_TIMEOUT_MILLIS),
    idleMillis: durationMillis((timeout ?? listener.timeout?.tcp)?.idle, DEFAULT_IDLE_MILLIS),
    ...(pool === undefined ? {} : { pool }),
  };
}
