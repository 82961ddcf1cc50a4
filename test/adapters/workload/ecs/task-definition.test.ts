import { createTaskDecorator } from '../../../../adapters/traffic/create-traffic-router';
import { renderService } from '../../../../adapters/workload/ecs/service';
import { CONTENT_TAG, renderTaskDefinition } from '../../../../adapters/workload/ecs/task-definition';
import { aBinding, aVersionSpec, CANARY } from '../../../contract/builders';

const binding = aBinding();
const render = (container: object = {}) =>
  renderTaskDefinition(binding, aVersionSpec(CANARY, {}, container), createTaskDecorator(binding));
const containerOf = (name: string, container: object = {}) =>
  render(container).containerDefinitions?.find((one) => one.name === name);
const environmentOf = (name: string, container: object = {}) =>
  Object.fromEntries((containerOf(name, container)?.environment ?? []).map((one) => [one.name, one.value]));

describe('task definition', () => {
  it('mounts the service’s volume over TLS, through its access point, as the task’s role, beside the proxy', () => {
    const volume = { fileSystemId: 'fs-0123456789abcdef0', accessPointId: 'fsap-0123456789abcdef0' };
    const withVolume = aBinding({ volume });
    const definition = renderTaskDefinition(
      withVolume,
      aVersionSpec(CANARY, {}, { data_path: '/var/lib/data', writable_paths: ['/tmp'] }),
      createTaskDecorator(withVolume),
    );
    expect(definition.volumes).toEqual([
      { name: 'writable-0' },
      {
        name: 'data',
        efsVolumeConfiguration: {
          fileSystemId: volume.fileSystemId,
          rootDirectory: '/',
          transitEncryption: 'ENABLED',
          authorizationConfig: { accessPointId: volume.accessPointId, iam: 'ENABLED' },
        },
      },
    ]);
    const app = definition.containerDefinitions?.find(({ name }) => name === 'app');
    expect(app?.mountPoints).toContainEqual({ sourceVolume: 'data', containerPath: '/var/lib/data' });
    expect(definition.proxyConfiguration?.properties).toContainEqual({
      name: 'EgressIgnoredPorts',
      value: '2049',
    });
  });

  it('refuses data for a service without a volume', () => {
    expect(() => render({ data_path: '/var/lib/data' })).toThrow(/data_path.*volume/s);
  });

  it('runs the image unprivileged, read-only, on Fargate, with the platform’s roles', () => {
    expect(render()).toMatchObject({
      family: `demo-web-${CANARY}`,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: binding.executionRoleArn,
      taskRoleArn: binding.taskRoleArn,
    });
    expect(containerOf('app')).toMatchObject({
      image: `registry.example/web:${CANARY}`,
      essential: true,
      user: '1000:1000',
      readonlyRootFilesystem: true,
      stopTimeout: 30,
      portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-stream-prefix': CANARY } },
    });
  });

  it('tells the application its address, its version and where its backends are', () => {
    expect(environmentOf('app', { environment: { COLOUR: 'blue' } })).toEqual({
      COLOUR: 'blue',
      HOST: '0.0.0.0',
      PORT: '8080',
      SERVICE_VERSION: CANARY,
      WEB_DB_ENDPOINT: 'web-db.demo.local:5432',
    });
  });

  it('passes secrets by reference, commands as lists and writable paths as empty volumes', () => {
    const definition = render({
      secrets: { TOKEN: '/demo/token' },
      health_check: { command: ['node', 'health.js'] },
      writable_paths: ['/tmp', '/cache'],
    });
    expect(definition.volumes).toEqual([{ name: 'writable-0' }, { name: 'writable-1' }]);
    expect(definition.containerDefinitions?.[0]).toMatchObject({
      secrets: [{ name: 'TOKEN', valueFrom: '/demo/token' }],
      healthCheck: {
        command: ['CMD', 'node', 'health.js'],
        interval: 10,
        timeout: 5,
        retries: 3,
        startPeriod: 10,
      },
      mountPoints: [
        { sourceVolume: 'writable-0', containerPath: '/tmp' },
        { sourceVolume: 'writable-1', containerPath: '/cache' },
      ],
    });
  });

  it('puts the proxy beside the application and all traffic through it', () => {
    expect(containerOf('app')?.dependsOn).toEqual([{ containerName: 'envoy', condition: 'HEALTHY' }]);
    expect(containerOf('envoy')).toMatchObject({
      essential: true,
      user: '1337',
      image: binding.router.envoyImage,
    });
    expect(environmentOf('envoy')).toMatchObject({
      APPMESH_RESOURCE_ARN: `mesh/demo/virtualNode/demo-web-${CANARY}`,
      ENABLE_ENVOY_DOG_STATSD: '1',
    });
    const properties = render().proxyConfiguration?.properties ?? [];
    expect(Object.fromEntries(properties.map(({ name, value }) => [name, value]))).toEqual({
      IgnoredUID: '1337',
      ProxyIngressPort: '15000',
      ProxyEgressPort: '15001',
      AppPorts: '8080',
      EgressIgnoredIPs: '169.254.170.2,169.254.169.254',
    });
  });

  it('puts the collector beside the proxy, which starts after it, and lets the task live without it', () => {
    expect(containerOf('envoy')?.dependsOn).toEqual([{ containerName: 'collector', condition: 'START' }]);
    expect(containerOf('collector')).toMatchObject({
      essential: false,
      restartPolicy: { enabled: true },
      user: '1337',
      memory: 160,
      readonlyRootFilesystem: true,
    });
    expect(environmentOf('collector').AOT_CONFIG_CONTENT).toContain('"log_stream_name":"web"');
  });

  it('opens no port but those that the mesh redirects to', () => {
    const ports = (render().containerDefinitions ?? []).flatMap(({ portMappings }) => portMappings ?? []);
    expect(ports.map(({ containerPort }) => containerPort)).toEqual([8080, 15000, 15001]);
  });

  it('needs no collector where there is no proxy', () => {
    const plain = renderTaskDefinition(binding, aVersionSpec(CANARY), (_version, definition) => definition);
    expect(plain.containerDefinitions?.map(({ name }) => name)).toEqual(['app']);
  });

  it('refuses an application that runs as the proxy’s user', () => {
    expect(() => render({ user: '1337:1337' })).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
  });

  it('has the same content tag for the same content only', () => {
    const tag = (container: object) => render(container).tags?.find((one) => one.key === CONTENT_TAG)?.value;
    expect(tag({})).toBe(tag({}));
    expect(tag({ environment: { A: '1' } })).not.toBe(tag({}));
  });
});

describe('ECS service', () => {
  it('gives up on tasks that never start, in private subnets, registered in Cloud Map', () => {
    const parts = { taskDefinition: 'arn:td', registryArn: 'arn:registry' };
    expect(renderService(binding, { version: CANARY, desired: 2 }, parts)).toMatchObject({
      serviceName: `demo-web-${CANARY}`,
      desiredCount: 2,
      networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'DISABLED' } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      serviceRegistries: [{ registryArn: 'arn:registry' }],
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
    });
  });
});
