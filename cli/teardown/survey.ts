import { runningExecutions, runningPipelineExecutions } from '../../adapters/environment/activity';
import type { EnvironmentClients } from '../../adapters/environment/clients';
import { isThere, logGroups } from '../../adapters/environment/removal';
import { nameArn } from '../../adapters/environment/resource-kinds';
import { type DeployedStack, type StackResource, Stacks } from '../../adapters/environment/stacks';
import { findTagged, type TaggedResource } from '../../adapters/environment/tagged-resources';
import {
  findRoutes,
  isVersionPart,
  type MeshRoute,
  VERSION_KINDS,
} from '../../adapters/environment/versions';
import { ENVIRONMENT_TAG } from '../../core/config/tags';

/** Everything that an account holds of an environment, at one moment. */
export interface Survey {
  readonly environment: string;
  /** Stacks that carry the environment's tag, with what they hold. */
  readonly stacks: readonly SurveyedStack[];
  /** ARNs. */
  readonly executions: readonly string[];
  readonly pipelineRuns: readonly { readonly pipeline: string; readonly id: string }[];
  readonly routes: readonly MeshRoute[];
  /** Parts of versions: what rollouts started. */
  readonly versions: readonly TaggedResource[];
  /** Whatever else carries the tag and is in no stack. */
  readonly leftovers: readonly TaggedResource[];
  /** Log groups that services made by themselves, without a tag, for what the stacks hold. */
  readonly untaggedLogGroups: readonly string[];
  /** Names that begin as the environment's do, but are not tagged as its own: left alone. */
  readonly foreign: readonly string[];
}

/** A stack, its resources, and who imports from it. */
export interface SurveyedStack extends DeployedStack {
  readonly resources: readonly StackResource[];
  readonly importers: readonly string[];
}

/** Looks at everything, changes nothing. */
export async function survey(clients: EnvironmentClients, environment: string): Promise<Survey> {
  const stacks = new Stacks(clients.cloudFormation);
  const all = await stacks.list();
  const own: SurveyedStack[] = [];
  for (const stack of all.filter(({ tags }) => tags[ENVIRONMENT_TAG] === environment)) {
    const [resources, importers] = [await stacks.resources(stack.name), await stacks.importers(stack)];
    own.push({ ...stack, resources, importers });
  }
  const resources = own.flatMap((stack) => stack.resources);
  const names = own.map(({ name }) => name);
  const tagged = await existing(clients, await findTagged(clients, environment), names);
  const inStacks = new Set(resources.map(({ physicalId }) => physicalId));
  return {
    environment,
    stacks: own,
    ...(await findActivity(clients, resources)),
    routes: await findRoutes(clients, environment),
    versions: tagged.filter(isVersionPart),
    leftovers: tagged.filter((each) => !isVersionPart(each)),
    untaggedLogGroups: await findUntaggedLogGroups(clients, environment, resources, tagged, inStacks),
    foreign: all
      .filter(({ name, tags }) => name.startsWith(`${environment}-`) && tags[ENVIRONMENT_TAG] === undefined)
      .map(({ name }) => `stack ${name}`),
  };
}

/** Whether nothing of the environment is there any more. */
export function isGone(found: Survey): boolean {
  return whatIsLeft(found).length === 0;
}

/** One line for each thing that is there. */
export function whatIsLeft(found: Survey): readonly string[] {
  return [
    ...found.executions.map((arn) => `running execution ${arn.split(':').at(-1)}`),
    ...found.pipelineRuns.map(({ pipeline, id }) => `running pipeline ${pipeline} (${id})`),
    ...found.stacks.map(({ name, status }) => `stack ${name} (${status})`),
    ...found.routes.map(({ mesh, router, route }) => `route ${mesh}/${router}/${route}`),
    ...[...found.versions, ...found.leftovers].map(({ arn }) => arn),
    ...found.untaggedLogGroups.map((name) => `log group ${name}`),
  ];
}

const typed = (resources: readonly StackResource[], type: string): readonly string[] =>
  resources.filter((resource) => resource.type === type).map(({ physicalId }) => physicalId);

async function findActivity(
  clients: EnvironmentClients,
  resources: readonly StackResource[],
): Promise<Pick<Survey, 'executions' | 'pipelineRuns'>> {
  const executions: string[] = [];
  for (const machine of typed(resources, 'AWS::StepFunctions::StateMachine')) {
    executions.push(...(await runningExecutions(clients, machine)));
  }
  const pipelineRuns: { pipeline: string; id: string }[] = [];
  for (const pipeline of typed(resources, 'AWS::CodePipeline::Pipeline')) {
    const ids = await runningPipelineExecutions(clients, pipeline);
    pipelineRuns.push(...ids.map((id) => ({ pipeline, id })));
  }
  return { executions, pipelineRuns };
}

/** The tag index remembers what is gone for a while: what is in no stack is asked of its own service. */
async function existing(
  clients: EnvironmentClients,
  tagged: readonly TaggedResource[],
  stacks: readonly string[],
): Promise<readonly TaggedResource[]> {
  const there: TaggedResource[] = [];
  for (const resource of tagged) {
    const isInStack = resource.stack !== null && stacks.includes(resource.stack);
    if (!isInStack && (await isStillThere(clients, resource))) {
      there.push(resource);
    }
  }
  return there;
}

function isStillThere(clients: EnvironmentClients, { type, id }: TaggedResource): Promise<boolean> {
  return VERSION_KINDS[type]?.isThere(clients, id) ?? isThere(clients, type, id);
}

async function findUntaggedLogGroups(
  clients: EnvironmentClients,
  environment: string,
  resources: readonly StackResource[],
  tagged: readonly TaggedResource[],
  inStacks: ReadonlySet<string>,
): Promise<readonly string[]> {
  // The slash at the end keeps "demo" apart from "demo-eu"; other names are whole.
  const prefix = `/ecs-canary/${environment}/`;
  const names = [
    ...typed(resources, 'AWS::Lambda::Function').map((name) => `/aws/lambda/${name}`),
    ...typed(resources, 'AWS::CodeBuild::Project').map((name) => `/aws/codebuild/${name}`),
    `/aws/ecs/containerinsights/${environment}/performance`,
  ];
  const found = new Set(await logGroups(clients, prefix));
  for (const name of names) {
    for (const group of await logGroups(clients, name)) {
      if (group === name) {
        found.add(group);
      }
    }
  }
  const known = new Set(tagged.map(({ arn }) => nameArn(arn).id));
  return [...found].filter((name) => !inStacks.has(name) && !known.has(name));
}
