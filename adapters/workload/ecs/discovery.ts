import {
  CreateServiceCommand,
  DeleteServiceCommand,
  ListServicesCommand,
  type ServiceDiscoveryClient,
  type ServiceSummary,
} from '@aws-sdk/client-servicediscovery';
import {
  type ServiceBinding,
  versionOfResource,
  versionResourceName,
} from '../../../core/config/service-binding';
import { CanaryError } from '../../../core/errors';
import { type AwsCall, callAws, isAwsError, missingInAnswer } from '../../aws-errors';
import { listAll } from '../../paging';
import { versionTags } from '../../version-tags';

/** Seconds that callers may remember a task's address. */
const DNS_TTL_SECONDS = 10;

/** A version that Cloud Map knows. */
export interface KnownVersion {
  readonly version: string;
  /** Milliseconds since the Unix epoch; 0 when Cloud Map does not say. */
  readonly createdAt: number;
}

/**
 * The Cloud Map services under which the tasks of each version register. A version's is the first thing made and
 * the last thing removed, so that listing them finds everything that is half done.
 */
export class VersionDiscovery {
  constructor(
    private readonly client: ServiceDiscoveryClient,
    private readonly binding: ServiceBinding,
  ) {}

  /** Makes the version's Cloud Map service unless it exists; returns its ARN. */
  async ensure(version: string): Promise<string> {
    const name = versionResourceName(this.binding, version);
    const call = this.call('CreateService', { service: name });
    const created = await callAws(call, async () => {
      try {
        const answer = await this.client.send(
          new CreateServiceCommand({
            Name: name,
            NamespaceId: this.binding.namespaceId,
            DnsConfig: { DnsRecords: [{ Type: 'A', TTL: DNS_TTL_SECONDS }], RoutingPolicy: 'MULTIVALUE' },
            // ECS reports container health here; without it unhealthy tasks would stay discoverable.
            HealthCheckCustomConfig: { FailureThreshold: 1 },
            Tags: versionTags(this.binding, version).map(({ key, value }) => ({ Key: key, Value: value })),
          }),
        );
        return answer.Service;
      } catch (error) {
        if (!isAwsError(error, 'ServiceAlreadyExists')) {
          throw error;
        }
        return (await this.find(name)) ?? null;
      }
    });
    if (created === null) {
      throw new CanaryError(
        'AwsCallFailed',
        `servicediscovery:CreateService on service "${name}" said that it exists, but namespace "${this.binding.namespaceId}" does not list it yet; the same call may succeed later`,
        { service: name, namespace: this.binding.namespaceId },
      );
    }
    if (created?.Arn === undefined) {
      throw missingInAnswer(call, 'Service.Arn');
    }
    return created.Arn;
  }

  /** Deletes the version's Cloud Map service. `pending` while tasks are still registered in it. */
  async remove(version: string): Promise<'pending' | 'removed'> {
    const name = versionResourceName(this.binding, version);
    const found = await this.find(name);
    if (found === undefined) {
      return 'removed';
    }
    return callAws(this.call('DeleteService', { service: name, id: found.Id }), async () => {
      try {
        await this.client.send(new DeleteServiceCommand({ Id: found.Id }));
        return 'removed';
      } catch (error) {
        if (isAwsError(error, 'ServiceNotFound')) {
          return 'removed';
        }
        if (isAwsError(error, 'ResourceInUse')) {
          return 'pending';
        }
        throw error;
      }
    });
  }

  /** Versions of this service that have a Cloud Map service. */
  async list(): Promise<readonly KnownVersion[]> {
    const services = await this.services();
    return services.flatMap((service) => {
      const version = versionOfResource(this.binding, service.Name ?? '');
      return version === null ? [] : [{ version, createdAt: service.CreateDate?.getTime() ?? 0 }];
    });
  }

  private async find(name: string): Promise<ServiceSummary | undefined> {
    return (await this.services()).find((service) => service.Name === name);
  }

  /** Cloud Map cannot be asked by name: the whole namespace is read. */
  private services(): Promise<ServiceSummary[]> {
    const { namespaceId } = this.binding;
    return listAll((NextToken) =>
      callAws(this.call('ListServices', {}), async () => {
        const answer = await this.client.send(
          new ListServicesCommand({
            Filters: [{ Name: 'NAMESPACE_ID', Values: [namespaceId], Condition: 'EQ' }],
            MaxResults: 100,
            ...(NextToken === undefined ? {} : { NextToken }),
          }),
        );
        return { items: answer.Services, next: answer.NextToken };
      }),
    );
  }

  private call(operation: string, on: AwsCall['on']): AwsCall {
    return {
      action: `servicediscovery:${operation}`,
      on: { ...on, namespace: this.binding.namespaceId },
    };
  }
}
