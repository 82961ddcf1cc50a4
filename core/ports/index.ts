import type { ServiceBinding } from '../config/service-binding';
import type { RolloutEvent } from '../events';
import type { Clock } from './clock';
import type { Executions } from './executions';
import type { Metrics } from './metrics';
import type { Notifier } from './notifier';
import type { RolloutStore } from './rollout-store';
import type { ServiceDirectory } from './service-directory';
import type { TaskLogs } from './task-logs';
import type { TrafficRouter } from './traffic-router';
import type { Workload } from './workload';

/** The ports that concern one service. */
export interface ServicePorts {
  readonly router: TrafficRouter;
  readonly workload: Workload;
  readonly metrics: Metrics;
  readonly taskLogs: TaskLogs;
}

/** Everything a use case may touch. */
export interface Ports {
  readonly clock: Clock;
  readonly store: RolloutStore;
  readonly notifier: Notifier;
  readonly executions: Executions;
  readonly directory: ServiceDirectory;
  /** Receives every event; the notifier gets those that people are told. */
  readonly log: (event: RolloutEvent) => void;
  forService(binding: ServiceBinding): ServicePorts;
}
