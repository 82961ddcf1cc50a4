import { arnOf, inert, type ResourceFacts, type ResourceTypes } from './resource-type';

const functionArn = (resource: ResourceFacts) =>
  arnOf(resource, 'lambda', `function:${resource.name('FunctionName')}`);
const machineArn = (resource: ResourceFacts) =>
  arnOf(resource, 'states', `stateMachine:${resource.name('StateMachineName', 80)}`);
const ruleArn = (resource: ResourceFacts) => arnOf(resource, 'events', `rule/${resource.name('Name')}`);
const familyOf = (resource: ResourceFacts) => resource.name('Family', 255).replaceAll('.', '-');
const taskDefinitionArn = (resource: ResourceFacts) =>
  arnOf(resource, 'ecs', `task-definition/${familyOf(resource)}:1`);
const ecsServiceArn = (resource: ResourceFacts) => {
  const cluster = resource.text('Cluster').split('/').at(-1);
  return arnOf(resource, 'ecs', `service/${cluster}/${resource.name('ServiceName')}`);
};

/** What runs: functions, the state machine, rules, tasks. */
export const WORKLOAD_TYPES: ResourceTypes = {
  'AWS::Lambda::Function': {
    treatment: 'live',
    does: 'its bundle runs with its environment variables, timeout and role',
    ref: (resource) => resource.name('FunctionName'),
    attributes: { Arn: functionArn },
    used: ['FunctionName', 'Code', 'Handler', 'Environment', 'Timeout', 'MemorySize', 'Role', 'PackageType'],
    ignored: [
      'Architectures',
      'Description',
      'LoggingConfig',
      'ReservedConcurrentExecutions',
      'Runtime',
      'Tags',
      'TracingConfig',
    ],
  },
  'AWS::Lambda::Permission': {
    ...inert('read for the event rules: a rule reaches the functions that let it', (resource) =>
      resource.uuid(),
    ),
    treatment: 'live',
    used: ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount'],
    ignored: [],
  },
  'AWS::Lambda::EventInvokeConfig': inert(
    'asynchronous invocations are retried a few times at once; what still fails is reported',
    (resource) => resource.uuid(),
  ),
  'AWS::StepFunctions::StateMachine': {
    treatment: 'live',
    does: 'interpreted on the rehearsal’s clock, its placeholders filled',
    ref: machineArn,
    attributes: { Arn: machineArn, Name: (resource) => resource.name('StateMachineName', 80) },
    used: ['StateMachineName', 'StateMachineType', 'DefinitionString', 'DefinitionSubstitutions', 'RoleArn'],
    ignored: ['EncryptionConfiguration', 'LoggingConfiguration', 'Tags', 'TracingConfiguration'],
  },
  'AWS::Events::Rule': {
    treatment: 'live',
    does: 'events that match its pattern invoke its functions',
    ref: (resource) => resource.name('Name'),
    attributes: { Arn: ruleArn },
    used: ['Name', 'EventPattern', 'State', 'Targets'],
    ignored: ['Description', 'Tags'],
  },
  'AWS::ECS::Cluster': {
    treatment: 'live',
    does: 'created through ECS’s API',
    ref: (resource) => resource.name('ClusterName', 255),
    attributes: { Arn: (resource) => arnOf(resource, 'ecs', `cluster/${resource.name('ClusterName', 255)}`) },
    used: ['ClusterName', 'Tags'],
    ignored: ['CapacityProviders', 'ClusterSettings', 'Configuration', 'DefaultCapacityProviderStrategy'],
  },
  'AWS::ECS::TaskDefinition': {
    treatment: 'live',
    does: 'registered through ECS’s API, which gives it its revision',
    ref: taskDefinitionArn,
    attributes: { TaskDefinitionArn: taskDefinitionArn },
    used: [
      'ContainerDefinitions',
      'Cpu',
      'ExecutionRoleArn',
      'Family',
      'Memory',
      'NetworkMode',
      'ProxyConfiguration',
      'RequiresCompatibilities',
      'RuntimePlatform',
      'Tags',
      'TaskRoleArn',
      'Volumes',
    ],
    ignored: [],
  },
  'AWS::ECS::Service': {
    treatment: 'live',
    does: 'created through ECS’s API; its tasks run as processes',
    ref: ecsServiceArn,
    attributes: { ServiceArn: ecsServiceArn, Name: (resource) => resource.name('ServiceName') },
    used: [
      'Cluster',
      'DeploymentConfiguration',
      'DesiredCount',
      'LaunchType',
      'NetworkConfiguration',
      'PlatformVersion',
      'PropagateTags',
      'ServiceName',
      'ServiceRegistries',
      'Tags',
      'TaskDefinition',
    ],
    ignored: [
      'AvailabilityZoneRebalancing',
      'DeploymentController',
      'EnableECSManagedTags',
      'EnableExecuteCommand',
      'HealthCheckGracePeriodSeconds',
      'LoadBalancers',
    ],
  },
};
