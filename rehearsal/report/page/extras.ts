/** What users did and saw in one interval. */
export interface TrafficPoint {
  /** Start of the interval, ISO 8601, virtual. */
  readonly at: string;
  readonly requests: number;
  readonly failed: number;
  /** Requests by the version that answered or failed them. */
  readonly byVersion: Readonly<Record<string, number>>;
}

/** The time that a rollout's execution spent in a state. ISO 8601, virtual. */
export interface StateSpan {
  /** Id of the rollout. */
  readonly rollout: string;
  readonly state: string;
  readonly from: string;
  readonly to: string;
}

/** What the page shows beyond report.json. */
export interface PageExtras {
  readonly title?: string;
  readonly traffic?: readonly TrafficPoint[];
  readonly states?: readonly StateSpan[];
  /** Why this data plane ran, such as why there was no Envoy. */
  readonly dataPlaneWhy?: string;
  /** Faults that the scenario put in the way. ISO 8601, virtual. */
  readonly faults?: readonly { readonly at: string; readonly text: string }[];
}
