/** Members whose keys are the user's own words, not the API's. */
const MAPS = new Set(['Options', 'DockerLabels']);

/**
 * A CloudFormation property as App Mesh and ECS spell it in their APIs: `PortMappings` becomes `portMappings`,
 * `TLS` becomes `tls`, `AWSCloudMap` becomes `awsCloudMap`.
 */
export function toApiCase(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(toApiCase);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [apiName(key), MAPS.has(key) ? member : toApiCase(member)]),
  );
}

/** A leading run of capitals is one word; its last capital begins the next word when a small letter follows. */
export function apiName(name: string): string {
  return name.replace(/^[A-Z]+?(?=[A-Z][a-z]|[^A-Z]|$)/, (word) => word.toLowerCase());
}
