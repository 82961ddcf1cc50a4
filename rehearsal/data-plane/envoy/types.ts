/** A JSON object of Envoy's configuration; Envoy itself checks it (`--reject-unknown-dynamic-fields`). */
export type Json = Readonly<Record<string, unknown>>;

/** Adds the type URL that Envoy's `Any` fields need. */
export function typed(type: string, fields: Json): Json {
  return { '@type': `type.googleapis.com/${type}`, ...fields };
}

/** A named extension with its typed configuration. */
export function extension(name: string, type: string, fields: Json = {}): Json {
  return { name, typed_config: typed(type, fields) };
}

/** A duration in Envoy’s JSON form, in whole milliseconds (it refuses more than nine decimals); 0 means "no limit" in the fields where this project uses it. */
export function duration(millis: number): string {
  return `${Math.round(millis) / 1000}s`;
}

/** An address in Envoy's JSON form. */
export function socketAddress({ host, port }: { readonly host: string; readonly port: number }): Json {
  return { socket_address: { address: host, port_value: port } };
}

/** Name of the one route configuration that all listeners share. */
export const ROUTES_NAME = 'routes';
/** Request header by which the shared route configuration tells listeners apart; never leaves the proxy. */
export const LISTENER_HEADER = 'x-ecs-canary-listener';
/** `stat_prefix` of the listener that keeps the route configuration subscribed. */
export const ANCHOR_PREFIX = 'anchor';
