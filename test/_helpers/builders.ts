import { type DeployConfig, deploySchema } from '../../core/config/deploy-schema';
import type { ServiceBinding } from '../../core/config/service-binding';
import { taskDefinitionSchema } from '../../core/config/task-definition-schema';
import type { JudgeInput } from '../../core/health/judge-input';
import type { Observation } from '../../core/health/observation';
import type { StepInput } from '../../core/rollout/progress';
import type { RolloutRecord } from '../../core/rollout/record';

/** 2026-01-01T00:00:00Z, on a minute. */
export const NOON = Date.UTC(2026, 0, 1);

export const STABLE = 'aaaaaaaa';
export const CANARY = 'bbbbbbbb';

export function iso(secondsAfterNoon: number): string {
  return new Date(NOON + secondsAfterNoon * 1000).toISOString();
}

/** A valid deploy.json with defaults; `changes` as a developer would write them. */
export function aDeployConfig(changes: Record<string, unknown> = {}): DeployConfig {
  return deploySchema.parse(changes);
}

export function aTaskDefinition(changes: Record<string, unknown> = {}) {
  return taskDefinitionSchema.parse(changes);
}

/** A minute of the canary that keeps every default limit; `minute` counts from NOON. */
export function anObservation(minute: number, changes: Partial<Observation> = {}): Observation {
  return {
    version: CANARY,
    start: iso(minute * 60),
    periodSeconds: 60,
    requests: 100,
    errors: 0,
    latencyMillis: { p50: 10, p99: 50 },
    source: 'callers',
    ...changes,
  };
}

/** A canary under traffic since NOON, looked at 10 minutes later. */
export function aJudgeInput(changes: Partial<JudgeInput> = {}): JudgeInput {
  return {
    health: aDeployConfig().health,
    protocol: 'http',
    now: NOON + 600_000,
    underTrafficSince: NOON,
    observations: [],
    readings: [],
    ...changes,
  };
}

export function aBinding(changes: Partial<ServiceBinding> = {}): ServiceBinding {
  return {
    environment: 'demo',
    service: 'shop',
    region: 'us-west-2',
    port: 8080,
    protocol: 'http',
    backends: {},
    cluster: 'demo',
    subnets: ['subnet-1'],
    securityGroups: ['sg-1'],
    executionRoleArn: 'arn:aws:iam::000000000000:role/demo-shop-execution',
    taskRoleArn: 'arn:aws:iam::000000000000:role/demo-shop-task',
    logGroup: '/ecs-canary/demo/shop',
    namespaceId: 'ns-1',
    namespaceName: 'demo.local',
    drainSeconds: 30,
    router: {
      kind: 'appmesh',
      mesh: 'demo',
      virtualRouter: 'shop',
      virtualService: 'shop.demo.local',
      route: 'shop',
      envoyImage: 'envoy',
    },
    ...changes,
  };
}

export function aCommit(letter: string): string {
  return letter.repeat(40);
}

/** The state machine's input for a release of `shop`. */
export function aRolloutInput(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    service: 'shop',
    commit: aCommit('b'),
    image: 'registry/shop:b',
    deploy: {},
    task_definition: {},
    ...changes,
  };
}

export function aStepInput(state: StepInput['state'], name = 'shop-1', started_at = iso(0)): StepInput {
  return {
    state,
    execution: {
      id: `arn:aws:states:us-west-2:000000000000:execution:demo-rollout:${name}`,
      name,
      started_at,
    },
  };
}

export function aRecord(changes: Partial<RolloutRecord> = {}): RolloutRecord {
  return {
    id: 'shop-1',
    service: 'shop',
    version: CANARY,
    commit: aCommit('b'),
    image: 'registry/shop:b',
    deploy: aDeployConfig(),
    taskDefinition: aTaskDefinition(),
    execution: aStepInput({}).execution.id,
    fence: 1,
    adoptedFrom: null,
    stable: STABLE,
    phase: 'shifting',
    intended: { [CANARY]: 10, [STABLE]: 90 },
    previous: { [CANARY]: 10, [STABLE]: 90 },
    startedAt: iso(0),
    leftovers: [],
    ...changes,
  };
}
