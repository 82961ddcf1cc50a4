import { resolve } from 'node:path';
import type { DeployableAssembly } from '../../../rehearsal/assembly/describe/deployable';
import { describeDeployable } from '../../../rehearsal/assembly/describe/describe-deployable';
import { createAuthorizer } from '../../../rehearsal/assembly/policies/authorizer';
import { observeAuthorizer } from '../../../rehearsal/assembly/policies/observed';
import type { RoleSpec } from '../../../rehearsal/assembly/policies/roles';
import { readAssembly } from '../../../rehearsal/assembly/read-assembly';
import { assemblyFolder } from '../../../rehearsal/platform/assembly-folder';
import { type FunctionLogs, functionLogUses } from '../../../tools/permissions/implied';
import type { EnvironmentNames } from '../../../tools/permissions/names';
import { type RegisteredTask, usesOfTask } from '../../../tools/permissions/task-uses';
import type { Use } from '../../../tools/permissions/types';
import { continueInAnother } from './continuation';
import { Lane } from './lane';
import { operateSplits } from './operator-play';
import { machinesInName, machinesOf, pushAndRelease } from './pipeline-play';
import { EvidenceStage } from './stage';
import {
  allAtOnce,
  byHand,
  byHandFromTheStart,
  interruptions,
  releases,
  strangeBeginnings,
  takeOverTheEnded,
  withFiles,
} from './stories';

/** What runs showed, and the roles that it is to be compared with. */
export interface Evidence {
  readonly names: EnvironmentNames;
  readonly roles: readonly RoleSpec[];
  readonly uses: readonly Use[];
}

const ROOT = resolve(__dirname, '../../..');
const PLATFORM = resolve(__dirname, 'platform.yaml');
const ELSEWHERE = resolve(__dirname, 'elsewhere.yaml');

/** The service whose pipeline and tasks stand for those of every service. */
export const EXAMPLE_SERVICE = 'red';

/** A service whose repository is at a code connection; the sample has none. */
export const GUEST = { service: 'guest', repository: 'people/services/guest' } as const;

const STORIES = {
  red: releases,
  blue: interruptions,
  green: allAtOnce,
  gold: strangeBeginnings,
  new: byHandFromTheStart,
  web: byHand,
  files: withFiles,
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

/** Plays the pipeline of a service whose source is a code connection; answers the roles of that service. */
async function playGuest(stage: EvidenceStage, assembly: string): Promise<readonly RoleSpec[]> {
  const { environment, headless } = stage;
  const deployed = describeDeployable(readAssembly(assembly));
  await pushAndRelease({
    ...GUEST,
    deployed,
    environment,
    clock: headless.clock,
    authorize: observeAuthorizer(createAuthorizer(deployed.roles), (asked) => stage.note(asked)),
    machines: machinesInName,
  });
  return deployed.roles.filter(({ name }) => name.startsWith(`${environment}-${GUEST.service}-`));
}

async function playExample(stage: EvidenceStage): Promise<void> {
  const { environment, headless } = stage;
  const { deployed } = headless.aws;
  await pushAndRelease({
    service: EXAMPLE_SERVICE,
    repository: `${environment}-${EXAMPLE_SERVICE}`,
    deployed,
    environment,
    clock: headless.clock,
    authorize: observeAuthorizer(createAuthorizer(deployed.roles), (asked) => stage.note(asked)),
    machines: () => machinesOf(stage),
  });
}

/** Everything that is played. @throws {AggregateError} when a story goes otherwise than it is told. */
async function playAll(stage: EvidenceStage): Promise<void> {
  const lanes = new Map(Object.keys(STORIES).map((service) => [service, new Lane(stage, service)]));
  const play = (service: string, story: (lane: Lane) => Promise<void>): Promise<void> =>
    story(lanes.get(service) ?? new Lane(stage, service));
  await stage.play(Object.entries(STORIES).map(([service, story]) => play(service, story)));
  await stage.play([play('web', takeOverTheEnded)]);
  await playExample(stage);
  await play(EXAMPLE_SERVICE, (lane) => operateSplits(stage, lane, 'gold'));
  await continueInAnother(stage.headless.aws.deployed, (asked) => stage.note(asked));
}

/**
 * Plays all stories on an assembly of this folder's platform: that of the sources as they are, unless another is given.
 * @throws {AggregateError} when one of them goes otherwise than it is told.
 */
export async function collectEvidence(tell: (text: string) => void, given?: string): Promise<Evidence> {
  const { signal } = new AbortController();
  const assembly = given ?? (await assemblyFolder(ROOT, PLATFORM, signal, tell));
  const elsewhere = await assemblyFolder(ROOT, ELSEWHERE, signal, tell);
  const stage = await EvidenceStage.start(assembly);
  try {
    await playAll(stage);
    const { deployed } = stage.headless.aws;
    const guests = await playGuest(stage, elsewhere);
    stage.noteImplied(functionLogUses(stage.uses, deployed.functions, logsOf(deployed)));
    stage.noteImplied(await taskUses(stage));
    const services = stage.headless.services.map(({ service }) => service);
    return {
      names: {
        environment: stage.environment,
        services: [...services, GUEST.service],
        account: deployed.account,
      },
      roles: [...deployed.roles, ...guests],
      uses: stage.uses,
    };
  } finally {
    await stage.headless.stop();
  }
}
