import { setTimeout as wait } from 'node:timers/promises';
import {
  type ClientSettings,
  createAppMeshClient,
  createDynamoDbClient,
  createSsmClient,
  createStepFunctionsClient,
} from '../../adapters/clients';
import { SsmServiceDirectory } from '../../adapters/directory/ssm/directory';
import { StepFunctionsWatch } from '../../adapters/executions/step-functions/watch';
import { DynamoDbRolloutStore } from '../../adapters/store/dynamodb/store';
import { createTrafficRouter } from '../../adapters/traffic/create-traffic-router';
import { splitMachineName } from '../../core/config/machine-names';
import { releaseTableName } from '../../core/config/release-table';
import type { ServiceBinding } from '../../core/config/service-binding';
import { CanaryError } from '../../core/errors';
import { applyAndFollow } from '../../core/manual-split/follow-change';
import { wantedWeights } from '../../core/manual-split/split-input';
import { describeSplit, weightOf } from '../../core/traffic/split';
import type { EXIT_CODES, Output } from '../command';
import type { PlatformService } from './read-split';

/** Which service of which environment, and how to reach AWS. */
export interface SplitTarget extends PlatformService {
  readonly endpoint?: string;
  readonly json: boolean;
}

/** Milliseconds between two looks at an execution; a rehearsal's runs many times faster. */
const LOOK_MILLIS = { aws: 2000, other: 250 } as const;

/** Versions that are shown. */
const SHOWN_VERSIONS = 20;

/** Applies the service's split and follows it. @returns the exit code. */
export async function runSplit(
  target: SplitTarget,
  output: Output,
  codes: typeof EXIT_CODES,
): Promise<number> {
  const { service } = target;
  const settings = settingsOf(target);
  const binding = await loadBinding(target, settings, output);
  if (binding === null) {
    return codes.refused.code;
  }
  const wanted = wantedWeights(service.split ?? []);
  const tell = target.json ? () => undefined : (line: string) => output.print(`${service.name}: ${line}`);
  const ended = await applyAndFollow(
    {
      watch: new StepFunctionsWatch(createStepFunctionsClient(settings), splitMachineArn(binding)),
      pause: () => wait(target.endpoint === undefined ? LOOK_MILLIS.aws : LOOK_MILLIS.other),
      tell,
    },
    { name: `${service.name}-split-${Date.now().toString(36)}`, service: service.name, wanted },
  );
  if (target.json) {
    output.print(JSON.stringify({ service: service.name, wanted, ...ended }, null, 2));
  } else {
    output.print(
      `${service.name}: ${ended.outcome}${ended.outcome === 'Applied' ? '' : `: ${ended.reason}`}`,
    );
  }
  if (ended.outcome === 'Applied') {
    return codes.done.code;
  }
  return ended.outcome === 'Rejected' ? codes.refused.code : codes.failed.code;
}

/** Shows the split now, and the versions that can be named. @returns the exit code. */
export async function showSplit(target: SplitTarget, output: Output): Promise<number> {
  const { platform, service } = target;
  const settings = settingsOf(target);
  const binding = await directoryOf(target, settings).load(service.name);
  const router = createTrafficRouter(binding, { appMesh: () => createAppMeshClient(settings) });
  const store = new DynamoDbRolloutStore(
    createDynamoDbClient(settings),
    releaseTableName(platform.environment),
  );
  const [split, versions] = await Promise.all([
    router.getSplit(),
    store.listVersions(service.name, SHOWN_VERSIONS),
  ]);
  const shown = versions.map(({ version, commit, builtAt }) => ({
    version,
    weight: weightOf(split, version),
    commit,
    builtAt,
  }));
  const manual = binding.manualSplit === true;
  if (target.json) {
    const now = { service: service.name, manualSplit: manual, split: split.weights, versions: shown };
    output.print(JSON.stringify(now, null, 2));
    return 0;
  }
  output.print(`${service.name}: ${manual ? 'under manual split' : 'releases roll out by themselves'}`);
  output.print(`traffic now: ${describeSplit(split)}`);
  output.print(shown.length === 0 ? 'no version was built yet' : 'versions that can be named, newest first:');
  for (const { version, weight, builtAt } of shown) {
    output.print(`  ${version.padEnd(13)} ${`${weight} %`.padStart(5)}  built ${builtAt}`);
  }
  return 0;
}

function settingsOf({ platform, endpoint }: SplitTarget): ClientSettings {
  return { region: platform.region, ...(endpoint === undefined ? {} : { endpoint }) };
}

function directoryOf({ platform }: SplitTarget, settings: ClientSettings): SsmServiceDirectory {
  return new SsmServiceDirectory(createSsmClient(settings), platform.environment);
}

/** The service as it is deployed; null, and said why, when it is not. */
async function loadBinding(
  target: SplitTarget,
  settings: ClientSettings,
  output: Output,
): Promise<ServiceBinding | null> {
  try {
    return await directoryOf(target, settings).load(target.service.name);
  } catch (error) {
    if (error instanceof CanaryError && error.code === 'UnknownService') {
      output.tell(error.message);
      return null;
    }
    throw error;
  }
}

/** In the account and partition of the service's own roles. */
function splitMachineArn({ executionRoleArn, region, environment }: ServiceBinding): string {
  const [, partition = 'aws', , , account = ''] = executionRoleArn.split(':');
  return `arn:${partition}:states:${region}:${account}:stateMachine:${splitMachineName(environment)}`;
}
