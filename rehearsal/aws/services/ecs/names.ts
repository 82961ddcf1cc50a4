import { type ApiContext, ApiError } from '../../api';

/** ARNs and names of one account and region's ECS resources. */
export interface EcsNames {
  readonly cluster: (name: string) => string;
  readonly service: (cluster: string, name: string) => string;
  readonly task: (cluster: string, id: string) => string;
  readonly containerInstances: (cluster: string) => string;
  readonly taskDefinition: (family: string, revision: number | string) => string;
}

/** The ARNs of `context`'s account and region. */
export function ecsNames({ region, account }: ApiContext): EcsNames {
  const prefix = `arn:aws:ecs:${region}:${account}`;
  return {
    cluster: (name) => `${prefix}:cluster/${name}`,
    service: (cluster, name) => `${prefix}:service/${cluster}/${name}`,
    task: (cluster, id) => `${prefix}:task/${cluster}/${id}`,
    containerInstances: (cluster) => `${prefix}:container-instance/${cluster}/*`,
    taskDefinition: (family, revision) => `${prefix}:task-definition/${family}:${revision}`,
  };
}

/** The cluster's short name, from a name, an ARN or nothing (`default`). */
export function clusterName(given: string | undefined): string {
  return given === undefined || given === '' ? 'default' : lastSegment(given);
}

/** What follows the last `/`, for ARNs; a plain name is returned as it is. */
export function lastSegment(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

/**
 * The family and, where given, revision of `family`, `family:revision` or an ARN of either.
 * @throws ApiError `ClientException` for a revision that is no positive number.
 */
export function familyAndRevision(given: string): { readonly family: string; readonly revision?: number } {
  const [family = '', revision] = lastSegment(given).split(':');
  if (revision === undefined) return { family };
  if (!/^[1-9]\d*$/.test(revision))
    throw new ApiError('ClientException', `Invalid revision number. Number: ${revision}`);
  return { family, revision: Number(revision) };
}

/**
 * Requires a text member of an input.
 * @throws ApiError `InvalidParameterException`, as ECS words it.
 */
export function requiredText(value: unknown, member: string): string {
  if (typeof value !== 'string' || value === '')
    throw new ApiError('InvalidParameterException', `${member} cannot be empty.`);
  return value;
}
