import { disableRule, stopExecution, stopPipeline } from '../../adapters/environment/activity';
import type { EnvironmentClients } from '../../adapters/environment/clients';
import { removeResource, tagLogGroup } from '../../adapters/environment/removal';
import { Stacks } from '../../adapters/environment/stacks';
import type { TaggedResource } from '../../adapters/environment/tagged-resources';
import { removeRoute, VERSION_KINDS } from '../../adapters/environment/versions';
import { ENVIRONMENT_TAG } from '../../core/config/tags';
import { deletionWaves } from './deletion-order';
import { removeStack } from './remove-stack';
import { isGone, type Survey, type SurveyedStack, survey } from './survey';

/** What taking an environment down works with. */
export interface TakeDownTools {
  readonly clients: EnvironmentClients;
  readonly region: string;
  readonly account: string;
  readonly tell: (line: string) => void;
  /** Waits between two looks at something that takes its time. */
  readonly pause: () => Promise<void>;
}

/** Looks at what is left so often before what is left is called a failure. */
const ROUNDS = 4;
/** Versions end with their last task, which may take its stop timeout of up to two minutes and a drain. */
const VERSION_ROUNDS = 60;

/**
 * Takes everything away that a survey found, in an order in which each step can work: what could act first, then
 * traffic, versions, stacks, and what no stack held. Whatever fails is told and the rest goes on.
 * @returns what was left at the end, and every problem that was met.
 */
export async function takeDown(
  tools: TakeDownTools,
  found: Survey,
): Promise<{ readonly left: Survey; readonly problems: readonly string[] }> {
  const { clients, pause } = tools;
  let problems: string[] = [];
  let now = found;
  for (let round = 0; round < ROUNDS && !isGone(now); round += 1) {
    problems = [];
    await takeOnce(tools, now, problems);
    now = await survey(clients, found.environment);
    if (!isGone(now)) {
      await pause();
    }
  }
  return { left: now, problems: isGone(now) ? [] : problems };
}

async function takeOnce(tools: TakeDownTools, found: Survey, problems: string[]): Promise<void> {
  await stopActivity(tools, found, problems);
  const actors = found.stacks.filter((stack) => canAct(stack) && stack.importers.length === 0);
  await removeWaves(tools, deletionWaves(actors), problems);
  await removeVersions(tools, found.environment, problems);
  const rest = (await survey(tools.clients, found.environment)).stacks;
  await removeWaves(tools, deletionWaves(rest), problems);
  await removeLeftovers(tools, found.environment, problems);
}

/** What starts rollouts by itself, or brings a stopped one back. */
function canAct({ resources }: SurveyedStack): boolean {
  return resources.some(({ type }) => type === 'AWS::StepFunctions::StateMachine');
}

async function stopActivity(tools: TakeDownTools, found: Survey, problems: string[]): Promise<void> {
  const { clients, region, account, tell } = tools;
  const resources = found.stacks.flatMap((stack) => stack.resources);
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  for (const { physicalId } of ofType('AWS::Events::Rule')) {
    const name = physicalId.split('|').at(-1) ?? '';
    await attempt(problems, () => disableRule(clients, `arn:aws:events:${region}:${account}:rule/${name}`));
  }
  for (const { physicalId } of ofType('AWS::CodePipeline::Pipeline')) {
    await attempt(problems, () => stopPipeline(clients, physicalId));
  }
  for (const arn of found.executions) {
    tell(`stopping rollout ${arn.split(':').at(-1)}`);
    await attempt(problems, () => stopExecution(clients, arn));
  }
  const tags = { [ENVIRONMENT_TAG]: found.environment };
  for (const name of found.untaggedLogGroups) {
    const arn = `arn:aws:logs:${region}:${account}:log-group:${name}`;
    await attempt(problems, () => tagLogGroup(clients, arn, tags));
  }
}

/**
 * Removes all versions, or those of one service. Routes first, for they hold the versions; then versions, again and
 * again until their last task has ended.
 */
export async function removeVersions(
  tools: TakeDownTools,
  environment: string,
  problems: string[],
  service: string | null = null,
): Promise<void> {
  const { clients, tell, pause } = tools;
  for (let round = 0; round < VERSION_ROUNDS; round += 1) {
    const failed: string[] = [];
    const found = await survey(clients, environment);
    const routes = found.routes.filter(({ router }) => service === null || router === service);
    const versions = found.versions.filter((part) => service === null || part.service === service);
    for (const route of routes) {
      tell(`taking traffic away: route ${route.router}`);
      await attempt(failed, () => removeRoute(clients, route));
    }
    if (versions.length === 0 && failed.length === 0) {
      return;
    }
    await Promise.all(
      inRemovalOrder(versions).map(async (part) => {
        if (round === 0) {
          tell(`removing ${part.arn.split(':').at(-1)}`);
        }
        await attempt(failed, async () => void (await VERSION_KINDS[part.type]?.remove(clients, part.id)));
      }),
    );
    if (round === VERSION_ROUNDS - 1) {
      problems.push(...failed);
    }
    await pause();
  }
}

const ORDER = Object.keys(VERSION_KINDS);

function inRemovalOrder(versions: readonly TaggedResource[]): readonly TaggedResource[] {
  return [...versions].sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type));
}

async function removeWaves(
  tools: TakeDownTools,
  waves: readonly (readonly SurveyedStack[])[],
  problems: string[],
): Promise<void> {
  for (const wave of waves) {
    await Promise.all(
      wave.map((stack) =>
        attempt(problems, () => removeStack(tools, new Stacks(tools.clients.cloudFormation), stack)),
      ),
    );
  }
}

async function removeLeftovers(tools: TakeDownTools, environment: string, problems: string[]): Promise<void> {
  const { clients, tell, pause } = tools;
  const { stacks, leftovers } = await survey(clients, environment);
  if (stacks.length > 0) {
    // What a stack that could not go needs may be among them.
    return;
  }
  for (const resource of leftovers) {
    tell(`removing what no stack holds: ${resource.type} ${resource.id}`);
    // A stack's task definition is only switched off with it, like a version's.
    const kind = VERSION_KINDS[resource.type];
    await attempt(problems, async () =>
      kind === undefined
        ? removeResource(clients, resource, pause)
        : void (await kind.remove(clients, resource.id)),
    );
  }
}

/** Notes a failure down and lets the rest go on. */
async function attempt(problems: string[], run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
}
