import type { TrackedRollout } from '../environment/rollout-tracker';

/** What users saw of one version in the newest seconds. */
export interface VersionSnapshot {
  /** Virtual node name: `<environment>-<service>-<version>`. */
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly failedPerSecond: number;
  readonly p99Millis: number | null;
}

/** Everything the live view shows at one moment. */
export interface LiveSnapshot {
  readonly scenario: string;
  /** Title of the stage that runs, and its place: `2 of 3`. */
  readonly stage: { readonly title: string; readonly number: number; readonly of: number };
  /** Milliseconds, virtual. */
  readonly now: number;
  readonly wallSeconds: number;
  readonly speed: number;
  readonly dataPlane: 'envoy' | 'embedded';
  readonly rollouts: readonly TrackedRollout[];
  readonly requestsPerSecond: number;
  readonly failedPerSecond: number;
  readonly requests: number;
  readonly failed: number;
  readonly versions: readonly VersionSnapshot[];
  readonly apiCalls: number;
  readonly deniedCalls: number;
}

/** Shows a rehearsal while it runs. */
export interface LiveView {
  /** Called a few times a second. */
  update(snapshot: LiveSnapshot): void;
  /** A line that stays, such as a finished step or a probe's answer. */
  line(text: string): void;
  /** Leaves the terminal as it found it. Idempotent. */
  close(): void;
}
