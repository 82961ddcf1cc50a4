import { resolve } from 'node:path';
import type { DeployableAssembly } from '../../../rehearsal/assembly/describe/deployable';
import type { RoleSpec } from '../../../rehearsal/assembly/policies/roles';
import { assemblyFolder } from '../../../rehearsal/platform/assembly-folder';
import { type FunctionLogs, functionLogUses } from '../../../tools/permissions/implied';
import type { EnvironmentNames } from '../../../tools/permissions/names';
import { type RegisteredTask, usesOfTask } from '../../../tools/permissions/task-uses';
import type { Use } from '../../../tools/permissions/types';
import { continueInAnother } from './continuation';
import { Lane } from './lane';
import { pushAndRelease } from './pipeline-play';
import { EvidenceStage } from './stage';
import { allAtOnce, byHand, byHandFromTheStart, interruptions, releases, strangeBeginnings } from './stories';

/** What runs showed, and the roles that it is to be compared with. */
export interface Evidence {
  readonly names: EnvironmentNames;
  readonly roles: readonly RoleSpec[];
  readonly uses: readonly Use[];
}

const ROOT = resolve(__dirname, '../../..');
/** Its services have names without a word in common. */
const PLATFORM = resolve(ROOT, 'test/drills/platform.yaml');

/** The service whose pipeline and tasks stand for those of every service. */
export const EXAMPLE_SERVICE = 'red';

const STORIES = {
  red: releases,
  blue: interruptions,
  green: allAtOnce,
  gold: strangeBeginnings,
  new: byHandFromTheStart,
  web: byHand,
};

/** @throws {Error} when the assembly has no log group where a function's is expected. */
function logsOf({ resources, region, account }: DeployableAssembly): FunctionLogs {
  const groups = resources
    .filter(({ type }) => type === 'AWS::Logs::LogGroup')
    .map(({ physicalId }) => physicalId);
  return {
    arnOf: (name) => {
      const group = groups.find(
        (each) => /\/functions\//.test(each) && name.endsWith(`-${each.split('/').at(-1)}`),
      );
      if (group === undefined) {
        throw new Error(`the assembly has no log group of function "${name}"`);
      }
      return `arn:aws:logs:${region}:${account}:log-group:${group}`;
    },
  };
}

/** What running the tasks takes of which definitions were registered. */
async function taskUses(stage: EvidenceStage): Promise<readonly Omit<Use, 'isAllowed'>[]> {
  const { aws } = stage.headless;
  const { ListTaskDefinitions, DescribeTaskDefinition } = aws.ecs.operations;
  const { region, account } = aws.deployed;
  const uses: Omit<Use, 'isAllowed'>[] = [];
  for (const status of ['ACTIVE', 'INACTIVE']) {
    const listed = await ListTaskDefinitions?.run({ status, maxResults: 100 });
    const { taskDefinitionArns } = listed as { readonly taskDefinitionArns: readonly string[] };
    for (const taskDefinition of taskDefinitionArns) {
      const found = await DescribeTaskDefinition?.run({ taskDefinition });
      const { taskDefinition: registered } = found as { readonly taskDefinition: RegisteredTask };
      uses.push(...usesOfTask(registered, { region, account, taskId: '0123456789abcdef0123456789abcdef' }));
    }
  }
  return uses;
}

/**
 * Plays all stories on an assembly of the drills' platform: that of the sources as they are, unless another is given.
 * @throws {AggregateError} when one of them goes otherwise than it is told.
 */
export async function collectEvidence(tell: (text: string) => void, given?: string): Promise<Evidence> {
  const assembly = given ?? (await assemblyFolder(ROOT, PLATFORM, new AbortController().signal, tell));
  const stage = await EvidenceStage.start(assembly);
  try {
    const stories = Object.entries(STORIES).map(([service, play]) => play(new Lane(stage, service)));
    await stage.play(stories);
    const { deployed } = stage.headless.aws;
    const services = stage.headless.services.map(({ service }) => service);
    await pushAndRelease(stage, EXAMPLE_SERVICE);
    await continueInAnother(deployed, (asked) => stage.note(asked));
    stage.noteImplied(functionLogUses(stage.uses, deployed.functions, logsOf(deployed)));
    stage.noteImplied(await taskUses(stage));
    return {
      names: { environment: stage.environment, services, account: deployed.account },
      roles: deployed.roles,
      uses: stage.uses,
    };
  } finally {
    await stage.headless.stop();
  }
}
