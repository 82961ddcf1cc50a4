import { COLLECTOR_HEALTH_PORT } from './config';

/**
 * Image of the collector: AWS's distribution of OpenTelemetry. Fixed, because the configuration was proven with
 * the components of this release (docs/adr/0009-collector-beside-each-proxy.md).
 */
export const COLLECTOR_IMAGE = 'public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0';

/** Name of the container. */
export const COLLECTOR_CONTAINER = 'collector';

/** The proxy's user, whose traffic the mesh does not redirect: metrics must arrive when the mesh is broken, too. */
export const COLLECTOR_USER = '1337';

/** Most memory of the container in MiB. Reaching it ends the collector, not the task. */
export const COLLECTOR_MEMORY_MIB = 160;

/** Asks the collector's own check; the image has no shell. */
export const COLLECTOR_CHECK = ['CMD', '/healthcheck', '-port', String(COLLECTOR_HEALTH_PORT)] as const;

/** Environment of the proxy that makes it send its statistics to the collector, on loopback. */
export const PROXY_STATISTICS_ENVIRONMENT = { ENABLE_ENVOY_DOG_STATSD: '1' } as const;

/** Log group of an environment from which CloudWatch makes the proxies' metrics; one stream per service. */
export function metricsLogGroupName(environment: string): string {
  return `/ecs-canary/${environment}/metrics`;
}

/** Environment of the collector's container. */
export function collectorEnvironment(config: string): Readonly<Record<string, string>> {
  return {
    // Read by the AWS distribution before any file.
    AOT_CONFIG_CONTENT: config,
    // Go's collector gives memory back before the container's limit ends it.
    GOMEMLIMIT: `${Math.floor(COLLECTOR_MEMORY_MIB * 0.75)}MiB`,
  };
}
