import {
  CreateServiceCommand,
  DeleteServiceCommand,
  ListServicesCommand,
  ServiceAlreadyExists,
  type ServiceDiscoveryClient,
  type ServiceSummary,
} from '@aws-sdk/client-servicediscovery';
import { type ServiceBinding, versionResourceName } from '../../../core/config/service-binding';
import { type AwsCall, callAws, isAwsError, missingInAnswer } from '../../aws-errors';
import { listAll } from '../../paging';
import { versionTags } from '../../version-tags';

/** Seconds that callers may remember a task's address. */
const DNS_TTL_SECONDS = 10;

/**
 * The Cloud Map services under which the tasks of each version register. They are found by the ids that other answers
 * hold: Cloud Map can only list a whole namespace, and lets an account do that twice a second.
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
    const arn = await callAws(call, async () => {
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
        return answer.Service?.Arn;
      } catch (error) {
        if (error instanceof ServiceAlreadyExists) {
          return error.ServiceArn;
        }
        throw error;
      }
    });
    if (arn === undefined) {
      throw missingInAnswer(call, 'Service.Arn');
    }
    return arn;
  }

  /**
   * Deletes the version's Cloud Map service. `pending` while tasks are still registered in it.
   * @param arn Its ARN, where the version's ECS service told it; else the namespace is searched.
   */
  async remove(version: string, arn: string | undefined): Promise<'pending' | 'removed'> {
    const name = versionResourceName(this.binding, version);
    const id = arn === undefined ? await this.findId(name) : arn.split('/').at(-1);
    if (id === undefined) {
      return 'removed';
    }
    return callAws(this.call('DeleteService', { service: name, id }), async () => {
      try {
        await this.client.send(new DeleteServiceCommand({ Id: id }));
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

  private async findId(name: string): Promise<string | undefined> {
    return (await this.services()).find((service) => service.Name === name)?.Id;
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
