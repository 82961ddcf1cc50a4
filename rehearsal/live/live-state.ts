import type { PlatformConfig } from '../../core/config/platform-schema';
import { serviceLogGroupName } from '../../core/config/service-binding';
import type { Environment } from '../environment/environment';
import { type TrackedRollout, toRolloutReport } from '../environment/rollout-tracker';
import { splitsIn } from '../environment/splits';
import type { PipelineEngine } from '../pipelines/engine';
import type { ServiceRepository } from '../repositories';
import type { TrafficSecond } from '../users/users';
import type { LiveEvent, LiveRollout, LiveService, LiveState, TrafficPoint } from './state';

const KEPT_ROLLOUTS = 20;
const KEPT_STATES = 200;
const KEPT_POINTS = 600;
const KEPT_LINES = 200;

/** What the live state is read from. */
export interface LiveSources {
  readonly environment: Environment;
  readonly config: PlatformConfig;
  readonly repositories: ReadonlyMap<string, ServiceRepository>;
  readonly pipelines: Pick<PipelineEngine, 'runs'>;
  /** One entry per wall second, oldest first. */
  readonly traffic: () => readonly TrafficSecond[];
  /** Newest first. */
  readonly events: () => readonly LiveEvent[];
}

/** The rehearsal as the live page shows it now. */
export function liveState(sources: LiveSources): LiveState {
  const { environment, config } = sources;
  return {
    environment: config.environment,
    dataPlane: environment.dataPlane.kind,
    speed: environment.clock.speed,
    now: new Date(environment.clock.now()).toISOString(),
    applicationUrl: environment.ingressUrl,
    services: servicesOf(sources),
    pipelines: sources.pipelines.runs().slice(0, KEPT_ROLLOUTS),
    rollouts: environment.tracker
      .all()
      .slice(-KEPT_ROLLOUTS)
      .reverse()
      .map((rollout) => toLiveRollout(rollout, sources)),
    traffic: sources.traffic().slice(-KEPT_POINTS).map(toPoint),
    events: sources.events(),
    calls: environment.callCounts(),
  };
}

function servicesOf({ environment, config, repositories }: LiveSources): readonly LiveService[] {
  const splits = splitsIn(config.environment, environment.aws.appMesh);
  return config.services.map(({ name, port, protocol }) => ({
    name,
    port,
    protocol,
    gitRemote: repositories.get(name)?.dir ?? '',
    weights: splits.get(name) ?? {},
  }));
}

function toLiveRollout(rollout: TrackedRollout, { environment, config }: LiveSources): LiveRollout {
  const group = serviceLogGroupName(config.environment, rollout.service);
  return {
    ...toRolloutReport(rollout),
    state: rollout.state,
    states: rollout.states.slice(-KEPT_STATES).map((state) => ({ ...state })),
    log: environment.aws.logs.newest(group, `${rollout.version}/`, KEPT_LINES),
  };
}

function toPoint({ at, requests, failed, byVersion }: TrafficSecond): TrafficPoint {
  return {
    at,
    requests,
    failed,
    byVersion: Object.fromEntries(
      Object.entries(byVersion).map(([name, seen]) => [
        name,
        {
          requests: seen.requests,
          failed: seen.failed,
          p50Millis: seen.p50Millis,
          p99Millis: seen.p99Millis,
        },
      ]),
    ),
  };
}
