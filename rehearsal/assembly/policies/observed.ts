import type { Authorizer } from '../../contracts';

/** One permission that AWS asked a principal for, and the answer. */
export interface AskedPermission {
  readonly principal: string;
  readonly action: string;
  readonly resources: readonly string[];
  /** Condition keys of the call. */
  readonly context: Readonly<Record<string, string>>;
  readonly isAllowed: boolean;
}

/** An authorizer that tells every question and its answer. */
export function observeAuthorizer(
  authorize: Authorizer,
  onAsked: (asked: AskedPermission) => void,
): Authorizer {
  return (request) => {
    const answer = authorize(request);
    onAsked({ ...request, isAllowed: answer.allowed });
    return answer;
  };
}
