import { type DeployedStack, Stacks } from '../../adapters/environment/stacks';
import { removeStack } from '../teardown/remove-stack';
import { removeVersions, type TakeDownTools } from '../teardown/take-down';

/**
 * Removes the stacks of services that platform.yaml no longer has: traffic and versions first, then the stack. Data that
 * outlives versions stays, for a service may have been removed by mistake; destroying the environment removes it.
 * @returns every problem that was met.
 */
export async function removeSurplus(
  tools: TakeDownTools,
  environment: string,
  surplus: readonly DeployedStack[],
): Promise<readonly string[]> {
  const problems: string[] = [];
  const stacks = new Stacks(tools.clients.cloudFormation);
  for (const stack of surplus) {
    try {
      await removeVersions(tools, environment, problems, stack.name.slice(`${environment}-`.length));
      await removeStack(tools, stacks, stack);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  return problems;
}
