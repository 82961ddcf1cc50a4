import { Duration, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  type ContainerDefinition,
  ContainerDependencyCondition,
  ContainerImage,
  CpuArchitecture,
  FargatePlatformVersion,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { renderCollectorConfig } from '../../../core/collector/config';
import {
  COLLECTOR_CHECK,
  COLLECTOR_CONTAINER,
  COLLECTOR_IMAGE,
  COLLECTOR_MEMORY_MIB,
  COLLECTOR_USER,
  collectorEnvironment,
  metricsLogGroupName,
  PROXY_STATISTICS_ENVIRONMENT,
} from '../../../core/collector/container';
import { acknowledge } from '../../acknowledge';
import { arnIn } from '../../arn';
import { executionRoleName, logGroupName, taskRoleName } from '../../naming';
import { createLogGroup, type LogRetentionDays } from '../log-group';
import { collectorPermissions } from '../monitoring/metrics-log';
import { grant } from '../permission';
import { tasksOfThisAccount } from '../service/task-roles';
import type { ProxyConfig } from '../traffic-routing/traffic-routing';

/** Port on which the proxy's agent answers `/status`. */
export const GATEWAY_STATUS_PORT = 9902;

/** User that the Envoy image runs as. */
const ENVOY_USER = '1337';

/** Name of the gateway among the services: of its log groups, roles and metrics stream. */
const GATEWAY = 'gateway';

/** What the gateway is made from. */
export interface GatewayServiceProps {
  readonly environment: string;
  readonly cluster: ICluster;
  readonly image: string;
  readonly proxy: ProxyConfig;
  readonly port: number;
  readonly securityGroup: ISecurityGroup;
  readonly logRetentionDays: LogRetentionDays;
}

/** Envoy on Fargate as the mesh's gateway: two tasks, one per zone. */
export class GatewayService extends Construct {
  readonly service: FargateService;

  constructor(scope: Construct, id: string, props: GatewayServiceProps) {
    super(scope, id);
    this.service = new FargateService(this, 'Service', {
      serviceName: `${props.environment}-gateway`,
      cluster: props.cluster,
      taskDefinition: this.createTaskDefinition(props),
      desiredCount: 2,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      platformVersion: FargatePlatformVersion.LATEST,
      healthCheckGracePeriod: Duration.seconds(60),
      securityGroups: [props.securityGroup],
      assignPublicIp: false,
    });
  }

  private createTaskDefinition(props: GatewayServiceProps): FargateTaskDefinition {
    const taskRole = new Role(this, 'TaskRole', {
      roleName: taskRoleName(props.environment, GATEWAY),
      description: 'What the containers of the gateway act as: the proxy and the collector',
      assumedBy: tasksOfThisAccount(),
    });
    grant(taskRole, 'Policy', [
      ...props.proxy.permissions,
      ...collectorPermissions(props.environment, GATEWAY, (...part) => arnIn(Stack.of(this), ...part)),
    ]);
    const definition = new FargateTaskDefinition(this, 'Task', {
      family: `${props.environment}-gateway`,
      cpu: 512,
      memoryLimitMiB: 1024,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.X86_64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      taskRole,
      executionRole: new Role(this, 'ExecutionRole', {
        roleName: executionRoleName(props.environment, GATEWAY),
        description: 'What ECS starts the gateway with: its log',
        assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
      }),
    });
    const logGroup = createLogGroup(this, 'Log', {
      name: logGroupName(props.environment, GATEWAY),
      retentionDays: props.logRetentionDays,
    });
    const proxy = this.addProxy(definition, props, logGroup);
    proxy.addContainerDependencies({
      container: this.addCollector(definition, props, logGroup),
      condition: ContainerDependencyCondition.START,
    });
    acknowledge(definition, {
      'AwsSolutions-ECS2': 'names and numbers that anybody may read; the gateway holds no secret',
    });
    return definition;
  }

  /** The root file system stays writable: Envoy's agent writes its configuration to it before every start. */
  private addProxy(
    definition: FargateTaskDefinition,
    props: GatewayServiceProps,
    logGroup: ILogGroup,
  ): ContainerDefinition {
    return definition.addContainer('envoy', {
      image: ContainerImage.fromRegistry(props.image),
      essential: true,
      user: ENVOY_USER,
      environment: {
        ...props.proxy.environment,
        ...PROXY_STATISTICS_ENVIRONMENT,
        ENVOY_LOG_LEVEL: 'warning',
        APPNET_AGENT_ADMIN_MODE: 'tcp',
        APPNET_AGENT_HTTP_PORT: String(GATEWAY_STATUS_PORT),
      },
      portMappings: [{ containerPort: props.port }, { containerPort: GATEWAY_STATUS_PORT }],
      logging: LogDriver.awsLogs({ logGroup, streamPrefix: 'gateway' }),
      stopTimeout: Duration.seconds(60),
      healthCheck: {
        command: ['CMD-SHELL', 'curl -s http://localhost:9901/server_info | grep state | grep -q LIVE'],
        interval: Duration.seconds(5),
        timeout: Duration.seconds(2),
        retries: 3,
        startPeriod: Duration.seconds(10),
      },
    });
  }

  /** As beside each version's proxy: see `adapters/workload/ecs/collector.ts`. */
  private addCollector(
    definition: FargateTaskDefinition,
    props: GatewayServiceProps,
    logGroup: ILogGroup,
  ): ContainerDefinition {
    const config = renderCollectorConfig({
      // The environment's mesh has its name.
      mesh: props.environment,
      region: Stack.of(this).region,
      logGroup: metricsLogGroupName(props.environment),
      logStream: GATEWAY,
    });
    return definition.addContainer(COLLECTOR_CONTAINER, {
      image: ContainerImage.fromRegistry(COLLECTOR_IMAGE),
      essential: false,
      enableRestartPolicy: true,
      restartAttemptPeriod: Duration.seconds(60),
      user: COLLECTOR_USER,
      memoryLimitMiB: COLLECTOR_MEMORY_MIB,
      readonlyRootFilesystem: true,
      environment: { ...collectorEnvironment(config) },
      logging: LogDriver.awsLogs({ logGroup, streamPrefix: COLLECTOR_CONTAINER }),
      healthCheck: {
        command: [...COLLECTOR_CHECK],
        interval: Duration.seconds(30),
        timeout: Duration.seconds(5),
        retries: 3,
        startPeriod: Duration.seconds(30),
      },
    });
  }
}
