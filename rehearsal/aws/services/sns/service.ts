import { randomUUID } from 'node:crypto';
import { type ApiContext, ApiError, type ApiOperation, type ApiService } from '../../api';
import { pageOf } from '../paging';
import { checkedName, checkPublish, type PublishInput } from './rules';

/** One published message, as it was given. */
export interface PublishedMessage {
  readonly messageId: string;
  readonly topicArn: string;
  /** ISO 8601, virtual. */
  readonly at: string;
  readonly subject?: string;
  readonly message: string;
  /** By name, values as text. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The SNS API and what the rehearsal itself reads of it. */
export interface SnsService extends ApiService {
  /** Messages so far, oldest first; the newest 10,000 are kept. */
  messages(): readonly PublishedMessage[];
  /** Publishes as AWS itself does for an alarm's actions; an unknown topic is ignored, as SNS offers no caller to tell. */
  deliver(topicArn: string, subject: string, message: string): void;
}

interface Subscription {
  readonly SubscriptionArn: string;
  readonly Protocol: string;
  readonly Endpoint: string;
  readonly TopicArn: string;
  readonly Owner: string;
}

interface Topic {
  readonly arn: string;
  readonly attributes: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly subscriptions: Subscription[];
}

type Input = Readonly<Record<string, unknown>>;

const MAX_MESSAGES = 10_000;
const PAGES = { defaultSize: 100, maxSize: 100, tokenError: 'InvalidParameter' };

/** Amazon SNS: topics, and messages that are recorded instead of delivered. */
export function createSnsService(context: ApiContext): SnsService {
  const state = new SnsState(context);
  const operation = (name: string, run: (input: Input) => unknown): ApiOperation => ({
    iamAction: `sns:${name}`,
    resources: (input) => [state.resourceOf(input)],
    run,
  });
  const list: ApiOperation = {
    iamAction: 'sns:ListTopics',
    resources: () => ['*'],
    run: (input) => {
      const page = pageOf(state.arns(), text(input.NextToken), undefined, PAGES);
      return { Topics: page.items.map((TopicArn) => ({ TopicArn })), NextToken: page.nextToken };
    },
  };
  return {
    signingName: 'sns',
    protocols: [
      { kind: 'query', apiVersion: '2010-03-31', xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/' },
    ],
    operations: {
      ListTopics: list,
      CreateTopic: operation('CreateTopic', (input) => ({ TopicArn: state.create(input) })),
      DeleteTopic: operation('DeleteTopic', (input) => state.delete(input)),
      Publish: {
        ...operation('Publish', (input) => ({ MessageId: state.publish(input) })),
        alsoNeeds: (input) => state.keyPermissions(input),
      },
      GetTopicAttributes: operation('GetTopicAttributes', (input) => ({
        Attributes: state.attributes(input),
      })),
      SetTopicAttributes: operation('SetTopicAttributes', (input) => state.setAttribute(input)),
      Subscribe: operation('Subscribe', (input) => ({ SubscriptionArn: state.subscribe(input) })),
      ListSubscriptionsByTopic: operation('ListSubscriptionsByTopic', (input) => ({
        Subscriptions: state.topic(input.TopicArn).subscriptions,
      })),
      TagResource: operation('TagResource', (input) => state.tag(input)),
      ListTagsForResource: operation('ListTagsForResource', (input) => ({ Tags: state.tags(input) })),
    },
    messages: () => state.messages,
    deliver: (TopicArn, Subject, Message) => {
      if (state.has(TopicArn)) state.publish({ TopicArn, Subject, Message });
    },
  };
}

function text(value: unknown): string | undefined {
  return value === undefined || value === '' ? undefined : String(value);
}

class SnsState {
  readonly messages: PublishedMessage[] = [];
  readonly #topics = new Map<string, Topic>();

  constructor(private readonly context: ApiContext) {}

  /** The ARN that IAM evaluates, whichever member of the input names the topic. */
  resourceOf(input: Input): string {
    return text(input.TopicArn ?? input.TargetArn ?? input.ResourceArn) ?? this.#arn(text(input.Name) ?? '');
  }

  /**
   * Who publishes to an encrypted topic has SNS make and read a data key in their name.
   * Source: Amazon SNS developer guide, "Configure AWS KMS permissions".
   */
  keyPermissions(
    input: Input,
  ): readonly { readonly action: string; readonly resources: readonly string[] }[] {
    const key = this.#topics.get(this.resourceOf(input))?.attributes.get('KmsMasterKeyId');
    const { region, account } = this.context;
    const arn = key?.startsWith('arn:') ? key : `arn:aws:kms:${region}:${account}:key/${key}`;
    return key === undefined
      ? []
      : ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({ action, resources: [arn] }));
  }

  arns(): readonly string[] {
    return [...this.#topics.keys()];
  }

  has(arn: string): boolean {
    return this.#topics.has(arn);
  }

  topic(arn: unknown): Topic {
    const found = this.#topics.get(String(arn));
    if (found === undefined) throw new ApiError('NotFound', 'Topic does not exist', 404);
    return found;
  }

  create(input: Input): string {
    const arn = this.#arn(checkedName(input.Name));
    const topic = this.#topics.get(arn) ?? {
      arn,
      attributes: new Map<string, string>(),
      tags: new Map<string, string>(),
      subscriptions: [],
    };
    for (const [name, value] of Object.entries((input.Attributes as Record<string, string>) ?? {}))
      topic.attributes.set(name, value);
    this.#topics.set(arn, topic);
    this.tag({ ResourceArn: arn, Tags: input.Tags });
    this.context.changed(`sns:topic:${arn}`);
    return arn;
  }

  delete(input: Input): Record<string, never> {
    this.#topics.delete(String(input.TopicArn));
    return {};
  }

  publish(input: PublishInput): string {
    const topic = this.topic(input.TopicArn ?? input.TargetArn);
    checkPublish(input);
    const message: PublishedMessage = {
      messageId: randomUUID(),
      topicArn: topic.arn,
      at: new Date(this.context.clock.now()).toISOString(),
      ...(text(input.Subject) === undefined ? {} : { subject: String(input.Subject) }),
      message: String(input.Message),
      attributes: Object.fromEntries(
        Object.entries(input.MessageAttributes ?? {}).map(([name, { StringValue, BinaryValue }]) => [
          name,
          StringValue ?? BinaryValue ?? '',
        ]),
      ),
    };
    this.messages.push(message);
    if (this.messages.length > MAX_MESSAGES) this.messages.shift();
    this.context.changed(`sns:message:${topic.arn}`);
    return message.messageId;
  }

  attributes(input: Input): ReadonlyMap<string, string> {
    const topic = this.topic(input.TopicArn);
    return new Map([
      ['TopicArn', topic.arn],
      ['Owner', this.context.account],
      ['DisplayName', ''],
      ['SubscriptionsConfirmed', '0'],
      ['SubscriptionsPending', String(topic.subscriptions.length)],
      ['SubscriptionsDeleted', '0'],
      ...topic.attributes,
    ]);
  }

  setAttribute(input: Input): Record<string, never> {
    const name = text(input.AttributeName);
    if (name === undefined) throw new ApiError('InvalidParameter', 'Invalid parameter: AttributeName');
    this.topic(input.TopicArn).attributes.set(name, text(input.AttributeValue) ?? '');
    return {};
  }

  subscribe(input: Input): string {
    const topic = this.topic(input.TopicArn);
    const arn = `${topic.arn}:${randomUUID()}`;
    topic.subscriptions.push({
      SubscriptionArn: arn,
      Protocol: String(input.Protocol),
      Endpoint: String(input.Endpoint ?? ''),
      TopicArn: topic.arn,
      Owner: this.context.account,
    });
    return arn;
  }

  tag(input: Input): Record<string, never> {
    const { tags } = this.topic(input.ResourceArn);
    for (const { Key, Value } of (input.Tags as { Key: string; Value: string }[] | undefined) ?? [])
      tags.set(Key, Value);
    return {};
  }

  tags(input: Input) {
    return [...this.topic(input.ResourceArn).tags].map(([Key, Value]) => ({ Key, Value }));
  }

  #arn(name: string): string {
    return `arn:aws:sns:${this.context.region}:${this.context.account}:${name}`;
  }
}
