import * as z from 'zod';
import { findCycle } from './platform/cycle';
import { loadBalancerSchema, networkSchema } from './platform/network-schema';
import { buildSchema, repositoriesSchema } from './platform/pipeline-schema';
import { type ServiceConfig, serviceSchema } from './platform/service-schema';
import { refuse } from './problems';
import { ENVIRONMENT_NAME_PATTERN } from './service-name';

/** Days for which CloudWatch Logs can keep a group. */
const LOG_RETENTION_DAYS = [7, 14, 30, 60, 90, 180, 365] as const;

/** A service’s binding, which names each backend with it, must fit into a parameter’s 8 KB with 50 backends. */
const MOST_NAMESPACE_CHARACTERS = 50;

/** Names that the environment's own stacks, roles and security groups use. */
export const RESERVED_SERVICE_NAMES: readonly string[] = [
  'network',
  'cluster',
  'rollout',
  'monitoring',
  'gateway',
  'balancer',
  'members',
  'endpoints',
];

/** `platform.yaml`: what the platform team decides. */
export const platformSchema = z
  .strictObject({
    environment: z
      .string()
      .regex(
        ENVIRONMENT_NAME_PATTERN,
        'lower-case letters, digits and single dashes, starting with a letter, at most 20; not starting with aws, ssm, internal- or sg-, which AWS keeps for itself',
      )
      .describe('Prefix of every resource, so that several environments live in one account.'),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as eu-central-1')
      .default('us-west-2')
      .describe('AWS region.'),
    router: z
      .enum(['appmesh'])
      .default('appmesh')
      .describe('Traffic router. AWS retired App Mesh on 2026-09-30: `appmesh` serves rehearsal.'),
    namespace: z
      .string()
      .regex(
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/,
        'a DNS name such as yelb.local, its parts of at most 63 letters, digits and dashes',
      )
      .max(MOST_NAMESPACE_CHARACTERS)
      .describe('Private DNS namespace of the services.'),
    account: z
      .string()
      .regex(/^\d{12}$/, 'the 12 digits of an AWS account')
      .optional()
      .describe('AWS account that the environment belongs to; a deploy with other credentials is refused.'),
    network: networkSchema.prefault({}),
    load_balancer: loadBalancerSchema.prefault({}),
    repositories: repositoriesSchema.prefault({}),
    build: buildSchema.prefault({}),
    log_retention_days: z.literal(LOG_RETENTION_DAYS).default(30).describe('Days that logs are kept.'),
    ingress: z.string().describe('The service that users reach through the load balancer.'),
    drain_seconds: z
      .int()
      .min(5)
      .max(300)
      .default(30)
      .describe('Seconds from a version’s last traffic to the end of its tasks.'),
    envoy_image: z
      .string()
      .default('public.ecr.aws/appmesh/aws-appmesh-envoy:v1.34.13.0-prod')
      .describe('Image of the proxy beside each task.'),
    notifications: z
      .strictObject({ email: z.array(z.email()).max(10).default([]) })
      .prefault({})
      .describe('Who hears of rollouts.'),
    services: z.array(serviceSchema).min(1).max(200).describe('The services.'),
  })
  .superRefine((platform, context) => {
    const names = platform.services.map((service) => service.name);
    for (const [index, service] of platform.services.entries()) {
      checkService(platform.services, service, index, context);
      if (names.indexOf(service.name) < index) {
        refuse(context, ['services', index, 'name'], service.name, 'each name once', 'rename one of the two');
      }
      if (RESERVED_SERVICE_NAMES.includes(service.name)) {
        const allowed = `any name but ${RESERVED_SERVICE_NAMES.join(', ')}, which the environment uses itself`;
        refuse(context, ['services', index, 'name'], service.name, allowed, 'rename the service');
      }
    }
    checkIngress(platform, names, context);
    checkCertificate(platform, context);
    checkCycle(platform.services, context);
  })
  .describe('platform.yaml: the platform team’s decisions.');

