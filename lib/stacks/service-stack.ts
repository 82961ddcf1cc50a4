import { resolve } from 'node:path';
import { Stack, type StackProps } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { IPrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { PlatformConfig, ServiceConfig } from '../../core/config/platform-schema';
import {
  type ServiceBinding,
  serviceLogGroupName,
  serviceParameterName,
} from '../../core/config/service-binding';
import { arnIn } from '../arn';
import { createLogGroup } from '../constructs/log-group';
import { collectorPermissions } from '../constructs/monitoring/metrics-log';
import { ServiceMonitoring } from '../constructs/monitoring/service-monitoring';
import { publishLinks } from '../constructs/pipeline/links';
import { ServicePipeline } from '../constructs/pipeline/service-pipeline';
import { DataVolume } from '../constructs/service/data-volume';
import { NameRegistration } from '../constructs/service/name-registration';
import { TaskRoles } from '../constructs/service/task-roles';
import type { TrafficRouting } from '../constructs/traffic-routing/traffic-routing';

/** What one service's stack is made from. */
export interface ServiceStackProps extends StackProps {
  readonly platform: PlatformConfig;
  readonly service: ServiceConfig;
  readonly vpc: IVpc;
  readonly namespace: IPrivateDnsNamespace;
  readonly memberGroup: ISecurityGroup;
  readonly gatewayGroup: ISecurityGroup;
  readonly routing: TrafficRouting;
  /** Folder that the service's `source` is relative to. */
  readonly sources: string;
  /** The bundled check of specfiles, one file. */
  readonly checkBundle: string;
}

/** What one service owns whatever version runs: name, router, roles, log group, security group, binding, pipeline. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { platform, service, routing } = props;
    const logGroup = createLogGroup(this, 'Log', {
      name: serviceLogGroupName(platform.environment, service.name),
      retentionDays: platform.log_retention_days,
    });
    const roles = new TaskRoles(this, 'Roles', {
      environment: platform.environment,
      service: service.name,
      logGroup,
      taskPermissions: [
        ...routing.taskPermissions(service.name, (...part) => arnIn(this, ...part)),
        ...collectorPermissions(platform.environment, service.name, (...part) => arnIn(this, ...part)),
      ],
    });
    new NameRegistration(this, 'Name', {
      service: service.name,
      namespaceId: props.namespace.namespaceId,
    });
    const isIngress = service.name === platform.ingress;
    const securityGroup = this.createSecurityGroup(props, isIngress);
    const binding = this.publish({
      ...describeService(platform, service),
      subnets: props.vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnetIds,
      securityGroups: [securityGroup.securityGroupId, props.memberGroup.securityGroupId],
      executionRoleArn: roles.execution.roleArn,
      taskRoleArn: roles.task.roleArn,
      logGroup: serviceLogGroupName(platform.environment, service.name),
      namespaceId: props.namespace.namespaceId,
      router: routing.bind(this, { service, isIngress }),
      ...DataVolume.addTo(this, {
        environment: platform.environment,
        service,
        vpc: props.vpc,
        taskGroup: securityGroup,
        taskRole: roles.task,
      }),
    });
    this.createPipeline(props, binding);
    const { name, protocol } = service;
    new ServiceMonitoring(this, 'Monitoring', { environment: platform.environment, service: name, protocol });
  }

  private createPipeline(props: ServiceStackProps, binding: StringParameter): void {
    const { platform, service, sources, checkBundle } = props;
    const seed = service.source === undefined ? undefined : resolve(sources, service.source);
    const pipeline = new ServicePipeline(this, 'Pipeline', { platform, service, seed, checkBundle });
    // Its first release asks for the binding.
    pipeline.pipeline.node.addDependency(binding);
    publishLinks(this, platform, service.name, pipeline);
  }

  private createSecurityGroup(props: ServiceStackProps, isIngress: boolean): SecurityGroup {
    const { platform, service } = props;
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      securityGroupName: `${platform.environment}-${service.name}`,
      description: `Callers of ${service.name}`,
      allowAllOutbound: false,
    });
    group.addIngressRule(props.memberGroup, Port.tcp(service.port), 'tasks of the mesh');
    if (isIngress) {
      group.addIngressRule(props.gatewayGroup, Port.tcp(service.port), 'users, through the gateway');
    }
    return group;
  }

  private publish(binding: ServiceBinding): StringParameter {
    return new StringParameter(this, 'Binding', {
      parameterName: serviceParameterName(binding.environment, binding.service),
      description: `What rollouts need to know about ${binding.service}`,
      stringValue: this.toJsonString(binding),
      // Many backends exceed the standard tier's 4 KB.
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
  }
}

function describeService(
  platform: PlatformConfig,
  service: ServiceConfig,
): Pick<
  ServiceBinding,
  | 'environment'
  | 'service'
  | 'region'
  | 'port'
  | 'protocol'
  | 'backends'
  | 'cluster'
  | 'namespaceName'
  | 'drainSeconds'
  | 'manualSplit'
> {
  return {
    environment: platform.environment,
    service: service.name,
    region: platform.region,
    port: service.port,
    protocol: service.protocol,
    backends: Object.fromEntries(
      service.backends.map((name) => [name, `${name}.${platform.namespace}:${portOf(platform, name)}`]),
    ),
    cluster: platform.environment,
    namespaceName: platform.namespace,
    drainSeconds: platform.drain_seconds,
    ...(service.split === undefined ? {} : { manualSplit: true }),
  };
}

function portOf(platform: PlatformConfig, name: string): number {
  const backend = platform.services.find((service) => service.name === name);
  if (backend === undefined) {
    throw new Error(`backend "${name}" is not in platform.yaml; add it or remove it from backends`);
  }
  return backend.port;
}
