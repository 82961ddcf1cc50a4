/** What proxies must do, in words of no proxy in particular: the input of both data planes. */

/** Protocol of a listener, as App Mesh names it. */
export type MeshProtocol = 'http' | 'http2' | 'grpc' | 'tcp';

/** An address that something listens on. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** How a text is compared; `regex` must match the whole text. */
export interface TextMatch {
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'regex';
  readonly value: string;
}

/** One header condition; pseudo headers `:method`, `:scheme` and `:authority` are headers too. */
export interface HeaderMatch {
  readonly name: string;
  readonly invert: boolean;
  readonly match:
    | TextMatch
    | { readonly kind: 'present' }
    /** Whole number from `start` up to, not including, `end`. */
    | { readonly kind: 'range'; readonly start: number; readonly end: number };
}

/** Conditions of a route; all must hold. */
export interface HttpMatch {
  readonly path: TextMatch;
  readonly headers: readonly HeaderMatch[];
  readonly query: readonly { readonly name: string; readonly exact?: string }[];
}

/** A version and its share; shares are relative to their sum. */
export interface WeightedNode {
  readonly node: string;
  readonly weight: number;
}

/** Retries inside the chosen version; absent means that nothing is ever tried again. */
export interface RetryRule {
  readonly maxRetries: number;
  /** Limit of each try, the first included; wall milliseconds. */
  readonly perTryMillis: number;
  /** Envoy's names, such as `gateway-error` or `reset`. */
  readonly on: readonly string[];
}

/** One route of a virtual service for one caller. */
export interface HttpRouteRule {
  readonly name: string;
  readonly match: HttpMatch;
  /** When every weight is 0 the answer is 503. */
  readonly targets: readonly WeightedNode[];
  /** Whole request, retries included; 0 means no limit. Wall milliseconds. */
  readonly timeoutMillis: number;
  /** Longest silence inside a request; 0 means no limit. Wall milliseconds. */
  readonly idleMillis: number;
  readonly retry?: RetryRule;
}

/** Where one caller reaches one virtual service. */
export interface EgressListener {
  readonly id: string;
  /** Virtual node or gateway whose proxy this is. */
  readonly caller: string;
  readonly virtualService: string;
  /** Port of the virtual service, that is of its router's listener. */
  readonly port: number;
  readonly address: Address;
  readonly protocol: MeshProtocol;
  /** `Host` that the application would have sent on AWS; absent behind a gateway, which rewrites by itself. */
  readonly host?: string;
  /** In the order in which they are tried; empty for tcp. */
  readonly routes: readonly HttpRouteRule[];
  /** For tcp only. No target of weight above 0: connections are closed. */
  readonly tcp?: { readonly targets: readonly WeightedNode[]; readonly idleMillis: number };
}

/** One route of a gateway, leading to the gateway's own egress listener of a virtual service. */
export interface GatewayRouteRule {
  readonly name: string;
  readonly match: HttpMatch;
  /** Id of an egress listener; absent when the virtual service leads nowhere: 404. */
  readonly to?: string;
  readonly rewrite: {
    readonly host?: string;
    /** Replaces the matched prefix. */
    readonly prefix?: string;
    /** Replaces the whole path. */
    readonly path?: string;
  };
}

/** Where users reach a virtual gateway. */
export interface GatewayListener {
  readonly id: string;
  readonly gateway: string;
  readonly address: Address;
  readonly protocol: MeshProtocol;
  readonly routes: readonly GatewayRouteRule[];
}

/** The inbound hop of one task, as iptables and the sidecar make it on AWS. */
export interface IngressListener {
  readonly id: string;
  readonly node: string;
  readonly taskId: string;
  readonly address: Address;
  readonly app: Address;
  readonly protocol: MeshProtocol;
  readonly timeoutMillis: number;
  readonly idleMillis: number;
  /** Limits of the node's `connectionPool`; absent means none. */
  readonly pool?: {
    readonly maxConnections?: number;
    readonly maxPendingRequests?: number;
    readonly maxRequests?: number;
  };
}

/** Active check of an endpoint by each caller. */
export interface HealthProbe {
  readonly protocol: MeshProtocol;
  readonly path: string;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Virtual milliseconds. */
  readonly intervalMillis: number;
  /** Wall milliseconds. */
  readonly timeoutMillis: number;
}

/** One version as one caller sees it; kept apart by caller so that counters are. */
export interface Target {
  readonly id: string;
  readonly caller: string;
  readonly node: string;
  readonly protocol: MeshProtocol;
  readonly endpoints: readonly Address[];
  readonly healthProbe?: HealthProbe;
}

/** Everything the proxies of a mesh do at one moment. */
export interface RoutingModel {
  readonly egress: readonly EgressListener[];
  readonly gateways: readonly GatewayListener[];
  readonly ingress: readonly IngressListener[];
  readonly targets: readonly Target[];
}

/** Port of the inbound proxy in front of each task. */
export const INGRESS_PORT = 15000;
/** Time limit of a request for which nothing else is said (App Mesh's default). */
export const DEFAULT_REQUEST_TIMEOUT_MILLIS = 15_000;
/** Idle limit for which nothing else is said (App Mesh's default). */
export const DEFAULT_IDLE_MILLIS = 300_000;

/** Name of a thing made of several names, usable as a part of an Envoy statistic's name. */
export function compoundId(...parts: readonly (string | number)[]): string {
  return parts.map((part) => String(part).replace(/[^A-Za-z0-9_-]/g, '_')).join('~');
}
