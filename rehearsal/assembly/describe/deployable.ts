import type { FunctionSpec } from '../../contracts';
import type { RoleSpec } from '../policies/roles';
import type { Assembly } from '../read-assembly';
import type { Treatment } from '../resource-types/resource-type';
import type { DeliverySpec } from './delivery';

/** A state machine, its definition with every placeholder filled. */
export interface StateMachineSpec {
  readonly name: string;
  readonly arn: string;
  /** JSON text, as it is handed to Step Functions. */
  readonly definition: string;
  readonly roleArn: string;
  readonly roleName: string;
}

/** A rule of the default event bus. */
export interface EventRuleSpec {
  readonly name: string;
  readonly arn: string;
  readonly eventPattern: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
  /** ARNs of the functions that it invokes. */
  readonly targets: readonly string[];
}

/** An alarm that watches the environment. */
export interface AlarmSpec {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  /** ARNs that hear of the alarm. */
  readonly actions: readonly string[];
}

/** One resource of the assembly and what becomes of it. */
export interface ResourceReport {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly treatment: Treatment;
  /** One sentence for the report and the documentation. */
  readonly does: string;
}

/** All that the rehearsal takes from an assembly. */
export interface DeployableAssembly {
  readonly assembly: Assembly;
  readonly account: string;
  readonly region: string;
  readonly functions: readonly FunctionSpec[];
  readonly stateMachines: readonly StateMachineSpec[];
  readonly eventRules: readonly EventRuleSpec[];
  readonly alarms: readonly AlarmSpec[];
  readonly roles: readonly RoleSpec[];
  /** What leads from a push to a rollout. */
  readonly delivery: DeliverySpec;
  readonly resources: readonly ResourceReport[];
}
