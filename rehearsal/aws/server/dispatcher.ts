import { randomUUID } from 'node:crypto';
import type { ApiFault, Authorizer, CallRecord, RehearsalClock } from '../../contracts';
import { ApiError, type ApiOperation, type ApiService } from '../api';
import type { RateLimiter } from '../limits/rate-limiter';
import { authorizeCall } from './authorization';
import type { FaultBook } from './faults';
import { readCredentialScope } from './gate';
import type { PrincipalRegistry } from './principals';
import { guessCodec, type ServedService } from './protocols';
import { accessDenied, serverError, throttlingError } from './service-errors';
import type { Protocol, ResponseCodec, WireRequest, WireResponse } from './wire';

/** What a dispatcher works with. */
export interface DispatcherOptions {
  readonly clock: RehearsalClock;
  readonly account: string;
  readonly services: ReadonlyMap<string, ServedService>;
  readonly authorize: Authorizer;
  readonly principals: PrincipalRegistry;
  readonly faults: FaultBook;
  /** Throttles as AWS does. @default nothing is throttled */
  readonly limiter?: RateLimiter;
  readonly record: (call: CallRecord) => void;
}

/** An answer, or the sign that the caller is to see its connection break. */
export type Dispatched =
  | { readonly kind: 'answer'; readonly response: WireResponse }
  | { readonly kind: 'hang-up' };

interface Target {
  readonly signingName: string;
  readonly principal: string;
  readonly operationName: string;
  readonly operation: ApiOperation;
  readonly input: Record<string, unknown>;
  readonly codec: ResponseCodec;
}

interface Ending {
  readonly outcome: CallRecord['outcome'];
  readonly errorCode?: string;
  readonly answer: Dispatched;
}

/** Takes a request through decoding, faults, authorization and the operation, and records the call. */
export class Dispatcher {
  constructor(private readonly options: DispatcherOptions) {}

  /** Never rejects: every failure becomes an AWS-shaped answer. */
  async dispatch(request: WireRequest): Promise<Dispatched> {
    const requestId = randomUUID();
    let codec = guessCodec(request);
    let target: Target;
    try {
      const { accessKeyId, service: signingName } = readCredentialScope(request.headers);
      const served = findService(this.options.services, signingName);
      const protocol = findProtocol(served, request);
      codec = protocol.codec(request, undefined);
      const principal = this.options.principals.principalOf(accessKeyId);
      target = { signingName, principal, ...decode(protocol, served.service, request) };
    } catch (error) {
      return answer(codec.failure(asApiError(error, 'rehearsal'), requestId));
    }
    return this.#call(target, requestId);
  }

  async #call(target: Target, requestId: string): Promise<Dispatched> {
    const started = performance.now();
    const at = new Date(this.options.clock.now()).toISOString();
    const { operation, principal, input } = target;
    const { ending, resources } = await this.#settle(target, requestId, input);
    this.options.record({
      at,
      principal,
      action: operation.iamAction,
      resources,
      outcome: ending.outcome,
      ...(ending.errorCode === undefined ? {} : { errorCode: ending.errorCode }),
      wallMillis: performance.now() - started,
    });
    return ending.answer;
  }

  async #settle(
    target: Target,
    requestId: string,
    input: Record<string, unknown>,
  ): Promise<{ ending: Ending; resources: readonly string[] }> {
    let resources: readonly string[] = [];
    try {
      resources = target.operation.resources(input);
    } catch (error) {
      return { ending: failed('error', target, asApiError(error, target.signingName), requestId), resources };
    }
    // Before anything else, as AWS: a call that may not be made counts too.
    if (this.options.limiter?.admit(target.operation.iamAction) === false) {
      return { ending: failed('error', target, throttlingError(target.signingName), requestId), resources };
    }
    const fault = this.options.faults.take(target.operation.iamAction, target.principal);
    const ending =
      fault === undefined || fault.kind === 'timeout_after'
        ? await this.#work(target, resources, requestId)
        : injected(fault, target, requestId);
    if (fault?.kind !== 'timeout_after') return { ending, resources };
    return { ending: { outcome: 'fault', errorCode: fault.kind, answer: { kind: 'hang-up' } }, resources };
  }

  async #work(target: Target, resources: readonly string[], requestId: string): Promise<Ending> {
    const { operation, input, principal, signingName, codec } = target;
    try {
      authorizeCall(this.options.authorize, {
        operation,
        input,
        resources,
        principal,
        account: this.options.account,
        signingName,
      });
    } catch (error) {
      const outcome = error instanceof ApiError ? 'denied' : 'error';
      return failed(outcome, target, asApiError(error, signingName), requestId);
    }
    try {
      return { outcome: 'ok', answer: answer(codec.success(await operation.run(input), requestId)) };
    } catch (error) {
      return failed('error', target, asApiError(error, signingName), requestId);
    }
  }
}

