import { platformSchema } from '../../../core/config/platform-schema';
import { createLogsService } from '../../../rehearsal/aws/services/logs/service';
import type { TrackedRollout } from '../../../rehearsal/environment/rollout-tracker';
import { type LiveSources, liveState } from '../../../rehearsal/live/live-state';
import { aContext } from '../aws/services-fixtures';

const AT = Date.UTC(2030, 0, 1);
const ROUTES = [
  {
    name: 'by-hand',
    spec: { httpRoute: { action: { weightedTargets: [{ virtualNode: 'x', weight: 1 }] } } },
  },
  {
    name: 'web',
    spec: {
      httpRoute: {
        action: {
          weightedTargets: [
            { virtualNode: 'demo-web-aaaaaaaa', weight: 90 },
            { virtualNode: 'demo-web-bbbbbbbb', weight: 10 },
          ],
        },
      },
    },
  },
];

const rollout = (number: number): TrackedRollout => ({
  id: `r${number}`,
  service: 'web',
  version: 'bbbbbbbb',
  stable: 'aaaaaaaa',
  state: 'WaitForTraffic',
  outcome: 'Running',
  reason: '',
  startedAt: AT,
  endedAt: null,
  execution: 'arn',
  executions: ['arn'],
  splits: [],
  checks: [],
  states: Array.from({ length: 250 }, (_, index) => ({ state: `S${index}`, from: '', to: null })),
});

function sources(changes: Partial<LiveSources> = {}): LiveSources {
  const logs = createLogsService(aContext());
  logs.append('/ecs-canary/demo/services/web', 'bbbbbbbb/app/1', 'listening');
  logs.append('/ecs-canary/demo/services/web', 'aaaaaaaa/app/1', 'of the stable version');
  const environment = {
    dataPlane: { kind: 'envoy' },
    clock: { speed: 15, now: () => AT },
    ingressUrl: 'http://127.0.0.1:1',
    tracker: { all: () => Array.from({ length: 25 }, (_, index) => rollout(index)) },
    aws: {
      logs,
      appMesh: {
        meshNames: () => ['demo'],
        snapshot: () => ({ virtualRouters: [{ name: 'web', routes: ROUTES }] }),
      },
    },
    callCounts: () => ({ total: 7, denied: 1 }),
  };
  const second = { requests: 3, failed: 1, byVersion: {} };
  return {
    environment: environment as never,
    config: platformSchema.parse({
      environment: 'demo',
      region: 'eu-west-1',
      namespace: 'demo.local',
      ingress: 'web',
      services: [
        { name: 'web', port: 8080, backends: ['stock'] },
        { name: 'stock', port: 8081 },
      ],
    }),
    repositories: new Map([['web', { dir: '/git/web' } as never]]),
    pipelines: { runs: () => [] },
    traffic: () => Array.from({ length: 700 }, (_, index) => ({ at: String(index), ...second }) as never),
    events: () => [],
    ...changes,
  };
}

describe('the live state', () => {
  it('shows each service with its remote and with the split of its own route', () => {
    expect(liveState(sources()).services).toMatchObject([
      { name: 'web', gitRemote: '/git/web', weights: { aaaaaaaa: 90, bbbbbbbb: 10 } },
      { name: 'stock', gitRemote: '', weights: {} },
    ]);
  });

  it('shows the newest rollouts first, each with what the canary’s tasks wrote', () => {
    const { rollouts } = liveState(sources());
    expect(rollouts.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => `r${24 - index}`));
    expect(rollouts[0]).toMatchObject({ state: 'WaitForTraffic', log: ['listening'] });
  });

  it('keeps states and traffic to the newest, however long the rehearsal lasts', () => {
    const { rollouts, traffic, calls } = liveState(sources());
    expect(rollouts[0]?.states.map(({ state }) => state).slice(-1)).toEqual(['S249']);
    expect(rollouts[0]?.states).toHaveLength(200);
    expect([traffic[0]?.at, traffic.length]).toEqual(['100', 600]);
    expect(calls).toEqual({ total: 7, denied: 1 });
  });
});
