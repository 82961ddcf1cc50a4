import { ApiError } from '../../aws/api';
import type { DeployableAssembly } from '../describe/deployable';
import { describeDeployable } from '../describe/describe-deployable';
import { AssemblyRefused, DeploymentFailed, messageOf } from '../errors';
import { inCreationOrder } from '../resolve/order';
import { type AssemblyResource, AssemblyValues, type AssignedValues, resourceKey } from '../resolve/values';
import { type Api, apiOver, type Creator, type EndpointServices } from './creator';
import { DATA_CREATORS } from './data-creators';
import { MESH_CREATORS } from './mesh-creators';
import { WORKLOAD_CREATORS } from './workload-creators';

/** How resources of the live types are made; the others are there by name. */
export const CREATORS: Readonly<Record<string, Creator>> = {
  ...MESH_CREATORS,
  ...WORKLOAD_CREATORS,
  ...DATA_CREATORS,
};

/**
 * Creates an assembly's live resources as CloudFormation does: stack after stack, each resource after what it needs,
 * through the operations of the local endpoint. ECS services are created, not awaited. Functions and state machines
 * are the business of those who run them.
 * @returns the deployable with the ids that services gave. Role policies name such ids: authorize by the roles of
 *   this one from here on.
 * @throws DeploymentFailed at the first resource that AWS would not create.
 * @throws AssemblyRefused when a function or a state machine was made with an id that is known only now.
 */
export async function deployAssembly(
  deployable: DeployableAssembly,
  services: EndpointServices,
): Promise<DeployableAssembly> {
  const { assembly } = deployable;
  const assignments = new Map<string, AssignedValues>();
  const api = apiOver(services);
  const resources = new AssemblyValues(assembly, assignments).resources();
  for (const stack of assembly.stacks) {
    for (const resource of inCreationOrder(resources.filter((one) => one.stack === stack.name))) {
      const create = CREATORS[resource.type];
      const assigned = create === undefined ? undefined : await attempt(create, api, resource);
      if (assigned !== undefined) {
        assignments.set(resourceKey(resource.stack, resource.logicalId), assigned);
      }
    }
  }
  const deployed = describeDeployable(assembly, assignments);
  requireForeseen(deployable.functions, deployed.functions);
  requireForeseen(deployable.stateMachines, deployed.stateMachines);
  return deployed;
}

async function attempt(
  create: Creator,
  api: Api,
  resource: AssemblyResource,
): Promise<AssignedValues | undefined> {
  try {
    return await create(api, resource.properties(), resource);
  } catch (error) {
    const { stack, logicalId, type } = resource;
    const code = error instanceof ApiError ? error.code : 'InternalFailure';
    throw new DeploymentFailed({ stack, logicalId, type }, code, messageOf(error), { cause: error });
  }
}

/** Functions and state machines are made ready before anything is deployed. */
function requireForeseen<Spec extends { readonly name: string }>(
  foreseen: readonly Spec[],
  actual: readonly Spec[],
): void {
  const changed = actual.filter((spec, index) => JSON.stringify(spec) !== JSON.stringify(foreseen[index]));
  if (changed.length > 0) {
    throw new AssemblyRefused(
      changed.map(
        ({ name }) =>
          `"${name}" holds an id that a service makes up at deployment; hand it the resource's name instead`,
      ),
    );
  }
}
