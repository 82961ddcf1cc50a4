import { Aws, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { arnIn } from '../../arn';
import { executionRoleName, imageRepositoryName, secretPrefix, taskRoleName } from '../../naming';
import { grant, type Permission } from '../permission';

/** What a service's roles are made from. */
export interface TaskRolesProps {
  readonly environment: string;
  readonly service: string;
  readonly logGroup: ILogGroup;
  /** What the containers may do; the proxy needs its configuration. */
  readonly taskPermissions: readonly Permission[];
}

/**
 * ECS acting for a task of this account, and for nobody else's.
 * Source: AWS, "Amazon ECS task IAM role", trust policy.
 */
export function tasksOfThisAccount(): ServicePrincipal {
  return new ServicePrincipal('ecs-tasks.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}

/** The two roles of a service's tasks: one that ECS starts them with, one that their containers act as. */
export class TaskRoles extends Construct {
  readonly execution: Role;
  readonly task: Role;

  constructor(scope: Construct, id: string, props: TaskRolesProps) {
    super(scope, id);
    const tasks = new ServicePrincipal('ecs-tasks.amazonaws.com');
    const ownTasks = tasksOfThisAccount();
    this.task = new Role(this, 'Task', {
      roleName: taskRoleName(props.environment, props.service),
      description: `What the containers of ${props.service} act as: the proxy, the collector, the application`,
      assumedBy: ownTasks,
    });
    grant(this.task, 'Policy', props.taskPermissions);
    this.execution = new Role(this, 'Execution', {
      roleName: executionRoleName(props.environment, props.service),
      description: `What ECS starts the tasks of ${props.service} with: image, secrets, log`,
      assumedBy: tasks,
    });
    grant(this.execution, 'Policy', this.executionPermissions(props));
  }

  private executionPermissions(props: TaskRolesProps): readonly Permission[] {
    const stack = Stack.of(this);
    const secrets = secretPrefix(props.environment, props.service);
    return [
      {
        actions: ['ecr:GetAuthorizationToken'],
        resources: ['*'],
        wildcard: 'AWS offers no resource-level control for this action',
      },
      {
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        resources: [
          arnIn(stack, 'ecr', `repository/${imageRepositoryName(props.environment, props.service)}`),
        ],
      },
      {
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [props.logGroup.logGroupArn],
      },
      {
        actions: ['ssm:GetParameters'],
        resources: [arnIn(stack, 'ssm', `parameter/${secrets}*`)],
        wildcard: 'the service’s own secrets, which its task definition names',
      },
      {
        actions: ['secretsmanager:GetSecretValue'],
        resources: [arnIn(stack, 'secretsmanager', `secret:${secrets}*`)],
        wildcard: 'the service’s own secrets; Secrets Manager ends each ARN with random characters',
      },
    ];
  }
}
