import type { FunctionSpec } from '../../contracts';
import { Unresolvable } from '../errors';
import { checkPattern } from '../events/match-event';
import { matchesArn } from '../policies/wildcards';
import type { AssemblyResource } from '../resolve/values';
import type { AlarmSpec, EventRuleSpec } from './deployable';

/** `AWS::Lambda::Permission`: who may invoke which function. */
interface InvokePermission {
  readonly functionArn: string;
  readonly principal: string;
  readonly sourceArn?: string;
}

const EVENTS = 'events.amazonaws.com';
const HANDLED_TARGET_MEMBERS = ['Arn', 'Id', 'DeadLetterConfig', 'RetryPolicy'];

/** The permissions that functions grant to other services. */
export function readPermission(
  resource: AssemblyResource,
  functions: readonly FunctionSpec[],
): InvokePermission {
  const { FunctionName, Principal, SourceArn } = resource.properties();
  const target = functions.find(({ name, arn }) => name === FunctionName || arn === FunctionName);
  if (target === undefined) {
    throw new Unresolvable(
      `permission for the function ${JSON.stringify(FunctionName)}, which is not in the assembly`,
    );
  }
  return {
    functionArn: target.arn,
    principal: String(Principal),
    ...(SourceArn === undefined ? {} : { sourceArn: String(SourceArn) }),
  };
}

/**
 * One event rule.
 * @throws Unresolvable for a schedule, another bus, a pattern that is not understood, a target that is no function of
 *   the assembly, and a function that does not let the rule invoke it: AWS would drop every event.
 */
export function readRule(
  resource: AssemblyResource,
  functions: readonly FunctionSpec[],
  permissions: readonly InvokePermission[],
): EventRuleSpec {
  const { EventPattern, State = 'ENABLED', Targets = [] } = resource.properties();
  checkPattern(EventPattern);
  const arn = String(resource.attribute('Arn'));
  const targets = (Targets as readonly Record<string, unknown>[]).map((target) =>
    targetOf(target, functions),
  );
  for (const target of targets) {
    requirePermission(arn, target, permissions);
  }
  return {
    name: resource.physicalId,
    arn,
    eventPattern: EventPattern as Record<string, unknown>,
    enabled: State === 'ENABLED',
    targets,
  };
}

function targetOf(target: Readonly<Record<string, unknown>>, functions: readonly FunctionSpec[]): string {
  const unknown = Object.keys(target).find((member) => !HANDLED_TARGET_MEMBERS.includes(member));
  if (unknown !== undefined) {
    throw new Unresolvable(
      `"${unknown}" of a rule's target is not rehearsed; known are ${HANDLED_TARGET_MEMBERS.join(', ')}`,
    );
  }
  const found = functions.find(({ arn }) => arn === target.Arn);
  if (found === undefined) {
    throw new Unresolvable(`the rule's target ${JSON.stringify(target.Arn)} is no function of the assembly`);
  }
  return found.arn;
}

function requirePermission(rule: string, target: string, permissions: readonly InvokePermission[]): void {
  const isAllowed = permissions.some(
    ({ functionArn, principal, sourceArn }) =>
      functionArn === target &&
      principal === EVENTS &&
      (sourceArn === undefined || matchesArn(sourceArn, rule)),
  );
  if (!isAllowed) {
    throw new Unresolvable(
      `"${target}" does not let ${EVENTS} invoke it for this rule: AWS would drop every event; add an AWS::Lambda::Permission`,
    );
  }
}

/** One metric alarm. */
export function readAlarm(resource: AssemblyResource): AlarmSpec {
  const { AlarmDescription = '', AlarmActions = [] } = resource.properties();
  return {
    name: resource.physicalId,
    arn: String(resource.attribute('Arn')),
    description: String(AlarmDescription),
    actions: (AlarmActions as readonly unknown[]).map(String),
  };
}
