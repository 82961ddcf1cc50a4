import { ApiError, type ApiService } from '../../../../rehearsal/aws/api';
import {
  type AwsEndpoint,
  type AwsEndpointOptions,
  createAwsEndpoint,
} from '../../../../rehearsal/aws/server/endpoint';
import { PrincipalRegistry } from '../../../../rehearsal/aws/server/principals';
import type { Authorizer, CallRecord, RehearsalClock } from '../../../../rehearsal/contracts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** A clock that stands still until it is told otherwise. */
export function aClock(millis = Date.UTC(2030, 0, 1)): RehearsalClock & { set(millis: number): void } {
  let now = millis;
  return {
    speed: 1,
    now: () => now,
    sleep: async () => undefined,
    toWallMillis: (virtual) => virtual,
    shared: null,
    stoodStillMillis: () => 0,
    set: (value) => {
      now = value;
    },
  };
}

export const allowAll: Authorizer = () => ({ allowed: true });

export interface RunningEndpoint {
  readonly endpoint: AwsEndpoint;
  readonly principals: PrincipalRegistry;
  readonly seen: CallRecord[];
}

/** Starts an endpoint for a test; the test closes it. */
export async function startEndpoint(
  services: readonly ApiService[],
  overrides: Partial<AwsEndpointOptions> = {},
): Promise<RunningEndpoint> {
  const principals = overrides.principals ?? new PrincipalRegistry();
  const seen: CallRecord[] = [];
  const endpoint = await createAwsEndpoint({
    clock: aClock(),
    region: REGION,
    account: ACCOUNT,
    services,
    authorize: allowAll,
    principals,
    onCall: (call) => seen.push(call),
    ...overrides,
  });
  return { endpoint, principals, seen };
}

/** Configuration of a JS SDK client that talks to the endpoint as a given access key and never retries. */
export function clientConfig(endpoint: AwsEndpoint, accessKeyId = 'AKIAOPERATOR') {
  return {
    endpoint: endpoint.url,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey: 'unchecked' },
    maxAttempts: 1,
    disableHostPrefix: true,
  };
}

/** A REST-JSON service with one read, one write and one operation that has a bug. */
export function aMeshService(): ApiService & { readonly writes: unknown[] } {
  const writes: unknown[] = [];
  return {
    writes,
    signingName: 'appmesh',
    protocols: [
      {
        kind: 'rest-json',
        routes: [
          {
            method: 'GET',
            path: '/v20190125/meshes/{meshName}',
            operation: 'DescribeMesh',
            query: { meshOwner: 'meshOwner' },
          },
          { method: 'GET', path: '/v20190125/meshes', operation: 'ListMeshes', query: { limit: 'limit' } },
          { method: 'PUT', path: '/v20190125/meshes', operation: 'CreateMesh' },
        ],
      },
    ],
    operations: {
      DescribeMesh: {
        iamAction: 'appmesh:DescribeMesh',
        resources: ({ meshName }) => [`arn:mesh/${meshName}`],
        run: ({ meshName, meshOwner }) => {
          if (meshName === 'absent') throw new ApiError('NotFoundException', 'no such mesh', 404);
          return { meshName, metadata: { meshOwner, createdAt: new Date(1_500) } };
        },
      },
      CreateMesh: {
        iamAction: 'appmesh:CreateMesh',
        resources: ({ meshName }) => [`arn:mesh/${meshName}`],
        context: () => ({ 'aws:RequestedRegion': REGION }),
        alsoNeeds: () => [{ action: 'iam:PassRole', resources: ['arn:role/a', 'arn:role/b'] }],
        run: (input) => {
          writes.push(input);
          return { meshName: input.meshName };
        },
      },
      ListMeshes: {
        iamAction: 'appmesh:ListMeshes',
        resources: () => ['*'],
        run: () => {
          throw new TypeError('planted bug');
        },
      },
    },
  };
}

/** A service that answers each operation with its input, to look at what decoding made of it. */
export function anEchoService(
  service: Omit<ApiService, 'operations'>,
  operations: Record<string, (input: never) => unknown>,
): ApiService {
  return {
    ...service,
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, run]) => [
        name,
        {
          iamAction: `${service.signingName}:${name}`,
          resources: () => ['*'],
          run: (input: unknown) => run(input as never),
        },
      ]),
    ),
  };
}
