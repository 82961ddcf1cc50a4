import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IPrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct } from 'constructs';
import { splitMachineName } from '../../core/config/machine-names';
import type { PlatformConfig } from '../../core/config/platform-schema';
import { arnIn } from '../arn';
import { RolloutAlarms } from '../constructs/rollout/alarms';
import { RolloutFunctions } from '../constructs/rollout/functions';
import { RolloutMachine } from '../constructs/rollout/machine';
import { Notifications } from '../constructs/rollout/notifications';
import type { PermissionScope } from '../constructs/rollout/port-permissions';
import { Recovery } from '../constructs/rollout/recovery';
import { createReleaseTable } from '../constructs/rollout/release-table';
import { createSplitOperatorPolicy } from '../constructs/split/operator-policy';
import { functionName, stateMachineName } from '../naming';

/** What the rollout is made from. */
export interface RolloutStackProps extends StackProps {
  readonly platform: PlatformConfig;
  readonly namespace: IPrivateDnsNamespace;
  /** Folder with one bundle per function. */
  readonly bundles: string;
  /** The state machine's definition, with placeholders. */
  readonly definition: string;
  /** The definition of the state machine that applies operators' splits. */
  readonly splitDefinition: string;
}

/** Everything that releases a version: table, functions, state machines, recovery, notifications. */
export class RolloutStack extends Stack {
  constructor(scope: Construct, id: string, props: RolloutStackProps) {
    super(scope, id, props);
    const { environment, namespace, notifications: hearers } = props.platform;
    const logRetentionDays = props.platform.log_retention_days;
    const table = createReleaseTable(this, 'ReleaseTable', environment);
    const notifications = new Notifications(this, 'Notifications', { environment, emails: hearers.email });
    // By name: the functions know the machine and the machine knows the functions.
    const stateMachineArn = arnIn(this, 'states', `stateMachine:${stateMachineName(environment)}`);
    const splitMachineArn = arnIn(this, 'states', `stateMachine:${splitMachineName(environment)}`);
    const permissions: PermissionScope = {
      environment,
      namespace,
      namespaceId: props.namespace.namespaceId,
      tableArn: table.tableArn,
      topicArn: notifications.topic.topicArn,
      topicKeyArn: notifications.key.keyArn,
      stateMachineName: stateMachineName(environment),
      splitMachineName: splitMachineName(environment),
      arn: (service, resource, options) => arnIn(this, service, resource, options),
    };
    const functions = new RolloutFunctions(this, 'Functions', {
      environment,
      bundles: props.bundles,
      tableName: table.tableName,
      topicArn: notifications.topic.topicArn,
      stateMachineArn,
      splitMachineArn,
      permissions,
      logRetentionDays,
    });
    const shared = { functions, permissions, logRetentionDays };
    new RolloutMachine(this, 'Rollout', {
      ...shared,
      name: stateMachineName(environment),
      roleName: functionName(environment, 'state-machine'),
      definition: props.definition,
      stateMachineArn,
    });
    new RolloutMachine(this, 'Split', {
      ...shared,
      name: splitMachineName(environment),
      roleName: functionName(environment, 'split-machine'),
      definition: props.splitDefinition,
      stateMachineArn: splitMachineArn,
    });
    createSplitOperatorPolicy(this, 'SplitOperator', permissions);
    const recovery = new Recovery(this, 'Recovery', {
      environment,
      stateMachineArn,
      recoverRollout: functions.get('recover-rollout'),
      splitMachineArn,
      recoverSplit: functions.get('recover-split'),
    });
    new RolloutAlarms(this, 'Alarms', {
      environment,
      topic: notifications.topic,
      outcomes: functions.logGroupOf('complete-rollout'),
      splitOutcomes: functions.logGroupOf('complete-split'),
      recoveryFailures: recovery.failures,
    });
  }
}
