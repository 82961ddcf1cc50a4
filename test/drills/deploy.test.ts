import { resolve } from 'node:path';
import { readAssembly } from '../../cli/deployment/assembly';
import { deploy } from '../../cli/deployment/deploy';
import { runCdk } from '../../cli/deployment/run-cdk';
import { destroy } from '../../cli/teardown/destroy';
import { platformSchema } from '../../core/config/platform-schema';
import { readDocument } from '../../documents/read-document';
import { anAccount, type TestAccount } from '../cli/environment/an-account';

const ROOT = resolve(__dirname, '../..');
/** What `make synth` wrote. */
const ASSEMBLY = process.env.DRILL_ASSEMBLY ?? resolve(ROOT, 'cdk.out');
const DEADLINE_MILLIS = 900_000;

describe('deploy and destroy, with the CDK’s own command line and every synthesized template', () => {
  let aws: TestAccount;
  const { document: platform } = readDocument(
    { path: resolve(ROOT, 'platform.yaml'), format: 'yaml' },
    platformSchema,
  );
  const { environment, region } = platform!;
  const request = { environment, region, account: null, isConfirmed: true, json: false };

  const tools = () => ({
    clients: aws.clients,
    output: aws.output,
    person: aws.person(null),
    pauseMillis: 5,
  });
  const deployAll = () =>
    deploy(
      {
        platform: platform!,
        target: { environment, region, endpoint: aws.account.endpoint.url },
        isConfirmed: true,
        json: false,
      },
      { ...tools(), synthesize: async () => readAssembly(ASSEMBLY), runCdk, applySplits: async () => 0 },
    );

  beforeAll(async () => {
    aws = await anAccount({ region });
  }, DEADLINE_MILLIS);
  afterAll(() => aws.close());

  it(
    'deploys every stack, finds nothing to do the second time, and leaves nothing behind (D15)',
    async () => {
      const { stacks } = readAssembly(ASSEMBLY);
      expect([await deployAll(), aws.told.filter((line) => line.includes('FAILED'))]).toEqual([0, []]);
      expect(aws.account.cloudFormation.stacks.all().map(({ status }) => status)).toEqual(
        stacks.map(() => 'CREATE_COMPLETE'),
      );
      aws.told.length = 0;
      expect(await deployAll()).toBe(0);
      expect(aws.told.join('\n')).toContain('every stack is as platform.yaml says');

      expect(await destroy(request, tools())).toBe(0);
      expect(aws.told.join('\n')).not.toContain('✗');
      expect(aws.account.resources.all().filter(({ physicalId }) => !physicalId.startsWith('cdk-'))).toEqual(
        [],
      );
      expect(await destroy(request, tools())).toBe(0);
    },
    DEADLINE_MILLIS,
  );
});
