/** Metrics that rollouts publish about themselves, in the namespace of the proxies' metrics. */

/** Names of the metrics; what each is about stands with its dimensions in `ROLLOUT_DIMENSIONS`. */
export const ROLLOUT_METRIC = {
  /** Percent of requests that a version gets, each time a split was written. */
  weight: 'Weight',
  /** 1 when a check did not allow the next step, 0 when traffic moved or the rollout ended. */
  held: 'RolloutHeld',
  /** 1 for each rollout that ended. */
  completed: 'RolloutCompleted',
} as const;

/** Name of such a metric. */
export type RolloutMetricName = (typeof ROLLOUT_METRIC)[keyof typeof ROLLOUT_METRIC];

/** Names of the dimensions of each, in the order in which they are written. */
export const ROLLOUT_DIMENSIONS = {
  [ROLLOUT_METRIC.weight]: ['Environment', 'Service', 'Version'],
  [ROLLOUT_METRIC.held]: ['Environment', 'Service'],
  [ROLLOUT_METRIC.completed]: ['Environment', 'Service', 'Outcome'],
} as const satisfies Record<RolloutMetricName, readonly string[]>;
