import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  TagResourceCommand,
} from '@aws-sdk/client-sns';
import { createSnsService, type SnsService } from '../../../rehearsal/aws/services/sns/service';
import { aContext, serve } from './services-fixtures';

const TopicArn = 'arn:aws:sns:eu-west-1:111122223333:news';
let service: SnsService;
let served: Awaited<ReturnType<typeof serve>>;
let client: SNSClient;

beforeEach(async () => {
  const context = aContext();
  service = createSnsService(context);
  served = await serve(context, [service]);
  client = new SNSClient(served.config);
  await client.send(new CreateTopicCommand({ Name: 'news', Tags: [{ Key: 'a', Value: '1' }] }));
});

afterEach(async () => {
  client.destroy();
  await served.endpoint.close();
});

describe('the SNS service', () => {
  it('creates a topic once, lists and deletes it', async () => {
    expect((await client.send(new CreateTopicCommand({ Name: 'news' }))).TopicArn).toBe(TopicArn);
    expect((await client.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
    await client.send(new DeleteTopicCommand({ TopicArn }));
    expect((await client.send(new ListTopicsCommand({}))).Topics).toEqual([]);
  });

  it('records what is published', async () => {
    const { MessageId } = await client.send(
      new PublishCommand({
        TopicArn,
        Subject: 'Rolled back',
        Message: 'a <b> & "c"\nü',
        MessageAttributes: { outcome: { DataType: 'String', StringValue: 'RolledBack' } },
      }),
    );
    expect(service.messages()).toEqual([
      {
        messageId: MessageId,
        topicArn: TopicArn,
        at: '2026-01-01T00:00:00.000Z',
        subject: 'Rolled back',
        message: 'a <b> & "c"\nü',
        attributes: { outcome: 'RolledBack' },
      },
    ]);
    service.deliver('arn:aws:sns:eu-west-1:111122223333:gone', 's', 'm');
    service.deliver(TopicArn, 's', 'm');
    expect(service.messages()).toHaveLength(2);
  });

  it('keeps attributes, tags and subscriptions', async () => {
    await client.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: 'DisplayName', AttributeValue: 'News' }),
    );
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({ TopicArn, DisplayName: 'News', Owner: '111122223333' });
    await client.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: [{ Key: 'b', Value: '2' }] }));
    expect((await client.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]);
    await client.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com' }));
    const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions).toEqual([
      expect.objectContaining({ Protocol: 'email', Endpoint: 'a@example.com' }),
    ]);
  });

  it.each([
    ['an unknown topic', { TopicArn: `${TopicArn}x`, Message: 'm' }, 'NotFoundException'],
    ['an empty message', { TopicArn, Message: '' }, 'InvalidParameterException'],
    ['a subject of two lines', { TopicArn, Message: 'm', Subject: 'a\nb' }, 'InvalidParameterException'],
    [
      'a message of more than 256 KiB',
      { TopicArn, Message: 'm'.repeat(262_145) },
      'InvalidParameterException',
    ],
  ])('refuses %s', async (_what, input, name) => {
    await expect(client.send(new PublishCommand(input))).rejects.toMatchObject({ name });
  });
});
