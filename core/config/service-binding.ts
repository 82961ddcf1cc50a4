import * as z from 'zod';
import { PROTOCOLS } from './protocols';

/**
 * What the platform tells the rollout functions about one service. The service's own stack writes it as JSON
 * into the SSM parameter `serviceParameterName(environment, service)`, so that adding a service changes no
 * shared stack.
 */
export const serviceBindingSchema = z.strictObject({
  environment: z.string(),
  service: z.string(),
  region: z.string(),
  port: z.number().int(),
  protocol: z.enum(PROTOCOLS),
  /** Backends by service name, with the address at which tasks reach each: `host:port`. */
  backends: z.record(z.string(), z.string()),
  cluster: z.string(),
  subnets: z.array(z.string()),
  securityGroups: z.array(z.string()),
  executionRoleArn: z.string(),
  taskRoleArn: z.string(),
  logGroup: z.string(),
  /** Cloud Map namespace that versions register in. */
  namespaceId: z.string(),
  namespaceName: z.string(),
  /** Seconds between the last traffic and the end of a version's tasks. */
  drainSeconds: z.number().int(),
  /** True under manual split: builds are kept as available versions, and an operator gives them their weights. */
  manualSplit: z.boolean().optional(),
  /** Storage that outlives versions; left out for a service without `volume`. */
  volume: z.strictObject({ fileSystemId: z.string(), accessPointId: z.string() }).optional(),
  router: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('appmesh'),
      mesh: z.string(),
      virtualRouter: z.string(),
      virtualService: z.string(),
      route: z.string(),
      envoyImage: z.string(),
    }),
  ]),
});

export type ServiceBinding = z.infer<typeof serviceBindingSchema>;

/** Name of the SSM parameter that holds a service's binding. */
export function serviceParameterName(environment: string, service: string): string {
  return `/ecs-canary/${environment}/services/${service}`;
}

/** Name of the log group that holds what a service's tasks write, a stream per version, container and task. */
export function serviceLogGroupName(environment: string, service: string): string {
  return `/ecs-canary/${environment}/services/${service}`;
}

/** Name of every AWS resource of one version: `<environment>-<service>-<version>`. */
export function versionResourceName(
  binding: Pick<ServiceBinding, 'environment' | 'service'>,
  version: string,
): string {
  return `${binding.environment}-${binding.service}-${version}`;
}

/** The version in a resource name made by `versionResourceName`, or null when the name is not of this service. */
export function versionOfResource(
  binding: Pick<ServiceBinding, 'environment' | 'service'>,
  name: string,
): string | null {
  const prefix = `${binding.environment}-${binding.service}-`;
  const version = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return VERSION_PATTERN.test(version) ? version : null;
}

/** First 8 characters of the commit; `-2`, `-3` when the same commit is released again. */
export const VERSION_PATTERN = /^[0-9a-f]{8}(-[1-9][0-9]{0,3})?$/;