function checkIngress(
  platform: { readonly ingress: string; readonly services: readonly ServiceConfig[] },
  names: readonly string[],
  context: z.RefinementCtx,
): void {
  const ingress = platform.services.find((service) => service.name === platform.ingress);
  if (ingress === undefined) {
    refuse(
      context,
      ['ingress'],
      platform.ingress,
      `one of ${names.join(', ')}`,
      'name a service of this file',
    );
  } else if (ingress.protocol === 'tcp' || ingress.protocol === 'grpc') {
    const allowed =
      'a service that speaks http or http2: the load balancer carries no tcp, and checks a grpc target with grpc calls, ' +
      'which the gateway’s proxy does not answer';
    refuse(
      context,
      ['ingress'],
      `${platform.ingress}, which speaks ${ingress.protocol}`,
      allowed,
      'choose another ingress service',
    );
  }
}

/** A certificate is of one account and region; a load balancer uses none from elsewhere. */
function checkCertificate(
  platform: {
    readonly region: string;
    readonly account?: string | undefined;
    readonly load_balancer: { readonly certificate_arn?: string | undefined };
  },
  context: z.RefinementCtx,
): void {
  const arn = platform.load_balancer.certificate_arn;
  const [, , , region, account] = arn?.split(':') ?? [];
  const path = ['load_balancer', 'certificate_arn'];
  if (arn !== undefined && region !== platform.region) {
    const todo = `request or import the certificate in ${platform.region}`;
    refuse(context, path, arn, `a certificate of region ${platform.region}`, todo);
  }
  if (arn !== undefined && platform.account !== undefined && account !== platform.account) {
    const todo = 'correct one of the two';
    refuse(context, path, arn, `a certificate of account ${platform.account}, as "account" says`, todo);
  }
}

function checkCycle(services: readonly ServiceConfig[], context: z.RefinementCtx): void {
  const cycle = findCycle(new Map(services.map(({ name, backends }) => [name, backends])));
  // One that calls itself has been refused already.
  if (cycle !== null && cycle.length > 2) {
    const index = services.findIndex(({ name }) => name === cycle[0]);
    const position = services[index]?.backends.indexOf(cycle[1] ?? '') ?? 0;
    refuse(
      context,
      ['services', index, 'backends', position],
      cycle.join(' → '),
      'backends without a cycle: in one, no service can be released first',
      'remove one of these backends',
    );
  }
}

function checkService(
  services: readonly ServiceConfig[],
  service: ServiceConfig,
  index: number,
  context: z.RefinementCtx,
): void {
  if (service.volume !== undefined && service.split !== undefined) {
    // Even a split of one version: the change from one to the next runs both for a while.
    const allowed = 'no split for a service with a volume: two versions on one set of files would ruin them';
    const todo = 'remove split, and release with strategy all_at_once';
    refuse(context, ['services', index, 'split'], `${service.split.length} versions`, allowed, todo);
  }
  const byPort = new Map<number, ServiceConfig>();
  for (const [position, name] of service.backends.entries()) {
    const path = ['services', index, 'backends', position];
    const backend = services.find((other) => other.name === name);
    if (backend === undefined || name === service.name) {
      refuse(context, path, name, 'another service of this file', 'correct the name or remove it');
    } else if (service.backends.indexOf(name) < position) {
      refuse(context, path, name, 'each backend once', 'remove the second one');
    } else {
      const allowed = whyPortIsTaken(backend, byPort.get(backend.port));
      if (allowed !== null) {
        refuse(context, path, name, allowed, 'give one of the two another port');
      }
      byPort.set(backend.port, backend);
    }
  }
}

/** A caller's proxy has one listener per port: it tells http backends apart by name, and tcp ones not at all. */
function whyPortIsTaken(backend: ServiceConfig, other: ServiceConfig | undefined): string | null {
  if (other === undefined) {
    return null;
  }
  if (backend.protocol === 'tcp' && other.protocol === 'tcp') {
    return `one tcp backend per port (${other.name} has ${backend.port} too): a proxy tells tcp backends apart by port alone`;
  }
  return backend.protocol === other.protocol
    ? null
    : `backends of one protocol per port (${other.name} speaks ${other.protocol} on ${backend.port}): a proxy has one listener for a port`;
}

/** A valid platform.yaml with every default filled in. */
export type PlatformConfig = z.infer<typeof platformSchema>;
export type { ServiceConfig };
