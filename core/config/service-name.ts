/**
 * A name that every AWS resource of a service accepts: lower-case letters, digits and single dashes, starting with a
 * letter. At most 28 characters: `<environment>-<service>-<version>` is one label of a DNS name, which has 63.
 */
export const SERVICE_NAME_PATTERN = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,27}$/;

/**
 * An environment's name: as a service's, at most 20 characters, for it prefixes every resource name. AWS keeps some
 * beginnings for itself: `internal-` (load balancers), `sg-` (security groups), `aws` and `ssm` (parameters).
 */
export const ENVIRONMENT_NAME_PATTERN =
  /^(?!aws|ssm|internal(?:-|$)|sg(?:-|$))[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,19}$/;

/** Name of the environment variable that tells a task where a backend is: `YELB_DB_ENDPOINT` for `yelb-db`. */
export function endpointVariable(backend: string): string {
  return `${backend.toUpperCase().replaceAll('-', '_')}_ENDPOINT`;
}
