/**
 * A name that every AWS resource of a service accepts: lower-case letters, digits and single dashes, starting
 * with a letter, at most 32 characters (a target group's limit).
 */
export const SERVICE_NAME_PATTERN = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,31}$/;

/** An environment's name: as a service's, at most 20 characters, for it prefixes every resource name. */
export const ENVIRONMENT_NAME_PATTERN = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,19}$/;

/** Name of the environment variable that tells a task where a backend is: `YELB_DB_ENDPOINT` for `yelb-db`. */
export function endpointVariable(backend: string): string {
  return `${backend.toUpperCase().replaceAll('-', '_')}_ENDPOINT`;
}
