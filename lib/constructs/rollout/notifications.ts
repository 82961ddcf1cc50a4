import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { functionName } from '../../naming';

/** Who hears of rollouts. */
export interface NotificationsProps {
  readonly environment: string;
  readonly emails: readonly string[];
}

/** The encrypted topic that rollouts and alarms publish to. */
export class Notifications extends Construct {
  readonly topic: Topic;
  readonly key: Key;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    // CloudWatch cannot publish to a topic under the AWS-managed key, hence a key of our own.
    this.key = new Key(this, 'Key', {
      description: `Notifications of ${props.environment}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic = new Topic(this, 'Topic', {
      topicName: functionName(props.environment, 'rollouts'),
      displayName: `Rollouts of ${props.environment}`,
      masterKey: this.key,
      enforceSSL: true,
    });
    this.admitAlarms();
    for (const email of props.emails) {
      this.topic.addSubscription(new EmailSubscription(email));
    }
  }

  private admitAlarms(): void {
    const principals = [new ServicePrincipal('cloudwatch.amazonaws.com')];
    const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    this.key.addToResourcePolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        principals,
        conditions,
      }),
    );
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        principals,
        conditions,
      }),
    );
  }
}
