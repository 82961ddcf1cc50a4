import type { Authorizer } from '../../contracts';
import type { ApiOperation } from '../api';
import { OPERATOR } from './principals';
import { accessDenied } from './service-errors';

interface Need {
  readonly action: string;
  readonly resources: readonly string[];
  readonly context?: Readonly<Record<string, string>>;
}

/** Checks one call of one principal, as IAM would. */
export interface AuthorizationRequest {
  readonly operation: ApiOperation;
  readonly input: Record<string, unknown>;
  readonly resources: readonly string[];
  readonly principal: string;
  readonly account: string;
  readonly signingName: string;
}

/**
 * Checks every permission a call needs; the operator needs none.
 * @throws ApiError the service's access-denied error, in AWS's words, for the first permission that is missing.
 */
export function authorizeCall(authorize: Authorizer, request: AuthorizationRequest): void {
  if (request.principal === OPERATOR) return;
  const { operation, input, resources } = request;
  const own: Need = { action: operation.iamAction, resources, context: operation.context?.(input) };
  for (const need of [own, ...(operation.alsoNeeds?.(input) ?? [])]) requireAllowed(authorize, request, need);
}

function requireAllowed(authorize: Authorizer, request: AuthorizationRequest, need: Need): void {
  const ask = (resources: readonly string[]) =>
    authorize({ principal: request.principal, action: need.action, resources, context: need.context ?? {} });
  const answer = ask(need.resources);
  if (answer.allowed) return;
  const culprit = need.resources.find((resource) => !ask([resource]).allowed) ?? need.resources.join(', ');
  const why = /explicit deny/i.test(answer.reason)
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${need.action} action`;
  throw accessDenied(
    request.signingName,
    `User: arn:aws:sts::${request.account}:assumed-role/${request.principal}/rehearsal is not authorized to perform: ` +
      `${need.action} on resource: ${culprit} ${why}`,
  );
}
