import { AssemblyRefused, messageOf, Unresolvable } from '../errors';
import { collectRoles, type Guard } from '../policies/roles';
import type { Assembly } from '../read-assembly';
import { inCreationOrder } from '../resolve/order';
import { type AssemblyResource, AssemblyValues, type Assignments } from '../resolve/values';
import { resourceTypeOf } from '../resource-types/table';
import { readDelivery, startsPipelines } from './delivery';
import type { DeployableAssembly, ResourceReport } from './deployable';
import { readAlarm, readPermission, readRule } from './events';
import { readFunction } from './functions';
import { readStateMachine } from './state-machines';

/**
 * Works out all that the rehearsal takes from an assembly.
 * @param assignments what services gave the resources when they were created; until then ids are foreseen.
 * @throws AssemblyRefused with every resource, property, attribute and policy element that is not known.
 */
export function describeDeployable(assembly: Assembly, assignments?: Assignments): DeployableAssembly {
  const all = new AssemblyValues(assembly, assignments).resources();
  refuseCircles(assembly, all);
  const problems: string[] = [];
  const guard = guardInto(problems);
  const reports = all.flatMap((resource) => guard(resource, () => reportOf(resource)) ?? []);
  // A resource that could not be reported would only be complained about twice.
  const resources = all.filter((resource) => resourceIn(reports, resource));
  const read = <T>(type: string, of: (resource: AssemblyResource) => T): readonly T[] =>
    resources
      .filter((resource) => resource.type === type)
      .flatMap((resource) => guard(resource, () => [of(resource)]) ?? []);
  const roles = collectRoles(resources, guard);
  const functions = read('AWS::Lambda::Function', (resource) => readFunction(resource, assembly, roles));
  const permissions = read('AWS::Lambda::Permission', (resource) => readPermission(resource, functions));
  const stateMachines = read('AWS::StepFunctions::StateMachine', (resource) =>
    readStateMachine(resource, roles),
  );
  const delivery = readDelivery(resources, roles, guard);
  const rules = resources.filter(
    (resource) => resource.type === 'AWS::Events::Rule' && !startsPipelines(resource),
  );
  const eventRules = rules.flatMap(
    (resource) => guard(resource, () => [readRule(resource, functions, permissions)]) ?? [],
  );
  const alarms = read('AWS::CloudWatch::Alarm', readAlarm);
  const { account, region } = commonEnvironment(assembly, problems);
  if (problems.length > 0) {
    throw new AssemblyRefused(problems);
  }
  return {
    assembly,
    account,
    region,
    functions,
    stateMachines,
    eventRules,
    alarms,
    roles,
    delivery,
    resources: reports,
  };
}

/** Before any value is asked for: one that refers to itself has none. */
function refuseCircles(assembly: Assembly, resources: readonly AssemblyResource[]): void {
  for (const stack of assembly.stacks) {
    try {
      inCreationOrder(resources.filter((resource) => resource.stack === stack.name));
    } catch (error) {
      throw new AssemblyRefused([`stack "${stack.name}": ${messageOf(error)}`]);
    }
  }
}

function guardInto(problems: string[]): Guard {
  return (resource, read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Unresolvable)) {
        throw error;
      }
      problems.push(
        `stack "${resource.stack}", "${resource.logicalId}" (${resource.type}): ${messageOf(error)}`,
      );
      return undefined;
    }
  };
}

/** Also resolves every property, so that whatever cannot be worked out is found before anything is created. */
function reportOf(resource: AssemblyResource): ResourceReport {
  const { treatment, does, used = [], ignored = [] } = resourceTypeOf(resource.type);
  const properties = Object.keys(resource.properties());
  const unknown = properties.filter((property) => !used.includes(property) && !ignored.includes(property));
  if (treatment === 'live' && unknown.length > 0) {
    throw new Unresolvable(
      `propert${unknown.length === 1 ? 'y' : 'ies'} ${unknown.join(', ')} would have an effect that is not rehearsed; ` +
        'add to "used" or "ignored" of the type in rehearsal/assembly/resource-types/',
    );
  }
  const { stack, logicalId, type, physicalId } = resource;
  return { stack, logicalId, type, physicalId, treatment, does };
}

function resourceIn(reports: readonly ResourceReport[], { stack, logicalId }: AssemblyResource): boolean {
  return reports.some((report) => report.stack === stack && report.logicalId === logicalId);
}

/** The local endpoint is one account in one region. */
function commonEnvironment(
  { stacks }: Assembly,
  problems: string[],
): { readonly account: string; readonly region: string } {
  const [first = { account: '', region: '' }] = stacks;
  const other = stacks.find(({ account, region }) => account !== first.account || region !== first.region);
  if (other !== undefined) {
    problems.push(
      `stack "${other.name}" is for ${other.account}/${other.region}, the first one for ${first.account}/${first.region}; ` +
        'rehearse one account and region at a time',
    );
  }
  return { account: first.account, region: first.region };
}
