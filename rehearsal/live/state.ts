import type { RolloutReport } from '../report/schema';

/**
 * What the live page shows: the whole of it at one moment, as JSON. Lists are bounded, so that a rehearsal of hours
 * does not grow it. Times are ISO 8601, virtual, but where they say wall.
 */
export interface LiveState {
  readonly environment: string;
  readonly dataPlane: 'envoy' | 'embedded';
  /** Virtual seconds per wall second. */
  readonly speed: number;
  readonly now: string;
  /** Address of the application, through the ingress gateway. */
  readonly applicationUrl: string;
  readonly services: readonly LiveService[];
  /** Newest first, at most 20. */
  readonly pipelines: readonly PipelineRun[];
  /** Newest first, at most 20. */
  readonly rollouts: readonly LiveRollout[];
  /** One entry per wall second, oldest first, at most 600. */
  readonly traffic: readonly TrafficPoint[];
  /** Newest first, at most 200. */
  readonly events: readonly LiveEvent[];
  readonly calls: { readonly total: number; readonly denied: number };
}

/** One service of the platform. */
export interface LiveService {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** What one clones from and pushes to. */
  readonly gitRemote: string;
  /** Versions and weights as the router has them now; empty before the first release. */
  readonly weights: Readonly<Record<string, number>>;
}

/** How a stage of a pipeline stands. */
export type StageStatus = 'waiting' | 'running' | 'succeeded' | 'failed' | 'superseded' | 'stopped';

/** One run of a service's pipeline: what a push started. */
export interface PipelineRun {
  readonly id: string;
  readonly service: string;
  /** Full commit id. */
  readonly commit: string;
  /** First line of the commit's message. */
  readonly message: string;
  readonly author: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly status: StageStatus;
  readonly stages: readonly PipelineStage[];
  /** Rollout that its Deploy stage started. */
  readonly rolloutId: string | null;
}

/** A stage of a run: Source, Build, Deploy, or as the pipeline names it. */
export interface PipelineStage {
  readonly name: string;
  readonly status: StageStatus;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Why it failed, or what it says: one sentence. */
  readonly summary: string;
  /** Last lines that it wrote, oldest first, at most 200. */
  readonly log: readonly string[];
}

/** A rollout with the states that it went through. */
export interface LiveRollout extends RolloutReport {
  /** State that it is in, or was in last. */
  readonly state: string;
  /** At most the last 200. */
  readonly states: readonly { readonly state: string; readonly from: string; readonly to: string | null }[];
  /** Last lines that the canary's tasks wrote, oldest first, at most 200; left out when not kept. */
  readonly log?: readonly string[];
}

/** What users saw within one wall second. */
export interface TrafficPoint {
  readonly at: string;
  readonly requests: number;
  readonly failed: number;
  /** By virtual node name: `<environment>-<service>-<version>`. */
  readonly byVersion: Readonly<
    Record<
      string,
      {
        readonly requests: number;
        readonly failed: number;
        readonly p50Millis: number | null;
        readonly p99Millis: number | null;
      }
    >
  >;
}

/** Something that happened, in words. */
export interface LiveEvent {
  readonly at: string;
  readonly level: 'info' | 'good' | 'bad';
  readonly text: string;
}

/** The state machine's definition as the page draws it. */
export interface DrawnState {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
  /** Names of the states that may follow; a Catch's too. */
  readonly next: readonly string[];
  /** Those of `next` that only an error leads to; left out when there is none. */
  readonly onError?: readonly string[];
}
