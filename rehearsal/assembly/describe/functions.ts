import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionSpec } from '../../contracts';
import { Unresolvable } from '../errors';
import type { RoleSpec } from '../policies/roles';
import type { Assembly } from '../read-assembly';
import type { AssemblyResource } from '../resolve/values';
import { roleOf } from './role-of';

/** Lambda's own defaults. */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

/**
 * One function with the folder of its bundle.
 * @throws Unresolvable when its code is not a folder of the assembly, or Lambda may not assume its role.
 */
export function readFunction(
  resource: AssemblyResource,
  assembly: Assembly,
  roles: readonly RoleSpec[],
): FunctionSpec {
  const { Code, Handler, Environment, Timeout, MemorySize, Role } = resource.properties();
  const handler = String(Handler);
  return {
    name: resource.physicalId,
    arn: String(resource.attribute('Arn')),
    bundleDir: bundleOf(resource, assembly, Code, handler),
    handler,
    environment: environmentOf(Environment),
    timeoutSeconds: Number(Timeout ?? DEFAULT_TIMEOUT_SECONDS),
    memoryMb: Number(MemorySize ?? DEFAULT_MEMORY_MB),
    roleName: roleOf(Role, roles, 'lambda.amazonaws.com'),
  };
}

function bundleOf(resource: AssemblyResource, assembly: Assembly, code: unknown, handler: string): string {
  const { S3Key } = Object(code) as { S3Key?: unknown };
  if (typeof S3Key !== 'string') {
    throw new Unresolvable(
      `the function's code must be a folder of the assembly, received ${JSON.stringify(Object.keys(Object(code)))}; use Code.fromAsset`,
    );
  }
  const stack = assembly.stacks.find(({ name }) => name === resource.stack);
  const folder = stack?.assets.get(S3Key);
  if (folder === undefined) {
    throw new Unresolvable(
      `the function's code "${S3Key}" is in no asset manifest of its stack; run "make synth"`,
    );
  }
  const file = `${handler.slice(0, handler.lastIndexOf('.'))}.js`;
  if (!existsSync(join(folder, file))) {
    throw new Unresolvable(
      `the bundle "${folder}" holds no "${file}" for handler "${handler}"; run "make synth"`,
    );
  }
  return folder;
}

function environmentOf(environment: unknown): Readonly<Record<string, string>> {
  const { Variables = {} } = Object(environment) as { Variables?: Record<string, unknown> };
  return Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, String(value)]));
}
