import { deploySchema } from '../../core/config/deploy-schema';
import type { Protocol } from '../../core/config/protocols';
import type { ServiceBinding } from '../../core/config/service-binding';
import { taskDefinitionSchema } from '../../core/config/task-definition-schema';
import type { SplitChange } from '../../core/manual-split/split-change';
import type { VersionSpec } from '../../core/ports/workload';
import type { RolloutRecord } from '../../core/rollout/record';
import { NO_TRAFFIC } from '../../core/traffic/split';

export const STABLE = '0fe98765';
export const CANARY = 'abc12345';

/** A valid binding of service `web` in environment `demo`. */
export function aBinding(overrides: Partial<ServiceBinding> = {}): ServiceBinding {
  return {
    environment: 'demo',
    service: 'web',
    region: 'eu-west-1',
    port: 8080,
    protocol: 'http',
    backends: { 'web-db': 'web-db.demo.local:5432' },
    cluster: 'demo',
    subnets: ['subnet-1', 'subnet-2'],
    securityGroups: ['sg-1'],
    executionRoleArn: 'arn:aws:iam::111122223333:role/demo-execution',
    taskRoleArn: 'arn:aws:iam::111122223333:role/demo-web',
    logGroup: '/demo/web',
    namespaceId: 'ns-demo',
    namespaceName: 'demo.local',
    drainSeconds: 30,
    router: {
      kind: 'appmesh',
      mesh: 'demo',
      virtualRouter: 'demo-web',
      virtualService: 'web.demo.local',
      route: 'demo-web',
      envoyImage: 'public.ecr.aws/appmesh/aws-appmesh-envoy:v1.34.13.0-prod',
    },
    ...overrides,
  };
}

/** What to run for a version: defaults of taskdef.json plus `container`. */
export function aVersionSpec(
  version: string,
  overrides: Partial<VersionSpec> = {},
  container: object = {},
): VersionSpec {
  return {
    version,
    image: `registry.example/web:${version}`,
    taskDefinition: taskDefinitionSchema.parse({ container }),
    desired: 1,
    ...overrides,
  };
}

/** A rollout's record, just claimed. */
export function aRecord(overrides: Partial<RolloutRecord> = {}): RolloutRecord {
  return {
    id: 'rollout-1',
    service: 'web',
    version: CANARY,
    commit: `${CANARY}${'0'.repeat(32)}`,
    image: `registry.example/web:${CANARY}`,
    deploy: deploySchema.parse({}),
    taskDefinition: taskDefinitionSchema.parse({}),
    execution: 'arn:aws:states:eu-west-1:111122223333:execution:demo-rollout:rollout-1',
    fence: 1,
    adoptedFrom: null,
    stable: STABLE,
    phase: 'claimed',
    intended: NO_TRAFFIC.weights,
    previous: NO_TRAFFIC.weights,
    startedAt: '2026-01-01T00:00:00.000Z',
    leftovers: [],
    ...overrides,
  };
}

/** Names of the protocols, for suites that run once for each. */
export const ALL_PROTOCOLS: readonly Protocol[] = ['http', 'http2', 'grpc', 'tcp'];

/** A change of the split, just claimed. */
export function aSplitChange(overrides: Partial<SplitChange> = {}): SplitChange {
  return {
    id: 'rollout-1',
    service: 'web',
    wanted: { [CANARY]: 50, [STABLE]: 50 },
    before: { [STABLE]: 100 },
    execution: 'arn:1',
    fence: 1,
    adoptedFrom: null,
    phase: 'claimed',
    startedAt: '2026-01-01T00:00:00.000Z',
    leftovers: [],
    ...overrides,
  };
}
