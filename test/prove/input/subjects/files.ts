import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { deploySchema } from '../../../../core/config/deploy-schema';
import { platformSchema } from '../../../../core/config/platform-schema';
import { taskDefinitionSchema } from '../../../../core/config/task-definition-schema';
import { InvalidInput } from '../../../../core/errors';
import { buildSpecSchema } from '../../../../documents/build-spec-schema';
import type { FileProblem } from '../../../../documents/file-problem';
import { readDocument } from '../../../../documents/read-document';
import { loadPlatform } from '../../../../lib/platform-file';
import { scenarioSchema } from '../../../../rehearsal/scenario/schema';
import type { Subject } from '../subject';
import { createFileSubject } from './file-subject';
import { usePlan } from './use-deploy';
import { useNames } from './use-platform';
import { useRequests } from './use-scenario';
import { useTaskDefinition } from './use-taskdef';

const ROOT = join(__dirname, '../../../..');

/** Every file that people write. `folder` is a folder of the caller's, which it removes. */
export function fileSubjects(folder: string): readonly Subject[] {
  mkdirSync(join(folder, 'sources/web'), { recursive: true });
  return [
    createFileSubject(folder, {
      name: 'platform.yaml',
      format: 'yaml',
      file: 'platform.yaml',
      schema: platformSchema,
      examples: PLATFORMS,
      read: (path) => refusable(() => loadPlatform(path)),
      use: useNames,
    }),
    createFileSubject(folder, {
      name: 'deploy.json',
      format: 'json',
      file: 'specfiles/deploy.json',
      schema: deploySchema,
      examples: DEPLOYS,
      read: (path) => readDocument({ path, format: 'json' }, deploySchema),
      use: usePlan,
    }),
    createFileSubject(folder, {
      name: 'taskdef.json',
      format: 'json',
      file: 'specfiles/taskdef.json',
      schema: taskDefinitionSchema,
      examples: TASK_DEFINITIONS,
      read: (path) => readDocument({ path, format: 'json' }, taskDefinitionSchema),
      use: useTaskDefinition,
    }),
    createFileSubject(folder, {
      name: 'build.yml',
      format: 'yaml',
      file: 'specfiles/build.yml',
      schema: buildSpecSchema,
      examples: [yamlOf('microservices/yelb-ui/specfiles/build.yml')],
      read: (path) => readDocument({ path, format: 'yaml' }, buildSpecSchema),
      use: () => null,
    }),
    createFileSubject(folder, {
      name: 'scenario',
      format: 'yaml',
      file: 'scenario.yaml',
      schema: scenarioSchema,
      examples: [
        'walkthrough',
        'bad-metrics',
        'bad-versions',
        'throttled',
        'manual-split',
        'stopped-by-hand',
      ].map((name) => yamlOf(`scenarios/${name}.yaml`)),
      read: (path) => readDocument({ path, format: 'yaml' }, scenarioSchema),
      use: useRequests,
    }),
  ];
}

function yamlOf(file: string): unknown {
  return parse(readFileSync(join(ROOT, file), 'utf8'));
}

/** A reader that throws its refusal. */
function refusable<Document>(read: () => Document): {
  readonly document: Document | null;
  readonly problems: readonly FileProblem[];
} {
  try {
    return { document: read(), problems: [] };
  } catch (error) {
    if (error instanceof InvalidInput) {
      return { document: null, problems: error.problems as readonly FileProblem[] };
    }
    throw error;
  }
}

const PLATFORMS: readonly unknown[] = [
  { environment: 'demo', namespace: 'shop.local', ingress: 'web', services: [{ name: 'web', port: 8080 }] },
  {
    environment: 'demo',
    region: 'eu-central-1',
    router: 'appmesh',
    namespace: 'shop.local',
    account: '123456789012',
    network: { cidr: '10.1.0.0/16', nat_gateways: 2, flow_logs: 'all', endpoints: 'all' },
    load_balancer: {
      certificate_arn: 'arn:aws:acm:eu-central-1:123456789012:certificate/0123-abcd',
      allowed_cidrs: ['203.0.113.0/24', '198.51.100.0/24'],
      waf: true,
      access_logs: true,
    },
    repositories: {
      provider: 'connection',
      connection_arn: 'arn:aws:codeconnections:eu-central-1:123456789012:connection/0123-abcd',
      owner: 'shop',
    },
    build: { compute: 'medium', timeout_minutes: 60, artifact_retention_days: 7 },
    log_retention_days: 90,
    ingress: 'web',
    drain_seconds: 60,
    envoy_image: 'public.ecr.aws/appmesh/aws-appmesh-envoy:v1.34.13.0-prod',
    notifications: { email: ['people@example.com'] },
    services: [
      { name: 'web', port: 8080, protocol: 'http', backends: ['orders', 'cache'], source: 'sources/web' },
      {
        name: 'orders',
        port: 9090,
        protocol: 'grpc',
        backends: ['store'],
        repository: 'orders.v2',
        split: [
          { version: '0123abcd', weight: 90 },
          { version: 'deadbeef-2', weight: 10 },
        ],
      },
      { name: 'cache', port: 6379, protocol: 'tcp' },
      { name: 'store', port: 5432, protocol: 'tcp', volume: { user: '70:70' } },
    ],
  },
];

const DEPLOYS: readonly unknown[] = [
  {},
  {
    strategy: 'canary',
    steps: [1, 5, 25, 50, 100],
    wait_time: 120,
    bake_time: 600,
    progress_deadline: 900,
    health: {
      interval: 30,
      min_requests: 50,
      failed_checks: 3,
      no_data_deadline: 900,
      on_no_data: 'hold',
      max_data_age: 300,
      fresh_data_per_step: true,
      checks: [
        { type: 'success_rate', min: 99.5 },
        { type: 'latency', quantile: 'p95', max_millis: 250 },
        { type: 'server_errors', max: 10, window: 300 },
        {
          type: 'metric',
          namespace: 'Shop',
          name: 'Orders',
          dimensions: { Version: '{version}' },
          statistic: 'p99.9',
          min: 1,
        },
        {
          type: 'metric_math',
          expression: '100 * errors / requests',
          metrics: {
            errors: { namespace: 'Shop', name: 'Errors', statistic: 'Sum' },
            requests: { namespace: 'Shop', name: 'Requests', dimensions: { Service: '{service}' } },
          },
          max: 1,
        },
        { type: 'alarm', name: 'shop-is-slow' },
      ],
    },
  },
  { strategy: 'blue_green', bake_time: 900 },
  { strategy: 'all_at_once' },
  { percent_step: 20, wait_time: 60 },
];

/** Also what `rollout.json` takes along. */
export const TASK_DEFINITIONS: readonly unknown[] = [
  {},
  {
    cpu: 1024,
    memory: 4096,
    desired_count: 3,
    container: {
      command: ['node', 'server.js'],
      environment: { LOG_LEVEL: 'info', FEATURES: 'a,b' },
      secrets: {
        TOKEN: 'token',
        KEY: 'arn:aws:secretsmanager:us-west-2:123456789012:secret:demo/shop/key-AbCdEf',
      },
      health_check: {
        command: ['curl', '-f', 'localhost'],
        interval: 15,
        timeout: 4,
        retries: 5,
        start_period: 30,
      },
      stop_timeout: 60,
      user: '1001:1001',
      writable_paths: ['/tmp', '/var/cache/shop'],
    },
  },
  { container: { user: '70:70', data_path: '/var/lib/data', writable_paths: ['/run'] } },
];