function answer(response: WireResponse): Dispatched {
  return { kind: 'answer', response };
}

function failed(
  outcome: 'denied' | 'error' | 'fault',
  target: Target,
  error: ApiError,
  requestId: string,
): Ending {
  return { outcome, errorCode: error.code, answer: answer(target.codec.failure(error, requestId)) };
}

function injected(fault: ApiFault, target: Target, requestId: string): Ending {
  const { signingName, operation } = target;
  switch (fault.kind) {
    case 'throttle':
      return failed('fault', target, throttlingError(signingName), requestId);
    case 'server_error':
      return failed('fault', target, serverError(signingName, 'injected by the rehearsal'), requestId);
    case 'denied':
      return failed(
        'fault',
        target,
        accessDenied(signingName, `${operation.iamAction} denied: injected by the rehearsal`),
        requestId,
      );
    case 'timeout_before':
    case 'timeout_after':
      return { outcome: 'fault', errorCode: fault.kind, answer: { kind: 'hang-up' } };
    default:
      return fault.kind satisfies never;
  }
}

/** A bug of the rehearsal is a 500 like AWS's own, with the sentence that helps to find it. */
function asApiError(error: unknown, signingName: string): ApiError {
  if (error instanceof ApiError) return error;
  return serverError(
    signingName,
    `the rehearsal failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
}

function findService(services: ReadonlyMap<string, ServedService>, signingName: string): ServedService {
  const served = services.get(signingName);
  if (served) return served;
  throw new ApiError(
    'UnknownOperationException',
    `service "${signingName}" is not in the rehearsal; it offers ${[...services.keys()].sort().join(', ')}`,
    404,
  );
}

function findProtocol(served: ServedService, request: WireRequest): Protocol {
  const protocol = served.protocols.find((candidate) => candidate.accepts(request));
  if (protocol) return protocol;
  const kinds = served.service.protocols.map(({ kind }) => kind).join(', ');
  throw new ApiError(
    'UnknownOperationException',
    `the request to "${served.service.signingName}" is in none of the protocols that the rehearsal speaks for it (${kinds}); ` +
      `received ${request.method} ${request.path}, content type "${request.headers['content-type'] ?? ''}"`,
    404,
  );
}

function decode(
  protocol: Protocol,
  service: ApiService,
  request: WireRequest,
): Pick<Target, 'operationName' | 'operation' | 'input' | 'codec'> {
  const { operation: operationName, input } = protocol.decode(request);
  const operation = Object.hasOwn(service.operations, operationName)
    ? service.operations[operationName]
    : undefined;
  if (!operation)
    throw new ApiError(
      'UnknownOperationException',
      `operation "${operationName}" of "${service.signingName}" is not in the rehearsal; it offers ` +
        Object.keys(service.operations).sort().join(', '),
      400,
    );
  return { operationName, operation, input, codec: protocol.codec(request, operationName) };
}
