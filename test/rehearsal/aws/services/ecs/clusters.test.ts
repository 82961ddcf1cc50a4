import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ListClustersCommand,
  ListServicesCommand,
} from '@aws-sdk/client-ecs';
import { EcsFixture } from './fixture';

const ecs = new EcsFixture();

afterEach(() => ecs.stop());

describe('clusters', () => {
  it('are created once, described, listed and deleted', async () => {
    await ecs.start();
    await ecs.client.send(new CreateClusterCommand({ clusterName: 'demo' }));
    const { clusters, failures } = await ecs.client.send(
      new DescribeClustersCommand({ clusters: ['demo', 'nope'] }),
    );
    expect(clusters).toEqual([
      expect.objectContaining({
        clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/demo',
        status: 'ACTIVE',
      }),
    ]);
    expect(failures).toEqual([expect.objectContaining({ reason: 'MISSING' })]);
    await ecs.client.send(new DeleteClusterCommand({ cluster: 'demo' }));
    expect((await ecs.client.send(new ListClustersCommand({}))).clusterArns).toEqual([]);
  });

  it('refuses to delete one that has a service, and calls for one that does not exist', async () => {
    await ecs.start();
    await ecs.register();
    await ecs.create();
    await expect(ecs.client.send(new DeleteClusterCommand({ cluster: 'demo' }))).rejects.toThrow(
      'Services are active',
    );
    await expect(ecs.client.send(new ListServicesCommand({ cluster: 'nope' }))).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
    });
  });
});
