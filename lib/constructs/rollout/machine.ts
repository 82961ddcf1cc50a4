import { Aws } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { FUNCTION_NAMES, functionPlaceholder } from '../../../core/config/function-environment';
import { acknowledgeWildcard } from '../../acknowledge';
import { createLogGroup, type LogRetentionDays } from '../log-group';
import { grant, type Permission } from '../permission';
import type { RolloutFunctions } from './functions';
import type { PermissionScope } from './port-permissions';

/** What a state machine is made from. */
export interface RolloutMachineProps {
  /** Names of the machine and of the role that it acts as. */
  readonly name: string;
  readonly roleName: string;
  /** Amazon States Language with `${Placeholder}`s. */
  readonly definition: string;
  readonly stateMachineArn: string;
  readonly functions: RolloutFunctions;
  readonly permissions: PermissionScope;
  readonly logRetentionDays: LogRetentionDays;
}

/** The state machine of rollouts, or of operators' splits: its role and its execution log. */
export class RolloutMachine extends Construct {
  readonly stateMachine: StateMachine;

  /** @throws {Error} when the definition has a placeholder that nothing fills. */
  constructor(scope: Construct, id: string, props: RolloutMachineProps) {
    super(scope, id);
    const placeholders = placeholdersOf(props.definition);
    const role = this.createRole(props, placeholders);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: props.name,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(props.definition),
      definitionSubstitutions: substitutionsFor(placeholders, props),
      role,
      tracingEnabled: true,
      logs: {
        destination: createLogGroup(this, 'Log', {
          // This prefix keeps the log group out of a resource policy that is limited in size.
          name: `/aws/vendedlogs/states/${props.name}`,
          retentionDays: props.logRetentionDays,
        }),
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
    });
  }

  private createRole(props: RolloutMachineProps, placeholders: ReadonlySet<string>): Role {
    const invoked = FUNCTION_NAMES.filter((name) => placeholders.has(functionPlaceholder(name)));
    const role = new Role(this, 'Role', {
      roleName: props.roleName,
      description:
        'The state machine: invokes its functions, goes on in an execution of itself, writes its log',
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    acknowledgeWildcard(
      role,
      '*',
      'delivery of execution logs and X-Ray traces: AWS offers no resource-level control for these actions',
    );
    grant(role, 'Policy', [
      {
        actions: ['lambda:InvokeFunction'],
        resources: invoked.map((name) => props.functions.get(name).functionArn),
      },
      ...(placeholders.has('StateMachineArn') ? continuing(props) : []),
    ]);
    return role;
  }
}

/** What a machine needs that goes on in executions of itself. */
function continuing({ name, stateMachineArn, permissions }: RolloutMachineProps): readonly Permission[] {
  return [
    { actions: ['states:StartExecution'], resources: [stateMachineArn] },
    {
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      resources: [permissions.arn('states', `execution:${name}:*`)],
      wildcard: 'a long rollout goes on in executions of this same machine',
    },
    {
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      resources: [permissions.arn('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule')],
    },
  ];
}

/** Names between `${` and `}`. */
function placeholdersOf(definition: string): ReadonlySet<string> {
  return new Set([...definition.matchAll(/\$\{([A-Za-z0-9]+)\}/g)].map((match) => match[1] ?? ''));
}

function substitutionsFor(
  placeholders: ReadonlySet<string>,
  props: RolloutMachineProps,
): Record<string, string> {
  const known = new Map<string, string>([
    ['StateMachineArn', props.stateMachineArn],
    ...FUNCTION_NAMES.map((name): [string, string] => [
      functionPlaceholder(name),
      props.functions.get(name).functionArn,
    ]),
  ]);
  const unknown = [...placeholders].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(
      `state machine definition has placeholders that nothing fills: ${unknown.join(', ')}; allowed: ${[...known.keys()].join(', ')}`,
    );
  }
  return Object.fromEntries([...known].filter(([name]) => placeholders.has(name)));
}
