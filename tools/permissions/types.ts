import type { Statement } from '../../rehearsal/assembly/policies/statement';
import type { ArnFormat } from './arn-format';

/** One permission that AWS asked a role for in a run. */
export interface Use {
  /** Name of the role. */
  readonly role: string;
  /** IAM action, such as `appmesh:UpdateRoute`. */
  readonly action: string;
  /** One ARN as IAM evaluates it, or `*` where the action has no resource level. */
  readonly resource: string;
  /** Condition keys of the call. */
  readonly context: Readonly<Record<string, string>>;
  readonly isAllowed: boolean;
}

/** What AWS's service authorization reference says of an action. */
export interface ActionFacts {
  /** Resource types that a policy may name for it; none: its resource is `*`. */
  readonly types: readonly ArnFormat[];
  /** Condition keys by which a policy may narrow it, tags of the request and the service's own. */
  readonly keys: readonly string[];
}

/** The part of the reference that roles here need, by action. */
export type AuthorizationReference = Readonly<Record<string, ActionFacts>>;

/** One action on one resource pattern, as a role's policy grants it. */
export interface Grant {
  readonly role: string;
  readonly action: string;
  readonly pattern: string;
  readonly conditions: Statement['conditions'];
}

/** What comparing a grant with the runs showed. */
export type Verdict =
  /** Used, and no narrower pattern can be written. */
  | { readonly kind: 'used' }
  /** Allowed, and no run used it. */
  | { readonly kind: 'unused' }
  /** Admits more than was used; `why` names the narrowest pattern. */
  | { readonly kind: 'wide'; readonly why: string }
  /** A run was denied this. */
  | { readonly kind: 'missing' }
  /** AWS never evaluates the action on such a resource: the grant is without effect. */
  | { readonly kind: 'void'; readonly why: string }
  /** Unused, wide or void, for a stated reason. */
  | { readonly kind: 'excused'; readonly from: Excuse['excuses']; readonly reason: string };

/** A grant, or something that was denied, and what the runs show of it. */
export interface Row extends Grant {
  /** How often it was used. */
  readonly count: number;
  /** Different resources that it was used on. */
  readonly resources: readonly string[];
  readonly verdict: Verdict;
}

/** Why a grant stands although no run here uses it, or although it is wider than used. */
export interface Excuse {
  /** Names of roles with `ENVIRONMENT` and `SERVICE`, and `*` for any further characters. */
  readonly roles: string;
  readonly actions: readonly string[];
  /** The pattern exactly as granted, with `ENVIRONMENT` and `SERVICE`; `*` stands for itself, `…` for anything. */
  readonly resource: string;
  readonly excuses: 'unused' | 'wide' | 'void';
  readonly reason: string;
}

/** Everything that is known when roles were compared with runs. */
export interface ComparisonResult {
  readonly rows: readonly Row[];
  /** Excuses that excuse nothing (any more). */
  readonly stale: readonly Excuse[];
  /** Whether roles and runs agree. */
  readonly agrees: boolean;
}
