import type { RehearsalClock } from '../contracts';

/**
 * What a service of the local AWS endpoint is made of. The server owns the wire (protocols, signatures, faults,
 * authorization, the call log); a service owns its operations and their state.
 */

/** One operation: what IAM checks for it, and what it does. */
export interface ApiOperation<Input = Record<string, unknown>> {
  /** IAM action, such as `appmesh:UpdateRoute`. */
  readonly iamAction: string;
  /** ARNs that IAM evaluates for this input; `['*']` where the action has no resource level. */
  resources(input: Input): readonly string[];
  /** IAM condition keys known for this input. */
  context?(input: Input): Readonly<Record<string, string>>;
  /** Further permissions that AWS checks for the same call, such as `iam:PassRole`. */
  alsoNeeds?(input: Input): readonly {
    readonly action: string;
    readonly resources: readonly string[];
    readonly context?: Readonly<Record<string, string>>;
  }[];
  /** Does the work and returns the response's members. Throws `ApiError`. */
  run(input: Input): unknown | Promise<unknown>;
}

/** How a service's requests name their operation. Query and JSON may both be served (CloudWatch). */
export type WireProtocol =
  | { readonly kind: 'json'; readonly version: '1.0' | '1.1'; readonly targetPrefix: string }
  | { readonly kind: 'query'; readonly apiVersion: string; readonly xmlNamespace: string }
  | { readonly kind: 'rest-json'; readonly routes: readonly RestRoute[] }
  | { readonly kind: 's3' };

/** A REST-JSON binding: `{name}` segments and `query` members become input members; a body is merged in. */
export interface RestRoute {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly operation: string;
  /** Query-string names to input members, such as `{ limit: 'limit', nextToken: 'nextToken' }`. */
  readonly query?: Readonly<Record<string, string>>;
}

export interface ApiService {
  /** SigV4 service name: `appmesh`, `ecs`, `servicediscovery`, `monitoring`, `ssm`, `sns`, `states`, `dynamodb`. */
  readonly signingName: string;
  readonly protocols: readonly WireProtocol[];
  // biome-ignore lint/suspicious/noExplicitAny: each operation narrows its own input; the table holds them all.
  readonly operations: Readonly<Record<string, ApiOperation<any>>>;
}

/** What every service is built from. */
export interface ApiContext {
  readonly clock: RehearsalClock;
  readonly region: string;
  readonly account: string;
  /** Call after any change that the data plane, the tasks or the live view may care about. */
  readonly changed: (what: string) => void;
}

/** An error in the shape AWS sends: code, HTTP status and message. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Further members of the error's body. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
  }
}
