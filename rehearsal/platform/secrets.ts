import { createHash, randomBytes } from 'node:crypto';
import type { Scenario } from '../scenario/schema';

/**
 * Values of the secrets that task definitions name: the scenario's, else one made up for this run. Secrets are told
 * apart by the last part of their name, so that two services that share one find the same value.
 */
export function secretsOf(scenario: Pick<Scenario, 'secrets'>): (valueFrom: string) => string {
  const seed = randomBytes(16).toString('hex');
  return (valueFrom) => {
    const name = valueFrom.split(/[/:]/).at(-1) ?? valueFrom;
    return scenario.secrets[name] ?? createHash('sha256').update(`${seed}${name}`).digest('hex').slice(0, 24);
  };
}
