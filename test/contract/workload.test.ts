import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { CreateServiceCommand, ListServicesCommand } from '@aws-sdk/client-servicediscovery';
import { MemoryWorkload } from '../../adapters/memory/workload';
import { ManualClock } from '../../adapters/memory/world';
import { createTaskDecorator } from '../../adapters/traffic/create-traffic-router';
import { renderTaskDefinition } from '../../adapters/workload/ecs/task-definition';
import { aVersionSpec, CANARY, STABLE } from './builders';
import { startEcs } from './ecs-fixture';
import { describeWorkload } from './workload.contract';

describeWorkload('memory', async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const workload = new MemoryWorkload(clock);
  return {
    workload,
    behave: (version, behaviour) => {
      const crash = { reason: 'Essential container in task exited', exitCode: 3 };
      workload.behave(
        version,
        behaviour === 'crash' ? { crash } : behaviour === 'ready' ? {} : { readyAfter: Infinity },
      );
    },
    settle: async () => clock.advance(120),
    close: async () => undefined,
  };
});

describeWorkload('ecs', startEcs);

describe('ECS workload', () => {
  let fixture: Awaited<ReturnType<typeof startEcs>>;
  beforeEach(async () => {
    fixture = await startEcs();
  });
  afterEach(() => fixture.close());

  const NAME = `demo-web-${CANARY}`;
  const spec = aVersionSpec(CANARY, {}, { health_check: { command: ['true'] } });
  const revisions = async () => {
    const { taskDefinitionArns } = await fixture.ecs.send(
      new ListTaskDefinitionsCommand({ familyPrefix: NAME }),
    );
    return taskDefinitionArns ?? [];
  };
  const register = (family: string) =>
    fixture.ecs.send(
      new RegisterTaskDefinitionCommand({
        ...renderTaskDefinition(fixture.binding, spec, createTaskDecorator(fixture.binding)),
        family,
      }),
    );
  const registries = async () => {
    const { Services } = await fixture.cloudMap.send(new ListServicesCommand({}));
    return (Services ?? []).map((service) => service.Name);
  };
  const ready = async () => {
    await fixture.settle();
    return (await fixture.workload.describe(CANARY)).ready;
  };

  it('completes a version whose Cloud Map service exists already', async () => {
    await fixture.cloudMap.send(
      new CreateServiceCommand({
        Name: NAME,
        NamespaceId: fixture.binding.namespaceId,
        DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 10 }] },
        HealthCheckCustomConfig: {},
      }),
    );
    await fixture.workload.create(spec);
    expect(await ready()).toBe(1);
    expect(await registries()).toEqual([NAME]);
  });

  it.each(['servicediscovery:CreateService', 'ecs:CreateService'])(
    'lists and removes a version whose creation ended before %s',
    async (action) => {
      fixture.aws.endpoint.addFault({ action, kind: 'denied', times: 1 });
      await expect(fixture.workload.create(spec)).rejects.toMatchObject({ code: 'AwsCallRefused' });
      expect(await fixture.workload.list()).toEqual([CANARY]);
      expect(await fixture.workload.remove(CANARY)).toBe('removed');
      expect(await revisions()).toEqual([]);
      expect(await registries()).toEqual([]);
      expect(await fixture.workload.list()).toEqual([]);
    },
  );

  it('reads no list that grows with the number of services, from a version’s creation to its end', async () => {
    const before = fixture.aws.calls.length;
    await fixture.workload.create(spec);
    await fixture.workload.list();
    for (let step = 0; step < 12 && (await fixture.workload.remove(CANARY)) === 'pending'; step += 1) {
      await fixture.settle();
    }
    const actions = fixture.aws.calls.slice(before).map(({ action }) => action);
    expect(actions).toContain('ecs:ListTaskDefinitionFamilies');
    expect(actions).not.toContain('ecs:ListServices');
    expect(actions).not.toContain('servicediscovery:ListServices');
  });

  it('completes a version whose task definition is registered already, without another revision', async () => {
    const decorate = createTaskDecorator(fixture.binding);
    await fixture.ecs.send(
      new RegisterTaskDefinitionCommand(renderTaskDefinition(fixture.binding, spec, decorate)),
    );
    await fixture.workload.create(spec);
    expect(await revisions()).toHaveLength(1);
    expect(await ready()).toBe(1);
  });

  it('registers another revision when the registered one has another content', async () => {
    const decorate = createTaskDecorator(fixture.binding);
    const other = { ...spec, image: 'registry.example/web:other' };
    await fixture.ecs.send(
      new RegisterTaskDefinitionCommand(renderTaskDefinition(fixture.binding, other, decorate)),
    );
    await fixture.workload.create(spec);
    expect(await revisions()).toHaveLength(2);
    const { services } = await fixture.ecs.send(
      new DescribeServicesCommand({ cluster: 'demo', services: [NAME] }),
    );
    expect(services?.[0]?.taskDefinition).toMatch(/:2$/);
  });

  it.each(['servicediscovery:CreateService', 'ecs:RegisterTaskDefinition', 'ecs:CreateService'])(
    'creates a version once when the answer of %s is lost',
    async (action) => {
      fixture.aws.endpoint.addFault({ action, kind: 'timeout_after', times: 1 });
      await fixture.workload.create(spec);
      expect(await ready()).toBe(1);
      expect(await registries()).toEqual([NAME]);
      expect(await fixture.workload.list()).toEqual([CANARY]);
    },
  );

  it('fails retryably while a service of that name is draining', async () => {
    await fixture.workload.create(aVersionSpec(CANARY));
    await fixture.settle();
    fixture.runner.isStubborn = true;
    await fixture.ecs.send(new DeleteServiceCommand({ cluster: 'demo', service: NAME, force: true }));
    expect((await fixture.workload.describe(CANARY)).state).toBe('draining');
    expect(await fixture.workload.remove(CANARY)).toBe('pending');
    await expect(fixture.workload.create(spec)).rejects.toMatchObject({
      code: 'AwsCallFailed',
      retryable: true,
      message: expect.stringContaining('draining'),
    });
  });

  it('calls a task alive until it has ended, although ECS no longer counts it as running', async () => {
    await fixture.workload.create(aVersionSpec(CANARY));
    await fixture.settle();
    fixture.runner.isStubborn = true;
    await fixture.workload.scale(CANARY, 0);
    await fixture.settle();
    expect(await fixture.workload.describe(CANARY)).toMatchObject({ desired: 0, running: 0, alive: 1 });
  });

  it('has ECS end a task before it starts the next, for what cannot run twice', async () => {
    await fixture.workload.create(aVersionSpec(CANARY, { isExclusive: true }));
    const { services } = await fixture.ecs.send(
      new DescribeServicesCommand({ cluster: 'demo', services: [NAME] }),
    );
    expect(services?.[0]?.deploymentConfiguration).toMatchObject({
      minimumHealthyPercent: 0,
      maximumPercent: 100,
    });
  });

  it('registers tasks in Cloud Map under the version’s name, and takes them out', async () => {
    await fixture.workload.create(spec);
    await fixture.settle();
    expect(fixture.instances()).toEqual([
      expect.objectContaining({ namespaceName: 'demo.local', serviceName: NAME, healthy: true }),
    ]);
    await fixture.workload.scale(CANARY, 0);
    await fixture.settle();
    expect(fixture.instances()).toEqual([]);
  });

  it('leaves no registered definition and no Cloud Map service behind', async () => {
    await fixture.workload.create(spec);
    await fixture.settle();
    for (let step = 0; step < 12 && (await fixture.workload.remove(CANARY)) === 'pending'; step += 1) {
      await fixture.settle();
    }
    expect(await revisions()).toEqual([]);
    expect(await registries()).toEqual([]);
  });

  it('does not call a task failed that a person stopped', async () => {
    await fixture.workload.create(spec);
    await fixture.settle();
    const { taskArns } = await fixture.ecs.send(new ListTasksCommand({ cluster: 'demo', serviceName: NAME }));
    const task = taskArns?.[0];
    await fixture.ecs.send(new StopTaskCommand({ cluster: 'demo', task, reason: 'by hand' }));
    expect(await ready()).toBe(1);
    expect((await fixture.workload.describe(CANARY)).failures).toEqual([]);
  });

  it('lists more versions than fit one page of ECS', async () => {
    const versions = Array.from({ length: 101 }, (_, index) => index.toString(16).padStart(8, '0'));
    for (const version of versions) {
      await register(`demo-web-${version}`);
    }
    expect((await fixture.workload.list()).length).toBe(101);
  });

  it('passes over versions of other services whose name begins alike', async () => {
    for (const name of ['demo-web-db-abc12345', 'other-web-abc12345', 'demo-web-gateway']) {
      await register(name);
    }
    await fixture.workload.create(aVersionSpec(STABLE));
    expect(await fixture.workload.list()).toEqual([STABLE]);
  });

  it('makes no call that the permissions page does not list', async () => {
    const page = readFileSync(join(__dirname, '../../adapters/PERMISSIONS.md'), 'utf8');
    const before = fixture.aws.calls.length;
    await fixture.workload.create(spec);
    await fixture.settle();
    await fixture.workload.list();
    for (let step = 0; step < 12 && (await fixture.workload.remove(CANARY)) === 'pending'; step += 1) {
      await fixture.workload.describe(CANARY);
      await fixture.settle();
    }
    const actions = new Set(fixture.aws.calls.slice(before).map(({ action }) => action));
    expect(actions.size).toBeGreaterThan(8);
    for (const action of actions) expect(page).toContain(`\`${action}\``);
  });
});
