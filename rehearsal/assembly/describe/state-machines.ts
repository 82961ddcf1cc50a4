import { messageOf, Unresolvable } from '../errors';
import type { RoleSpec } from '../policies/roles';
import type { AssemblyResource } from '../resolve/values';
import type { StateMachineSpec } from './deployable';
import { roleOf } from './role-of';

/**
 * One state machine with its definition filled in.
 * @throws Unresolvable for a placeholder without value, a definition that is not JSON, an express workflow.
 */
export function readStateMachine(resource: AssemblyResource, roles: readonly RoleSpec[]): StateMachineSpec {
  const {
    DefinitionString,
    DefinitionSubstitutions,
    RoleArn,
    StateMachineType = 'STANDARD',
  } = resource.properties();
  if (StateMachineType !== 'STANDARD') {
    throw new Unresolvable(`state machine type "${StateMachineType}" is not rehearsed; use STANDARD`);
  }
  if (typeof DefinitionString !== 'string') {
    throw new Unresolvable('the state machine needs its definition inline; use DefinitionBody.fromString');
  }
  const definition = substituted(
    DefinitionString,
    Object(DefinitionSubstitutions) as Record<string, unknown>,
  );
  return {
    name: String(resource.attribute('Name')),
    arn: resource.physicalId,
    definition: checkedJson(definition),
    roleArn: String(RoleArn),
    roleName: roleOf(RoleArn, roles, 'states.amazonaws.com'),
  };
}

function substituted(definition: string, values: Readonly<Record<string, unknown>>): string {
  return definition.replace(/\$\{([\w-]+)\}/g, (_, name: string) => {
    if (!Object.hasOwn(values, name)) {
      throw new Unresolvable(
        `placeholder "\${${name}}" of the definition has no substitution; given are ${Object.keys(values).join(', ') || 'none'}`,
      );
    }
    return String(values[name]);
  });
}

function checkedJson(definition: string): string {
  try {
    JSON.parse(definition);
    return definition;
  } catch (error) {
    throw new Unresolvable(`the definition is not JSON: ${messageOf(error)}`, { cause: error });
  }
}
