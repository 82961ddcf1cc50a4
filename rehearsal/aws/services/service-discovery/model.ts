/** A Cloud Map namespace. */
export interface Namespace {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly hostedZoneId: string;
  readonly soaTtl: number;
  readonly creatorRequestId: string;
  readonly createdAt: Date;
}

/** One DNS record type of a service. */
export interface DnsRecord {
  readonly Type: 'SRV' | 'A' | 'AAAA' | 'CNAME';
  readonly TTL: number;
}

/** A Cloud Map service; its instances are held with it. */
export interface DiscoveryEntry {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly namespaceId: string;
  readonly description?: string | undefined;
  readonly dnsConfig?:
    | { readonly RoutingPolicy: string; readonly DnsRecords: readonly DnsRecord[] }
    | undefined;
  /** True when ECS or the API reports health (`HealthCheckCustomConfig`). */
  readonly hasCustomHealth: boolean;
  readonly creatorRequestId: string;
  readonly createdAt: Date;
  readonly instances: Map<string, Instance>;
  /** Rises with every change of the instances. */
  revision: number;
}

/** A registered instance. */
export interface Instance {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly creatorRequestId?: string | undefined;
  isHealthy: boolean;
}

/** What an asynchronous call left behind; in the rehearsal it has always succeeded already. */
export interface Operation {
  readonly id: string;
  readonly type: 'CREATE_NAMESPACE' | 'DELETE_NAMESPACE' | 'REGISTER_INSTANCE' | 'DEREGISTER_INSTANCE';
  readonly targets: Readonly<Record<string, string>>;
  readonly at: Date;
}
