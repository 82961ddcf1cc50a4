import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IPrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct } from 'constructs';
import type { PlatformConfig } from '../../core/config/platform-schema';
import { arnIn } from '../arn';
import { RolloutAlarms } from '../constructs/rollout/alarms';
import { RolloutFunctions } from '../constructs/rollout/functions';
import { RolloutMachine } from '../constructs/rollout/machine';
import { Notifications } from '../constructs/rollout/notifications';
import type { PermissionScope } from '../constructs/rollout/port-permissions';
import { Recovery } from '../constructs/rollout/recovery';
import { createReleaseTable } from '../constructs/rollout/release-table';
import { stateMachineName } from '../naming';

/** What the rollout is made from. */
export interface RolloutStackProps extends StackProps {
  readonly platform: PlatformConfig;
  readonly namespace: IPrivateDnsNamespace;
  /** Folder with one bundle per function. */
  readonly bundles: string;
  /** The state machine's definition, with placeholders. */
  readonly definition: string;
}

/** Everything that releases a version: table, functions, state machine, recovery, notifications. */
export class RolloutStack extends Stack {
  constructor(scope: Construct, id: string, props: RolloutStackProps) {
    super(scope, id, props);
    const { environment, namespace, notifications: hearers } = props.platform;
    const logRetentionDays = props.platform.log_retention_days;
    const table = createReleaseTable(this, 'ReleaseTable', environment);
    const notifications = new Notifications(this, 'Notifications', { environment, emails: hearers.email });
    // By name: the functions know the machine and the machine knows the functions.
    const stateMachineArn = arnIn(this, 'states', `stateMachine:${stateMachineName(environment)}`);
    const permissions: PermissionScope = {
      environment,
      namespace,
      namespaceId: props.namespace.namespaceId,
      tableArn: table.tableArn,
      topicArn: notifications.topic.topicArn,
      topicKeyArn: notifications.key.keyArn,
      stateMachineName: stateMachineName(environment),
      arn: (service, resource, options) => arnIn(this, service, resource, options),
    };
    const functions = new RolloutFunctions(this, 'Functions', {
      environment,
      bundles: props.bundles,
      tableName: table.tableName,
      topicArn: notifications.topic.topicArn,
      stateMachineArn,
      permissions,
      logRetentionDays,
    });
    new RolloutMachine(this, 'Rollout', {
      environment,
      definition: props.definition,
      stateMachineArn,
      functions,
      permissions,
      logRetentionDays,
    });
    const recovery = new Recovery(this, 'Recovery', {
      environment,
      stateMachineArn,
      recoverRollout: functions.get('recover-rollout'),
    });
    new RolloutAlarms(this, 'Alarms', {
      environment,
      topic: notifications.topic,
      outcomes: functions.logGroupOf('complete-rollout'),
      recoveryFailures: recovery.failures,
    });
  }
}
