import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { createDynamoDbClient, createSsmClient } from '../../adapters/clients';
import { DynamoDbRolloutStore } from '../../adapters/store/dynamodb/store';
import { RELEASE_TABLE_KEYS } from '../../core/config/release-table';
import { serviceParameterName } from '../../core/config/service-binding';
import { AppMeshService } from '../../rehearsal/aws/services/app-mesh/service';
import { createDynamoDbService, type DynamoDbService } from '../../rehearsal/aws/services/dynamodb/service';
import { SsmService } from '../../rehearsal/aws/services/ssm/service';
import { createStepFunctionsService } from '../../rehearsal/aws/services/step-functions/service';
import { aBinding, aCommit, aRolloutInput } from '../_helpers/builders';
import { Theatre } from '../_helpers/theatre';
import { type LocalAws, startLocalAws } from '../contract/local-aws';
import { runCanary } from './run-canary';

const V1 = 'aaaaaaaa';
const V2 = 'bbbbbbbb';

let folder: string;
let aws: LocalAws;
let tables: DynamoDbService;
let theatre: Theatre;
let ticking: NodeJS.Timeout;
let environment: NodeJS.ProcessEnv;

/** The real state machine behind an endpoint, with one version that serves and one that was built. */
beforeEach(async () => {
  environment = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'operator', AWS_SECRET_ACCESS_KEY: 'none' });
  folder = mkdtempSync(join(tmpdir(), 'split-'));
  theatre = new Theatre();
  await theatre.release('shop-1', aRolloutInput({ commit: aCommit('a') }));
  theatre.putUnderManualSplit(true);
  await theatre.release('shop-2', aRolloutInput({ commit: aCommit('b') }));
  tables = await createDynamoDbService({
    clock: theatre.clock,
    region: 'us-west-2',
    account: '111122223333',
    changed: () => undefined,
  });
  aws = await startLocalAws((context) => [
    new SsmService(context),
    new AppMeshService(context),
    tables,
    createStepFunctionsService(context, theatre.engine),
  ]);
  const ssm = createSsmClient(aws.settings);
  await ssm.send(
    new PutParameterCommand({
      Name: serviceParameterName('demo', 'shop'),
      Type: 'String',
      Value: JSON.stringify(aBinding({ manualSplit: true })),
    }),
  );
  ssm.destroy();
  ticking = setInterval(() => void theatre.advance(30), 10);
});

afterEach(async () => {
  clearInterval(ticking);
  process.env = environment;
  await aws.close();
  await tables.close();
  rmSync(folder, { recursive: true, force: true });
});

function platform(split: string): string {
  const file = join(folder, 'platform.yaml');
  const service = `{ name: shop, port: 8080${split === '' ? '' : `, split: ${split}`} }`;
  const lines = [
    'environment: demo',
    'region: us-west-2',
    'namespace: demo.local',
    'ingress: shop',
    `services: [${service}]`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const entries = (weights: Record<string, number>): string =>
  `[${Object.entries(weights).map(([version, weight]) => `{ version: '${version}', weight: ${weight} }`)}]`;

describe('canary split', () => {
  it('applies what platform.yaml says, tells how, and ends with 0', async () => {
    const file = platform(entries({ [V1]: 60, [V2]: 40 }));

    const ran = await runCanary('split', 'shop', '--platform', file, '--endpoint-url', aws.endpoint.url);

    expect(ran).toMatchObject({ exitCode: 0, told: '' });
    expect(ran.printed.split('\n').at(-1)).toBe('shop: Applied');
    expect(ran.printed).toContain(`shop: traffic is at ${V1} 60 %, ${V2} 40 %`);
    expect(await theatre.split()).toEqual({ [V1]: 60, [V2]: 40 });
  });

  it('prints the same as JSON for machines', async () => {
    const file = platform(entries({ [V1]: 100 }));

    const { exitCode, printed } = await runCanary(
      ...['split', 'shop', '--platform', file, '--endpoint-url', aws.endpoint.url, '--json'],
    );

    expect(exitCode).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ service: 'shop', outcome: 'Applied', wanted: { [V1]: 100 } });
  });

  it('ends with 2 when the split is refused, and says which versions there are', async () => {
    const file = platform(entries({ dddddddd: 100 }));

    const ran = await runCanary('split', 'shop', '--platform', file, '--endpoint-url', aws.endpoint.url);

    expect(ran.exitCode).toBe(2);
    expect(ran.printed).toContain(`available, newest first: ${V2}, ${V1}`);
    expect(await theatre.split()).toEqual({ [V1]: 100 });
  });

  it('fails with 1 when a version does not become ready', async () => {
    theatre.service.workload.behave(V2, { crash: { reason: 'exited with code 7', exitCode: 7 } });
    const file = platform(entries({ [V1]: 60, [V2]: 40 }));

    const ran = await runCanary('split', 'shop', '--platform', file, '--endpoint-url', aws.endpoint.url);

    expect(ran.exitCode).toBe(1);
    expect(ran.printed).toContain('shop: FailedNoChange');
    expect(await theatre.split()).toEqual({ [V1]: 100 });
  });

  it('shows the split and the versions that can be named', async () => {
    const settings = { ...aws.settings, region: 'us-west-2' };
    const client = createDynamoDbClient(settings);
    const { partition, sort } = RELEASE_TABLE_KEYS;
    await client.send(
      new CreateTableCommand({
        TableName: 'demo-releases',
        KeySchema: [
          { AttributeName: partition, KeyType: 'HASH' },
          { AttributeName: sort, KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [partition, sort].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const store = new DynamoDbRolloutStore(client, 'demo-releases');
    for (const built of await theatre.world.store.listVersions('shop', 9)) {
      await store.saveVersion(built);
    }
    client.destroy();
    const argv = ['split', 'shop', '--show', '--platform', platform(''), '--endpoint-url', aws.endpoint.url];

    const shown = await runCanary(...argv);
    const machine = await runCanary(...argv, '--json');

    expect(shown.told).toBe('');
    expect(shown.printed.split('\n')).toEqual([
      'shop: under manual split',
      'traffic now: no traffic',
      'versions that can be named, newest first:',
      expect.stringMatching(/^ {2}bbbbbbbb +0 % {2}built 2026-01-01T/),
      expect.stringMatching(/^ {2}aaaaaaaa +0 % {2}built 2026-01-01T00:00:00/),
    ]);
    expect(JSON.parse(machine.printed)).toMatchObject({ manualSplit: true, split: {} });
  });

  it('refuses a service without a split, an unknown service and weights that are no split', async () => {
    const none = await runCanary('split', 'shop', '--platform', platform(''));
    const unknown = await runCanary('split', 'shopp', '--platform', platform(''));
    const wrong = await runCanary('split', 'shop', '--platform', platform(entries({ [V1]: 60, [V2]: 50 })));

    expect([none, unknown, wrong].map(({ exitCode }) => exitCode)).toEqual([2, 2, 2]);
    expect(none.told).toContain('services.shop.split: got nothing');
    expect(unknown.told).toContain('SERVICE: got shopp; allowed: shop');
    expect(wrong.told).toContain('weights that sum to 110');
  });
});
