import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { renderObservationQueries } from '../adapters/metrics/cloudwatch/queries';
import { FUNCTION_ENVIRONMENT } from '../core/config/function-environment';
import { DEFAULT_RATE_LIMITS } from '../rehearsal/aws/limits/published';
import { assemblyOf } from '../rehearsal/headless/assembly-of';
import type { Behaviour } from '../rehearsal/headless/callers';
import { type Headless, startHeadless } from '../rehearsal/headless/headless';
import { costReport } from './concurrency/cost-report';
import { findings } from './concurrency/findings';
import { play, type SceneRelease, type Scenes } from './concurrency/scene';
import { sceneReport } from './concurrency/scene-report';

/**
 * `npx tsx bench/concurrency.ts [services]` (`make concurrency`): that many services (50) release at once through one
 * deployment on a local AWS that throttles as AWS does: all good, all bad, then one in five bad. Prints how long rollouts took beside
 * one alone, throttles and retries, times to roll back, and what a release costs from 1 to 500 services. Ends with code 1
 * when a rollout did not end as it should, or waited for others.
 */
async function main(services: number): Promise<number> {
  const tell = (text: string) => console.log(text);
  const assembly = await assemblyOf(services, tell);
  const headless = await startHeadless({ assembly, limits: DEFAULT_RATE_LIMITS });
  try {
    await headless.advance(120);
    const scenes = await playScenes(headless);
    tell(sceneReport(scenes, headless));
    tell(
      costReport(scenes.alone, scenes.atOnce, {
        metricsPerCall: metricsPerCall(headless),
        itemBytes: await greatestItem(headless),
      }),
    );
    const wrong = findings(scenes, headless);
    tell(wrong.length === 0 ? 'as it should be' : wrong.map((each) => `WRONG: ${each}`).join('\n'));
    return wrong.length === 0 ? 0 : 1;
  } finally {
    await headless.stop();
  }
}

const LATENCY = {
  health: {
    checks: [
      { type: 'success_rate', min: 99 },
      { type: 'latency', quantile: 'p99', max_millis: 1000 },
    ],
  },
};
/** How every fifth service's release is bad, in turn. */
const BAD: readonly Behaviour[] = ['failing', 'crashing', 'slow', 'silent'];

async function playScenes(headless: Headless): Promise<Scenes> {
  const all = headless.services.map(({ service }) => good(service));
  const one = headless.services.find(({ protocol }) => protocol === 'http')?.service ?? '';
  const commit = commits();
  return {
    first: await play(headless, 'first release of all at once', all, commit()),
    alone: await play(headless, 'one service alone', [good(one)], commit()),
    badAlone: await play(headless, 'one bad release alone', [failing(good(one))], commit()),
    atOnce: await play(headless, 'all at once', all, commit()),
    allBad: await play(headless, 'all at once, all bad', all.map(failing), commit()),
    someBad: await play(headless, 'all at once, one in five bad', withBad(all), commit()),
  };
}

function good(service: string): SceneRelease {
  return { service, behaviour: 'healthy', deploy: {} };
}

function failing(release: SceneRelease): SceneRelease {
  return { ...release, behaviour: 'failing' };
}

/** Every fifth is bad; those speak http (`writePlatformOf`), for a latency is not known of tcp. */
function withBad(releases: readonly SceneRelease[]): readonly SceneRelease[] {
  return releases.map((release, index) => {
    const behaviour = index % 5 === 2 ? (BAD[Math.floor(index / 5) % BAD.length] ?? 'failing') : 'healthy';
    return { ...release, behaviour, deploy: behaviour === 'slow' ? LATENCY : {} };
  });
}

function commits(): () => string {
  let last = 0;
  return () => {
    last += 1;
    return String(last).padStart(8, '0').padEnd(40, '0');
  };
}

/** Metrics that a check of an http service asks for, without a check of latency. */
function metricsPerCall({ services }: Headless): number {
  const [binding] = services;
  if (binding === undefined) {
    throw new Error('the deployment has no service');
  }
  const at = new Date(0).toISOString();
  const query = { version: '00000001', quantiles: [], periodSeconds: 60, from: at, to: at };
  return renderObservationQueries(binding, query).length;
}

async function greatestItem({ aws }: Headless): Promise<number> {
  const TableName = aws.deployed.functions
    .map(({ environment }) => environment[FUNCTION_ENVIRONMENT.releaseTable])
    .find((name) => name !== undefined);
  const client = new DynamoDBClient({
    region: aws.deployed.region,
    endpoint: aws.endpoint.url,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'none' },
  });
  let greatest = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    greatest = Math.max(greatest, ...Items.map((item) => Buffer.byteLength(JSON.stringify(item))));
  }
  client.destroy();
  return greatest;
}

main(Number(process.argv[2] ?? 50)).then((exitCode) => {
  process.exitCode = exitCode;
});
