import type { RouteSpec } from '@aws-sdk/client-app-mesh';
import type { AwsSide } from '../environment/aws-side';
import { weightsOf } from '../environment/splits';

/** What changed in a mesh. */
export type MeshChange =
  | { readonly kind: 'node'; readonly node: string; readonly exists: boolean }
  | { readonly kind: 'split'; readonly service: string; readonly weights: Readonly<Record<string, number>> };

/**
 * Reads a change of one App Mesh resource by its ARN, and nothing but that resource: reading the whole mesh at each
 * change would cost more with every service.
 */
export async function readMeshChange(appMesh: AwsSide['appMesh'], arn: string): Promise<MeshChange | null> {
  const parts = /^arn:[^/]*:mesh\/([^/]+)\/(virtualNode|virtualRouter)\/([^/]+)(?:\/route\/([^/]+))?$/.exec(
    arn,
  );
  const [, meshName = '', kind, name = '', routeName] = parts ?? [];
  if (kind === 'virtualNode') {
    const found = await describe(appMesh, 'DescribeVirtualNode', { meshName, virtualNodeName: name });
    return { kind: 'node', node: name, exists: found !== null };
  }
  if (kind === 'virtualRouter' && routeName !== undefined) {
    const input = { meshName, virtualRouterName: name, routeName };
    const found = await describe(appMesh, 'DescribeRoute', input);
    return { kind: 'split', service: name, weights: weightsOf((found as { spec?: RouteSpec } | null)?.spec) };
  }
  return null;
}

async function describe(appMesh: AwsSide['appMesh'], operation: string, input: object): Promise<unknown> {
  try {
    return await appMesh.operations[operation]?.run(input as Record<string, unknown>);
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundException') {
      return null;
    }
    throw error;
  }
}
