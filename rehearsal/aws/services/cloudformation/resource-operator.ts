import { type Api, apiOver, type EndpointServices } from '../../../assembly/deploy/creator';
import { CREATORS } from '../../../assembly/deploy/deploy-assembly';
import { removeLive } from '../../../assembly/deploy/removers';
import { UPDATERS } from '../../../assembly/deploy/updaters';
import { messageOf, Unresolvable } from '../../../assembly/errors';
import type { AssemblyResource, AssignedValues } from '../../../assembly/resolve/values';
import { resourceTypeOf } from '../../../assembly/resource-types/table';
import { resourceArn, resourceTags } from '../../account/resource-facts';
import type { AccountResource, AccountResources } from '../../account/resources';
import { ApiError } from '../../api';
import { refuseRemoval } from './removal-rules';

/** What a resource became. */
export interface MadeResource {
  readonly physicalId: string;
  readonly assigned: AssignedValues | undefined;
}

/** Makes, changes and removes single resources of the account, whoever asks: CloudFormation or Cloud Control. */
export class ResourceOperator {
  private readonly api: Api;

  constructor(
    services: EndpointServices,
    private readonly resources: AccountResources,
  ) {
    this.api = apiOver(services);
  }

  /** @throws ApiError `AlreadyExists` when something of that name is there already. */
  async create(resource: AssemblyResource, stackTags: AccountResource['tags']): Promise<MadeResource> {
    resourceTypeOf(resource.type);
    const properties = resource.properties();
    this.refuseTaken(resource, properties);
    const assigned = await CREATORS[resource.type]?.(this.api, properties, resource);
    return this.remember(resource, properties, assigned, stackTags);
  }

  /** @throws Unresolvable for a live type whose changes are not rehearsed. */
  async update(
    resource: AssemblyResource,
    before: AccountResource['properties'],
    stackTags: AccountResource['tags'],
  ): Promise<MadeResource> {
    const properties = resource.properties();
    const isLive = CREATORS[resource.type] !== undefined;
    if (isLive && withoutTags(properties) !== withoutTags(before)) {
      const update = UPDATERS[resource.type];
      if (update === undefined) {
        throw new Unresolvable(
          `changes of ${resource.type} are not rehearsed; add them in rehearsal/assembly/deploy/updaters.ts`,
        );
      }
      return this.remember(resource, properties, await update(this.api, properties, resource), stackTags);
    }
    return this.remember(resource, properties, undefined, stackTags);
  }

  /** Removes a resource; one that is not there any more is no error. @throws ApiError when it is in use or not empty. */
  async remove(
    type: string,
    resource: { readonly physicalId: string; readonly properties: AccountResource['properties'] },
  ): Promise<void> {
    const known = this.resources.find(type, resource.physicalId);
    if (known !== undefined) refuseRemoval(known);
    await removeLive(this.api, type, resource);
    this.resources.remove(type, resource.physicalId);
  }

  /** Live types have services that refuse a name that is taken; for the others it is done here. */
  private refuseTaken(resource: AssemblyResource, properties: AccountResource['properties']): void {
    const name = properties.RepositoryName ?? registeredId(resource, resource.physicalId);
    const isTaken = this.resources
      .ofType(resource.type)
      .some(({ physicalId, properties: { RepositoryName } }) => [physicalId, RepositoryName].includes(name));
    if (isTaken && CREATORS[resource.type] === undefined) {
      throw new ApiError('AlreadyExists', `${String(name)} already exists`);
    }
  }

  private remember(
    resource: AssemblyResource,
    properties: AccountResource['properties'],
    assigned: AssignedValues | undefined,
    stackTags: AccountResource['tags'],
  ): MadeResource {
    const physicalId = registeredId(resource, assigned?.ref ?? resource.physicalId);
    this.resources.add({
      type: resource.type,
      physicalId,
      arn: resourceArn(resource, physicalId, assigned),
      tags: { ...stackTags, ...resourceTags(properties), 'aws:cloudformation:stack-name': resource.stack },
      properties,
      owner: { stack: resource.stack, logicalId: resource.logicalId },
    });
    return { physicalId, assigned };
  }
}

/** Types whose names are their owner's alone: several stacks may have one of the same name. */
const SCOPED = new Set(['AWS::IAM::Policy', 'AWS::Logs::MetricFilter']);

function registeredId({ type, stack }: AssemblyResource, physicalId: string): string {
  return SCOPED.has(type) ? `${stack}:${physicalId}` : physicalId;
}

/** What went wrong, in CloudFormation's words. */
export function reasonOf(error: unknown): string {
  return error instanceof ApiError
    ? `Resource handler returned message: "${error.message}" (${error.code})`
    : messageOf(error);
}

function withoutTags(properties: AccountResource['properties']): string {
  return JSON.stringify(Object.entries(properties).filter(([name]) => name !== 'Tags'));
}
