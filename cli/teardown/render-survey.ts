import type { StackResource } from '../../adapters/environment/stacks';
import type { TaggedResource } from '../../adapters/environment/tagged-resources';
import { DATA_KINDS } from '../environment/data-kinds';
import { type Survey, whatIsLeft } from './survey';

/** The preview of a destruction: everything that goes, loudly what cannot be had back. */
export function renderSurvey(
  found: Survey,
  place: { readonly account: string; readonly region: string },
): string {
  const { environment, stacks, executions, pipelineRuns, routes, versions, leftovers, untaggedLogGroups } =
    found;
  const services = new Set(versions.map(({ service }) => service));
  const lines = [
    `Everything of environment "${environment}" in account ${place.account}, region ${place.region} will be DELETED:`,
    '',
    ...stacks.map(
      ({ name, status, resources }) => `  stack ${name}: ${count(resources.length, 'resource')} (${status})`,
    ),
    ...(versions.length === 0
      ? []
      : [`  ${count(versions.length, 'part')} of running versions of ${[...services].sort().join(', ')}`]),
    ...(routes.length === 0
      ? []
      : [`  ${count(routes.length, 'route')}: users get no answer any more from then on`]),
    ...(executions.length === 0
      ? []
      : [`  ${count(executions.length, 'running rollout')}: stopped in the middle`]),
    ...(pipelineRuns.length === 0 ? [] : [`  ${count(pipelineRuns.length, 'running pipeline')}: stopped`]),
    ...(leftovers.length + untaggedLogGroups.length === 0
      ? []
      : [
          `  outside of any stack:`,
          ...leftovers.map(({ type, id }) => `    ${type} ${id}`),
          ...untaggedLogGroups.map((name) => `    log group ${name}`),
        ]),
  ];
  const data = dataLines(
    stacks.flatMap(({ resources }) => resources),
    leftovers,
  );
  const loud =
    data.length === 0 ? [] : ['', 'DATA THAT CANNOT BE HAD BACK:', ...data.map((line) => `  ! ${line}`)];
  const alone =
    found.foreign.length === 0
      ? []
      : ['', `Left alone, for it does not carry the tag: ${found.foreign.join(', ')}`];
  return [...lines, ...loud, ...alone].join('\n');
}

function dataLines(
  resources: readonly StackResource[],
  leftovers: readonly TaggedResource[],
): readonly string[] {
  return [
    ...resources.map(({ type, physicalId }) => ({ type, id: physicalId })),
    ...leftovers.map(({ type, id }) => ({ type, id })),
  ].flatMap(({ type, id }) => (DATA_KINDS[type] === undefined ? [] : [`${DATA_KINDS[type]}: ${id}`]));
}

/** The proof that nothing is left: what was asked, and what came back. */
export function renderProof(left: Survey): string {
  const { environment } = left;
  const tag = `ecs-canary:environment=${environment}`;
  const asked: readonly (readonly [question: string, answer: number])[] = [
    [`stacks tagged ${tag}`, left.stacks.length],
    ['running rollouts and pipelines of them', left.executions.length + left.pipelineRuns.length],
    [`routes of mesh ${environment}`, left.routes.length],
    [`tasks, nodes, names and task definitions tagged ${tag}`, left.versions.length],
    [`every other resource tagged ${tag}`, left.leftovers.length],
    [
      `log groups /ecs-canary/${environment}/… and those of its functions, builds and cluster`,
      left.untaggedLogGroups.length,
    ],
  ];
  const lines = asked.map(
    ([question, answer]) => `  ${answer === 0 ? '✓ none' : `✗ ${answer}   `}  ${question}`,
  );
  const alone = left.foreign.map((name) => `  left alone, not tagged as this environment's: ${name}`);
  return ['Asked AWS what is left:', ...lines, ...alone].join('\n');
}

/** What is left, why, and what to do. */
export function renderFailure(left: Survey, problems: readonly string[]): string {
  return [
    `environment "${left.environment}" is not gone; left are:`,
    ...whatIsLeft(left).map((line) => `  ${line}`),
    ...(problems.length === 0 ? [] : ['because:', ...problems.map((problem) => `  ${problem}`)]),
    'run the same command again: it goes on with what is left',
  ].join('\n');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
