import { setTimeout as wait } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { serviceParameterName, versionResourceName } from '../../core/config/service-binding';
import { describeSplit, type Weights } from '../../core/traffic/split';
import { machineArn } from '../environment/machines';
import type { Expectation } from '../report/schema';
import type { TrafficSecond } from '../users/users';
import { clientOf } from './faults';
import type { StageContext } from './run-stage';
import type { SplitStep } from './schema';

/** Wall milliseconds between two looks. */
const LOOK_MILLIS = 50;
/** Standard errors by which a share may differ: one run in 16,000 lies beyond, were the shares exact. */
const STANDARD_ERRORS = 4;

/** Does what an operator does: puts the service under manual split, applies the split, and looks at what users see. */
export async function playSplit(step: SplitStep, context: StageContext): Promise<readonly Expectation[]> {
  const weights = Object.fromEntries(
    Object.entries(step.weights).map(([name, weight]) => [versionNamed(step, name, context), weight]),
  );
  const text = `split of ${step.service}: ${describeSplit({ weights })}`;
  context.tell(text);
  await putUnderManualSplit(step.service, context);
  const ended = await apply(step.service, weights, context);
  const outcome = ended.status === 'SUCCEEDED' ? 'Applied' : (ended.error ?? ended.status ?? '');
  const found = [
    {
      text: `${text} ends ${step.outcome}`,
      met: outcome === step.outcome,
      found: `${outcome}: ${reasonOf(ended)}`,
    },
    ...(step.requests === undefined ? [] : await sharesOf(step, weights, step.requests, context)),
  ];
  for (const each of found) {
    context.tell(`${each.met ? '✓' : '✗'} ${each.text}: ${each.found}`);
  }
  return found;
}

function versionNamed(step: SplitStep, name: string, context: StageContext): string {
  const version = context.versions.get(`${step.service}/${name}`);
  if (version === undefined) {
    throw new Error(
      `the scenario splits "${step.service}" by "${name}", which no release before has as its name; known: ${[...context.versions.keys()].join(', ') || 'none'}`,
    );
  }
  return version;
}

/** What CloudFormation writes when the service's stack is deployed with `split:` in platform.yaml. */
async function putUnderManualSplit(service: string, context: StageContext): Promise<void> {
  const ssm = clientOf(SSMClient, context);
  const name = serviceParameterName(context.environmentName, service);
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
  const binding = { ...(JSON.parse(Parameter?.Value ?? '{}') as object), manualSplit: true };
  await ssm.send(
    new PutParameterCommand({ Name: name, Type: 'String', Value: JSON.stringify(binding), Overwrite: true }),
  );
  ssm.destroy();
}

async function apply(
  service: string,
  weights: Weights,
  context: StageContext,
): Promise<DescribeExecutionOutput> {
  const client = clientOf(SFNClient, context);
  const split = Object.entries(weights).map(([version, weight]) => ({ version, weight }));
  const { executionArn } = await client.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(context.environment.aws.deployed, context.environmentName, 'split'),
      input: JSON.stringify({ service, split }),
    }),
  );
  for (;;) {
    const seen = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (seen.status !== 'RUNNING') {
      client.destroy();
      return seen;
    }
    await wait(LOOK_MILLIS, undefined, { signal: context.signal });
  }
}

function reasonOf({ output, cause }: DescribeExecutionOutput): string {
  const answered = JSON.parse(output ?? '{}') as { progress?: { reason?: string } };
  return cause ?? answered.progress?.reason ?? '';
}

/** Counts the requests of whole seconds from now on, until there are enough. */
async function sharesOf(
  { service }: SplitStep,
  weights: Weights,
  enough: number,
  context: StageContext,
): Promise<readonly Expectation[]> {
  const { users } = context;
  if (users === null || !users.areHere) {
    return [{ text: `users see the split of ${service}`, met: false, found: 'the scenario has no users' }];
  }
  // The second that runs now saw the split before.
  const from = users.seconds.length + 1;
  const nodeOf = (version: string) =>
    versionResourceName({ environment: context.environmentName, service }, version);
  let counts: Weights = {};
  let total = 0;
  while (total < enough) {
    await wait(LOOK_MILLIS, undefined, { signal: context.signal });
    counts = countByVersion(users.seconds.slice(from), Object.keys(weights), nodeOf);
    total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  }
  return Object.entries(weights).map(([version, weight]) => {
    const share = ((counts[version] ?? 0) / total) * 100;
    const margin = STANDARD_ERRORS * Math.sqrt((weight * (100 - weight)) / total);
    return {
      text: `users see ${weight} % of ${service} ${version}, give or take ${margin.toFixed(1)} %`,
      met: Math.abs(share - weight) <= margin,
      found: `${share.toFixed(1)} % of ${total} requests`,
    };
  });
}

function countByVersion(
  seconds: readonly TrafficSecond[],
  versions: readonly string[],
  nodeOf: (version: string) => string,
): Weights {
  return Object.fromEntries(
    versions.map((version) => [
      version,
      seconds.reduce((sum, { byVersion }) => sum + (byVersion[nodeOf(version)]?.requests ?? 0), 0),
    ]),
  );
}
