/** One resource of the assembly, as its type's row sees it. Everything is worked out when it is asked for. */
export interface ResourceFacts {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Resolved property; undefined when the template does not give it. @throws Unresolvable */
  property(name: string): unknown;
  /** Resolved property that must be text. @throws Unresolvable */
  text(name: string): string;
  /** The property, or a name as CloudFormation makes it up. */
  name(property: string, maxLength?: number): string;
  /** An id as EC2 makes them up, such as `vpc-0a1b…`. */
  id(prefix: string): string;
  /** `length` hexadecimal characters that belong to this resource alone. */
  hex(length: number): string;
  uuid(): string;
}

/** What the rehearsal does with the resources of a type. */
export type Treatment = 'live' | 'inert';

/** What the rehearsal knows about one type of resource. */
export interface ResourceType {
  readonly treatment: Treatment;
  /** One sentence: what becomes of such a resource. */
  readonly does: string;
  /** What `Ref` returns. */
  readonly ref: (resource: ResourceFacts) => string;
  /** What `Fn::GetAtt` returns, by attribute. */
  readonly attributes: Readonly<Record<string, (resource: ResourceFacts) => unknown>>;
  /** Properties that a live resource is made from. */
  readonly used?: readonly string[];
  /** Properties that change nothing here: tags, encryption, tracing and the like. Others are refused. */
  readonly ignored?: readonly string[];
}

/** The rows of one group of types. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;

/** An ARN in the resource's own account and region; the resource part as it stands in the ARN. */
export function arnOf(resource: ResourceFacts, service: string, part: string): string {
  return `arn:${resource.partition}:${service}:${resource.region}:${resource.account}:${part}`;
}

/** An ARN of a service without regions. */
export function globalArnOf(resource: ResourceFacts, service: string, part: string): string {
  return `arn:${resource.partition}:${service}::${resource.account}:${part}`;
}

/** An attribute that repeats a property. */
export function given(property: string): (resource: ResourceFacts) => unknown {
  return (resource) => resource.property(property);
}

/** A resource that exists by name only. */
export function inert(
  does: string,
  ref: ResourceType['ref'],
  attributes: ResourceType['attributes'] = {},
): ResourceType {
  return { treatment: 'inert', does, ref, attributes };
}
