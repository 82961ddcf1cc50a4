import type { DeployedStack, Stacks } from '../../adapters/environment/stacks';
import type { Assembly } from './assembly';

/** What a person looks for after a deployment, by the output's key; in this order. */
const TITLES: readonly (readonly [key: RegExp, title: string])[] = [
  [/ApplicationUrl/, 'Application'],
  [/Dashboard/, 'Dashboards'],
  [/Clone/, 'Push to'],
  [/PipelineUrl/, 'Pipelines'],
];

/** Addresses: the application, dashboards, where to push. */
export function renderOutputs(stacks: readonly DeployedStack[]): string {
  const lines = TITLES.flatMap(([pattern, title]) => {
    const found = stacks.flatMap(({ name, outputs }) =>
      outputs
        .filter(({ key, exportName }) => exportName === null && pattern.test(key))
        .map(({ value }) => ({ name, value })),
    );
    return found.length === 0
      ? []
      : ['', `${title}:`, ...found.map(({ name, value }) => `  ${name.padEnd(32)} ${value}`)];
  });
  return ['deployed', ...lines].join('\n');
}

/** After a failure: the state of every stack, why, and what to do. */
export async function renderStates(stacks: Stacks, assembly: Assembly): Promise<string> {
  const lines: string[] = ['the deployment failed; the stacks are now:'];
  for (const { name } of assembly.stacks) {
    const stack = await stacks.find(name);
    lines.push(`  ${(stack?.status ?? 'not there').padEnd(28)} ${name}`);
    if (stack !== null && !/^(CREATE|UPDATE)_COMPLETE$/.test(stack.status)) {
      lines.push(...(await stacks.failures(name)).map((failure) => `    ${failure}`));
    }
  }
  return [
    ...lines,
    'what was deployed before the failure is in use; the failed stack is as it was before, or not there at all.',
    'Correct what it names and deploy again: finished stacks are skipped. To give up: make destroy.',
  ].join('\n');
}
