import * as z from 'zod';
import { parseInput } from '../../server/validation';

const arnOrId = z.string().min(1).max(255);
const id = z.string().min(1).max(64);
const instanceId = id.regex(/^[0-9a-zA-Z_/:.@-]+$/, 'allowed are letters, digits and _ / : . @ -');
const attributes = z.record(z.string().min(1).max(255), z.string().max(1024));
const ttl = z.number().int().min(0).max(2_147_483_647);

export const tagList = z
  .array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
  .max(200);

const page = {
  NextToken: z.string().optional(),
  MaxResults: z.number().int().min(1).max(100).optional(),
};

const filters = <Name extends string>(...names: [Name, ...Name[]]) =>
  z
    .array(
      z.object({
        Name: z.enum(names),
        Values: z.array(z.string().min(1).max(255)).min(1),
        Condition: z.enum(['EQ', 'IN', 'BEGINS_WITH']).optional(),
      }),
    )
    .optional();

const dnsConfig = z.object({
  NamespaceId: arnOrId.optional(),
  RoutingPolicy: z.enum(['MULTIVALUE', 'WEIGHTED']).optional(),
  DnsRecords: z.array(z.object({ Type: z.enum(['SRV', 'A', 'AAAA', 'CNAME']), TTL: ttl })).min(1),
});

const SERVICE_NAME =
  /^(?=.{1,127}$)([a-zA-Z0-9_][a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9])(\.([a-zA-Z0-9_][a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9]))*$/;

/** Every operation's input. */
export const inputs = {
  CreatePrivateDnsNamespace: z.object({
    Name: z.string().regex(/^(?!arn:)[!-~]{1,253}$/, 'must be 1 to 253 printable characters'),
    Vpc: id,
    CreatorRequestId: id.optional(),
    Description: z.string().max(1024).optional(),
    Properties: z.object({ DnsProperties: z.object({ SOA: z.object({ TTL: ttl }) }) }).optional(),
    Tags: tagList.optional(),
  }),
  GetOperation: z.object({ OperationId: z.string().min(1).max(255) }),
  ById: z.object({ Id: arnOrId }),
  ListNamespaces: z.object({ ...page, Filters: filters('TYPE', 'NAME', 'RESOURCE_OWNER') }),
  CreateService: z.object({
    Name: z.string().regex(SERVICE_NAME, 'must be a DNS name of at most 127 characters'),
    NamespaceId: arnOrId.optional(),
    CreatorRequestId: id.optional(),
    Description: z.string().max(1024).optional(),
    DnsConfig: dnsConfig.optional(),
    HealthCheckCustomConfig: z
      .object({ FailureThreshold: z.number().int().min(1).max(10).optional() })
      .optional(),
    Type: z.enum(['HTTP']).optional(),
    Tags: tagList.optional(),
  }),
  ListServices: z.object({ ...page, Filters: filters('NAMESPACE_ID', 'RESOURCE_OWNER') }),
  RegisterInstance: z.object({
    ServiceId: arnOrId,
    InstanceId: instanceId,
    CreatorRequestId: id.optional(),
    Attributes: attributes,
  }),
  Instance: z.object({ ServiceId: arnOrId, InstanceId: id }),
  ListInstances: z.object({ ServiceId: arnOrId, ...page }),
  DiscoverInstances: z.object({
    NamespaceName: z.string().min(1).max(1024),
    ServiceName: z.string().min(1),
    MaxResults: z.number().int().min(1).max(1000).optional(),
    QueryParameters: attributes.optional(),
    OptionalParameters: attributes.optional(),
    HealthStatus: z.enum(['HEALTHY', 'UNHEALTHY', 'ALL', 'HEALTHY_OR_ELSE_ALL']).optional(),
  }),
  UpdateInstanceCustomHealthStatus: z.object({
    ServiceId: arnOrId,
    InstanceId: id,
    Status: z.enum(['HEALTHY', 'UNHEALTHY']),
  }),
  GetInstancesHealthStatus: z.object({
    ServiceId: arnOrId,
    Instances: z.array(id).min(1).optional(),
    ...page,
  }),
  TagResource: z.object({ ResourceARN: z.string().min(1).max(1011), Tags: tagList }),
  UntagResource: z.object({
    ResourceARN: z.string().min(1).max(1011),
    TagKeys: z.array(z.string()).max(200),
  }),
  ListTagsForResource: z.object({ ResourceARN: z.string().min(1).max(1011) }),
};

/** @throws ApiError `InvalidInput`. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  return parseInput(schema, input, 'InvalidInput');
}

/** How lists are paged. */
export const PAGE_RULES = { defaultSize: 100, maxSize: 100, tokenError: 'InvalidInput' };
