import type { ApiOperation } from '../../api';
import { textOf } from '../../server/validation';
import { bareId, type DiscoveryStore } from './store';

type Input = Record<string, unknown>;

/** Builds operations with what IAM evaluates for them, from AWS's service authorization reference. */
export class OperationBuilder {
  constructor(private readonly store: DiscoveryStore) {}

  /** An action without resource level. */
  unscoped(name: string, run: ApiOperation['run']): ApiOperation {
    return { iamAction: `servicediscovery:${name}`, resources: () => ['*'], run };
  }

  /** An action on the namespace whose id or ARN stands in `member`. */
  onNamespace(name: string, member: string, run: ApiOperation['run']): ApiOperation {
    return {
      iamAction: `servicediscovery:${name}`,
      resources: (input) => [this.#arn('namespace', input[member])],
      context: (input) => this.resourceTags(this.#arn('namespace', input[member])),
      run,
    };
  }

  /** An action on the service whose id or ARN stands in `member`. */
  onService(name: string, member: string, run: ApiOperation['run']): ApiOperation {
    return {
      iamAction: `servicediscovery:${name}`,
      resources: (input) => [this.#arn('service', input[member])],
      context: (input) => {
        const arn = this.#arn('service', input[member]);
        return { 'servicediscovery:ServiceArn': arn, ...this.resourceTags(arn) };
      },
      run,
    };
  }

  /** `CreateService`: evaluated on the namespace and on the service, whose id does not exist yet. */
  createService(run: ApiOperation['run']): ApiOperation {
    const namespaceArn = (input: Input) => this.#arn('namespace', namespaceIdOf(input) ?? '*');
    return {
      iamAction: 'servicediscovery:CreateService',
      resources: (input) => [namespaceArn(input), this.store.arn('service', '*')],
      context: (input) => ({ 'servicediscovery:NamespaceArn': namespaceArn(input), ...requestTags(input) }),
      alsoNeeds: tagPermission,
      run,
    };
  }

  /** `CreatePrivateDnsNamespace`. */
  createNamespace(run: ApiOperation['run']): ApiOperation {
    return {
      ...this.unscoped('CreatePrivateDnsNamespace', run),
      context: requestTags,
      alsoNeeds: tagPermission,
    };
  }

  /** `DiscoverInstances`: evaluated on namespace and service, found by their names. */
  discover(run: ApiOperation['run']): ApiOperation {
    return {
      iamAction: 'servicediscovery:DiscoverInstances',
      resources: ({ NamespaceName, ServiceName }) => {
        const namespace = [...this.store.namespaces.values()].find(({ name }) => name === NamespaceName);
        const service = this.store.servicesOf(namespace?.id ?? '').find(({ name }) => name === ServiceName);
        return [
          namespace?.arn ?? this.store.arn('namespace', '*'),
          service?.arn ?? this.store.arn('service', '*'),
        ];
      },
      context: ({ NamespaceName, ServiceName }) => ({
        'servicediscovery:NamespaceName': textOf(NamespaceName),
        'servicediscovery:ServiceName': textOf(ServiceName),
      }),
      run,
    };
  }

  /** The tags of an existing resource as condition keys. */
  resourceTags(arn: string): Record<string, string> {
    const tags = this.store.tags.get(arn) ?? new Map<string, string>();
    return Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
  }

  #arn(kind: 'namespace' | 'service', idOrArn: unknown): string {
    return this.store.arn(kind, bareId(textOf(idOrArn)));
  }
}

/** The namespace of a new service: the service's own member, or the older one within its DNS settings. */
export function namespaceIdOf(input: Input): string | undefined {
  const dns = input.DnsConfig;
  const nested = typeof dns === 'object' && dns !== null ? (dns as Input).NamespaceId : undefined;
  const found = input.NamespaceId ?? nested;
  return typeof found === 'string' ? found : undefined;
}

function requestTags({ Tags }: Input): Record<string, string> {
  if (!Array.isArray(Tags)) return {};
  return Object.fromEntries(Tags.map((tag) => [`aws:RequestTag/${textOf(tag?.Key)}`, textOf(tag?.Value)]));
}

function tagPermission(input: Input) {
  const hasTags = Array.isArray(input.Tags) && input.Tags.length > 0;
  return hasTags
    ? [{ action: 'servicediscovery:TagResource', resources: ['*'], context: requestTags(input) }]
    : [];
}
