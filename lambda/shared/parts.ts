import type { ServiceBinding } from '../../core/config/service-binding';
import type { Executions } from '../../core/ports/executions';
import type { Metrics } from '../../core/ports/metrics';
import type { Notifier } from '../../core/ports/notifier';
import type { TaskLogs } from '../../core/ports/task-logs';
import type { TrafficRouter } from '../../core/ports/traffic-router';
import type { Workload } from '../../core/ports/workload';
import type { FunctionEnvironment } from './environment';

/**
 * The ports that a function asks for. A bundle holds the adapters of these and no others, and its role allows no
 * more than they call; a port that was not asked for throws when it is used.
 */
export interface Parts {
  readonly router?: (binding: ServiceBinding) => TrafficRouter;
  readonly workload?: (binding: ServiceBinding) => Workload;
  readonly metrics?: (binding: ServiceBinding) => Metrics;
  readonly taskLogs?: (binding: ServiceBinding) => TaskLogs;
  readonly executions?: (environment: FunctionEnvironment) => Executions;
  readonly notifier?: (environment: FunctionEnvironment) => Notifier;
}

/** Stands in for a port that a function does not have: any use of it is a mistake in the function's parts. */
export function absentPort<Port extends object>(name: string): Port {
  return new Proxy({} as Port, {
    get: (_target, verb) => {
      throw new Error(`this function was not given the port "${name}", but uses ${name}.${String(verb)}`);
    },
  });
}
