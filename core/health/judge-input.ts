import type { HealthConfig } from '../config/deploy-schema';
import type { Protocol } from '../config/protocols';
import type { Observation } from './observation';
import type { OtherReading } from './reading';

/** Everything that a judgement may use. All of it is data: the judge reads nothing itself. */
export interface JudgeInput {
  readonly health: HealthConfig;
  readonly protocol: Protocol;
  /** Milliseconds since the Unix epoch, as all instants here. */
  readonly now: number;
  /** When the canary first got traffic. */
  readonly underTrafficSince: number;
  /** A step needs a minute that began at or after this instant; left out, any young enough minute does. */
  readonly freshSince?: number;
  /** The canary's whole periods; others are ignored. */
  readonly observations: readonly Observation[];
  /** Readings of the checks that are not per-minute counters: metrics, metric math, alarms. */
  readonly readings: readonly OtherReading[];
  /** Set for a first release whose tasks have all been ready since then; it stands in for traffic that nobody sends yet. */
  readonly firstReleaseReadySince?: number;
  /**
   * Tasks of a tcp version that has all traffic, all of them passing their container health check. Callers keep tcp
   * connections in pools, so a minute with few new ones, or none, is no want of data then.
   */
  readonly tasksPassing?: number;
}
