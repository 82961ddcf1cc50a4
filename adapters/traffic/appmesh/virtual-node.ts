import type { CreateVirtualNodeInput, HealthCheckPolicy, ListenerTimeout } from '@aws-sdk/client-app-mesh';
import { type ServiceBinding, versionResourceName } from '../../../core/config/service-binding';
import { versionTags } from '../../version-tags';

/** Seconds; as the route's own. */
const TCP_IDLE_SECONDS = 300;

/**
 * The virtual node of one version: the service's port and protocol, found through the Cloud Map service of the
 * same name, allowed to call the service's backends and nothing else.
 */
export function renderVirtualNode(binding: ServiceBinding, version: string): CreateVirtualNodeInput {
  const name = versionResourceName(binding, version);
  const timeout = renderTimeout(binding);
  return {
    meshName: binding.router.mesh,
    virtualNodeName: name,
    spec: {
      listeners: [
        {
          portMapping: { port: binding.port, protocol: binding.protocol },
          healthCheck: renderHealthCheck(binding),
          ...(timeout === undefined ? {} : { timeout }),
        },
      ],
      serviceDiscovery: { awsCloudMap: { namespaceName: binding.namespaceName, serviceName: name } },
      backends: Object.keys(binding.backends).map((backend) => ({
        virtualService: { virtualServiceName: `${backend}.${binding.namespaceName}` },
      })),
      logging: { accessLog: { file: { path: '/dev/stdout' } } },
    },
    tags: versionTags(binding, version).map(({ key, value }) => ({ key, value })),
  };
}

/**
 * Connections only: App Mesh knows no path of an application, and a path that one does not offer would take a good
 * version out of service. It finds tasks that are gone before discovery forgets them.
 */
function renderHealthCheck(binding: ServiceBinding): HealthCheckPolicy {
  return {
    protocol: 'tcp',
    port: binding.port,
    intervalMillis: 5000,
    timeoutMillis: 2000,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
  };
}

function renderTimeout(binding: ServiceBinding): ListenerTimeout | undefined {
  return binding.protocol === 'tcp' ? { tcp: { idle: { unit: 's', value: TCP_IDLE_SECONDS } } } : undefined;
}
