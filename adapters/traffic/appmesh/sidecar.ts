import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { PROXY_STATISTICS_ENVIRONMENT } from '../../../core/collector/container';
import { type ServiceBinding, versionResourceName } from '../../../core/config/service-binding';
import { InvalidInput } from '../../../core/errors';

/** The proxy's user. Its traffic is not redirected to itself, so no other container may run as it. */
const PROXY_USER = '1337';
const ADMIN_PORT = 9901;
/** Seconds that the proxy goes on serving after it was told to end; must be below `STOP_SECONDS`. */
const DRAIN_SECONDS = 20;
const STOP_SECONDS = 40;
/** A file system is reached beside the proxy, as AWS asks of tasks with Amazon EFS in a mesh. */
const NFS_PORT = '2049';
/** Addresses of the task's own metadata and of the instance's, which must not go through the proxy. */
const METADATA_ADDRESSES = '169.254.170.2,169.254.169.254';

/**
 * Adds to a task definition what App Mesh needs: the proxy, the redirection of the task's traffic through it, and
 * an application that starts only after it.
 * @throws {InvalidInput} when the application would run as the proxy's user and so bypass it.
 */
export function addProxy(
  binding: ServiceBinding,
  version: string,
  definition: RegisterTaskDefinitionCommandInput,
): RegisterTaskDefinitionCommandInput {
  const application = (definition.containerDefinitions ?? []).map((container) => dependOnProxy(container));
  return {
    ...definition,
    containerDefinitions: [...application, renderProxy(binding, version)],
    proxyConfiguration: {
      type: 'APPMESH',
      containerName: 'envoy',
      properties: [
        { name: 'IgnoredUID', value: PROXY_USER },
        { name: 'ProxyIngressPort', value: '15000' },
        { name: 'ProxyEgressPort', value: '15001' },
        { name: 'AppPorts', value: String(binding.port) },
        { name: 'EgressIgnoredIPs', value: METADATA_ADDRESSES },
        ...(mountsFiles(definition) ? [{ name: 'EgressIgnoredPorts', value: NFS_PORT }] : []),
      ],
    },
  };
}

function mountsFiles(definition: RegisterTaskDefinitionCommandInput): boolean {
  return (definition.volumes ?? []).some((volume) => volume.efsVolumeConfiguration !== undefined);
}

function dependOnProxy(container: ContainerDefinition): ContainerDefinition {
  if (container.user?.split(':')[0] === PROXY_USER) {
    throw new InvalidInput('taskdef.json', [
      {
        path: 'container.user',
        received: `"${container.user}"`,
        allowed: `any user but ${PROXY_USER}, whose traffic bypasses the mesh because it is the proxy's`,
        todo: 'name another user',
      },
    ]);
  }
  return { ...container, dependsOn: [{ containerName: 'envoy', condition: 'HEALTHY' }] };
}

function renderProxy(binding: ServiceBinding, version: string): ContainerDefinition {
  const node = `mesh/${binding.router.mesh}/virtualNode/${versionResourceName(binding, version)}`;
  const environment = {
    APPMESH_RESOURCE_ARN: node,
    ...PROXY_STATISTICS_ENVIRONMENT,
    ENVOY_ADMIN_ACCESS_PORT: String(ADMIN_PORT),
    ENVOY_LOG_LEVEL: 'info',
    LISTENER_DRAIN_WAIT_TIME_S: String(DRAIN_SECONDS),
  };
  return {
    name: 'envoy',
    image: binding.router.envoyImage,
    essential: true,
    user: PROXY_USER,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    portMappings: [15000, 15001].map((containerPort) => ({ containerPort, protocol: 'tcp' })),
    healthCheck: {
      command: [
        'CMD-SHELL',
        `curl -s http://localhost:${ADMIN_PORT}/server_info | grep state | grep -q LIVE`,
      ],
      interval: 5,
      timeout: 2,
      retries: 3,
      startPeriod: 10,
    },
    ulimits: [{ name: 'nofile', softLimit: 15_000, hardLimit: 15_000 }],
    stopTimeout: STOP_SECONDS,
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': binding.logGroup,
        'awslogs-region': binding.region,
        'awslogs-stream-prefix': `${version}-envoy`,
      },
    },
  };
}
