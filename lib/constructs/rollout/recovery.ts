import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IDestination, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
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
  readonly splitMachineArn: string;
  readonly recoverSplit: LambdaFunction;
}

/**
 * Hears of every execution that failed, timed out or was stopped, and lets
 * `recover-rollout` or `recover-split` heal it. What could not
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
    this.listen('ExecutionEnded', {
      ruleName: functionName(props.environment, 'recovery'),
      description: 'Rollout executions that failed, timed out or were stopped',
      stateMachineArn: props.stateMachineArn,
      healer: props.recoverRollout,
    });
    this.listen('SplitEnded', {
      ruleName: functionName(props.environment, 'split-recovery'),
      description: 'Executions of the split’s state machine that failed, timed out or were stopped',
      stateMachineArn: props.splitMachineArn,
      healer: props.recoverSplit,
    });
  }

  private listen(
    id: string,
    rule: {
      readonly ruleName: string;
      readonly description: string;
      readonly stateMachineArn: string;
      readonly healer: LambdaFunction;
    },
  ): void {
    rule.healer.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
      onFailure: destinationOf(this.failures),
    });
    new Rule(this, id, {
      ruleName: rule.ruleName,
      description: rule.description,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: [...RECOVERED_STATUSES], stateMachineArn: [rule.stateMachineArn] },
      },
      targets: [
        new LambdaTarget(rule.healer, {
          deadLetterQueue: this.failures,
          retryAttempts: 10,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
  }
}

/** Lambda sends what failed for good, and asks nothing of the queue: CDK's own destination would grant that, too. */
function destinationOf(queue: Queue): IDestination {
  return {
    bind: (_scope, sender) => {
      queue.grant(sender, 'sqs:SendMessage');
      return { destination: queue.queueArn };
    },
  };
}
