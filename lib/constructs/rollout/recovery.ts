import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../../acknowledge';
import { functionName } from '../../naming';

/** Statuses of an execution that did not end by itself as it should. */
export const RECOVERED_STATUSES = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

/** What recovery is made from. */
export interface RecoveryProps {
  readonly environment: string;
  readonly stateMachineArn: string;
  readonly recoverRollout: LambdaFunction;
}

/**
 * Hears of every execution that failed, timed out or was stopped, and lets `recover-rollout` heal it. What could not
 * be delivered or handled ends in `failures`, where an alarm watches.
 */
export class Recovery extends Construct {
  readonly failures: Queue;

  constructor(scope: Construct, id: string, props: RecoveryProps) {
    super(scope, id);
    this.failures = new Queue(this, 'Failures', {
      queueName: functionName(props.environment, 'recovery-failures'),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.failures, {
      'AwsSolutions-SQS3': 'this is the dead-letter queue, watched by the alarm "recovery failed"',
    });
    props.recoverRollout.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
      onFailure: new SqsDestination(this.failures),
    });
    new Rule(this, 'ExecutionEnded', {
      ruleName: functionName(props.environment, 'recovery'),
      description: 'Rollout executions that failed, timed out or were stopped',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: [...RECOVERED_STATUSES], stateMachineArn: [props.stateMachineArn] },
      },
      targets: [
        new LambdaTarget(props.recoverRollout, {
          deadLetterQueue: this.failures,
          retryAttempts: 10,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
  }
}
