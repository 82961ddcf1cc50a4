import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, type ApiService } from '../../aws/api';
import type { AssemblyResource, AssignedValues } from '../resolve/values';

/** The services of the local endpoint that resources are created in. */
export interface EndpointServices {
  readonly appMesh: Pick<ApiService, 'operations'>;
  readonly cloudMap: Pick<ApiService, 'operations'>;
  readonly ecs: Pick<ApiService, 'operations'>;
  readonly ssm: Pick<ApiService, 'operations'>;
  readonly sns: Pick<ApiService, 'operations'>;
  readonly logs: Pick<ApiService, 'operations'>;
  readonly cloudWatch: Pick<ApiService, 'operations'>;
  readonly dynamoDb: Pick<ApiService, 'operations'>;
}

/** The operations of the local endpoint, called in-process with the validation that a call over the wire gets. */
export interface Api {
  /** @throws ApiError as the service throws it. */
  call(
    service: keyof EndpointServices,
    operation: string,
    input: Readonly<Record<string, unknown>>,
  ): Promise<ApiOutput>;
}

/** Members of an operation's output. */
export type ApiOutput = Readonly<Record<string, unknown>>;

/** Resolved properties of a resource. */
export type Properties = Readonly<Record<string, unknown>>;

/** Creates one resource and says what the service gave it, if that is not what its name foretells. */
export type Creator = (
  api: Api,
  properties: Properties,
  resource: AssemblyResource,
) => Promise<AssignedValues | undefined>;

/** Calls one operation that gives a resource nothing that its name does not foretell. */
export function creator(
  service: keyof EndpointServices,
  operation: string,
  input: (properties: Properties, resource: AssemblyResource) => Properties,
): Creator {
  return async (api, properties, resource) => {
    await api.call(service, operation, input(properties, resource));
    return undefined;
  };
}

/** The API over in-process services. */
export function apiOver(services: EndpointServices): Api {
  return {
    call: async (service, name, input) => {
      const { operations } = services[service];
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) {
        throw new Error(
          `the rehearsal's ${service} has no operation "${name}"; it has ${Object.keys(operations).join(', ') || 'none'}`,
        );
      }
      return Object(await operation.run(withoutUndefined(input))) as ApiOutput;
    },
  };
}

function withoutUndefined(input: Properties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

const POLL_MILLIS = 5;

/**
 * Waits for what a service does in the background.
 * @throws ApiError `ResourceNotReady` after the deadline, in wall milliseconds.
 */
export async function waitUntil(
  what: string,
  deadlineMillis: number,
  isSo: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + deadlineMillis;
  while (!(await isSo())) {
    if (performance.now() > deadline) {
      throw new ApiError('ResourceNotReady', `${what}: not so after ${deadlineMillis} ms`);
    }
    await wait(POLL_MILLIS);
  }
}
