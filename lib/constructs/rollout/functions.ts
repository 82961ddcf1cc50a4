import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  FUNCTION_ENVIRONMENT,
  FUNCTION_NAMES,
  type FunctionName,
  isSplitFunction,
} from '../../../core/config/function-environment';
import { functionName, logGroupName } from '../../naming';
import { createLogGroup, type LogRetentionDays } from '../log-group';
import { grant } from '../permission';
import type { PermissionScope } from './port-permissions';
import { permissionsOf } from './security-model';

/** What the functions are made from. */
export interface RolloutFunctionsProps {
  readonly environment: string;
  /** Folder with one bundle per function: `<name>/index.js`. */
  readonly bundles: string;
  readonly tableName: string;
  readonly topicArn: string;
  readonly stateMachineArn: string;
  /** ARN of the state machine that applies operators' splits. */
  readonly splitMachineArn: string;
  readonly permissions: PermissionScope;
  readonly logRetentionDays: LogRetentionDays;
}

/** The functions of rollouts and of operators' splits, each with a role, a policy and a log group of its own. */
export class RolloutFunctions extends Construct {
  private readonly functions: ReadonlyMap<FunctionName, LambdaFunction>;
  private readonly logGroups = new Map<FunctionName, LogGroup>();

  constructor(scope: Construct, id: string, props: RolloutFunctionsProps) {
    super(scope, id);
    this.functions = new Map(FUNCTION_NAMES.map((name) => [name, this.createFunction(name, props)]));
  }

  /** The function of that name. */
  get(name: FunctionName): LambdaFunction {
    return found(this.functions.get(name), name);
  }

  /** The log group that only this function writes to. */
  logGroupOf(name: FunctionName): LogGroup {
    return found(this.logGroups.get(name), name);
  }

  private createFunction(name: FunctionName, props: RolloutFunctionsProps): LambdaFunction {
    const scope = new Construct(this, name);
    const physicalName = functionName(props.environment, name);
    const logGroup = createLogGroup(scope, 'Log', {
      name: logGroupName(props.environment, `functions/${name}`),
      retentionDays: props.logRetentionDays,
    });
    this.logGroups.set(name, logGroup);
    const role = new Role(scope, 'Role', {
      roleName: physicalName,
      description: `The function ${name}: its log, and the calls that its step makes`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const policy = grant(role, 'Policy', [
      {
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      },
      ...permissionsOf(name, props.permissions),
    ]);
    const lambda = new LambdaFunction(scope, 'Function', {
      functionName: physicalName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(join(props.bundles, name)),
      memorySize: 256,
      timeout: Duration.seconds(30),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: environmentOf(name, props),
    });
    // A function that runs before its policy is attached fails its first calls.
    lambda.node.addDependency(policy);
    return lambda;
  }
}

function environmentOf(name: FunctionName, props: RolloutFunctionsProps): Record<string, string> {
  return {
    [FUNCTION_ENVIRONMENT.environment]: props.environment,
    [FUNCTION_ENVIRONMENT.releaseTable]: props.tableName,
    [FUNCTION_ENVIRONMENT.topic]: props.topicArn,
    [FUNCTION_ENVIRONMENT.stateMachine]: isSplitFunction(name)
      ? props.splitMachineArn
      : props.stateMachineArn,
  };
}

function found<T>(value: T | undefined, name: FunctionName): T {
  if (value === undefined) {
    throw new Error(`no function named "${name}"; allowed: ${FUNCTION_NAMES.join(', ')}`);
  }
  return value;
}
