import type { DeployableAssembly } from '../assembly/describe/deployable';

/**
 * ARN of one of an environment's state machines: the one that rolls versions out, or the one that applies operators'
 * splits.
 * @throws {Error} when the assembly has none of that name.
 */
export function machineArn(
  { stateMachines }: Pick<DeployableAssembly, 'stateMachines'>,
  environment: string,
  kind: 'rollout' | 'split',
): string {
  const name = `${environment}-${kind}`;
  const found = stateMachines.find((machine) => machine.name === name);
  if (found === undefined) {
    const known = stateMachines.map((machine) => machine.name).join(', ') || 'none';
    throw new Error(`the assembly has no state machine "${name}"; known: ${known}; synthesize it again`);
  }
  return found.arn;
}
