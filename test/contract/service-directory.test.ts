import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { createSsmClient } from '../../adapters/clients';
import { SsmServiceDirectory } from '../../adapters/directory/ssm/directory';
import { MemoryDirectory } from '../../adapters/memory/directory';
import { serviceParameterName } from '../../core/config/service-binding';
import { SsmService } from '../../rehearsal/aws/services/ssm/service';
import { aBinding } from './builders';
import { startLocalAws } from './local-aws';
import { describeServiceDirectory } from './service-directory.contract';

async function startSsm() {
  const aws = await startLocalAws((context) => [new SsmService(context)]);
  const client = createSsmClient(aws.settings);
  const put = (service: string, Value: string) =>
    client.send(
      new PutParameterCommand({ Name: serviceParameterName('demo', service), Type: 'String', Value }),
    );
  return {
    directory: new SsmServiceDirectory(client, 'demo'),
    put,
    add: async (binding: ReturnType<typeof aBinding>) => {
      await put(binding.service, JSON.stringify(binding));
    },
    close: async () => {
      client.destroy();
      await aws.close();
    },
  };
}

describeServiceDirectory('memory', async () => {
  const directory = new MemoryDirectory();
  return { directory, add: async (binding) => directory.add(binding), close: async () => undefined };
});

describeServiceDirectory('ssm', startSsm);

describe('SSM service directory', () => {
  it.each([
    ['text that is no JSON', 'oops'],
    ['a binding with a key missing', JSON.stringify({ ...aBinding(), cluster: undefined })],
    ['a router of an unknown kind', JSON.stringify({ ...aBinding(), router: { kind: 'telepathy' } })],
  ])('refuses %s naming the parameter', async (_, value) => {
    const fixture = await startSsm();
    try {
      await fixture.put('web', value);
      await expect(fixture.directory.load('web')).rejects.toMatchObject({
        code: 'InvalidInput',
        document: 'parameter /ecs-canary/demo/services/web',
      });
    } finally {
      await fixture.close();
    }
  });
});
