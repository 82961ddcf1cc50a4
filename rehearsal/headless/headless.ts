import type { ServiceBinding } from '../../core/config/service-binding';
import type { ManualClock } from '../clock/manual-clock';
import type { CallRecord } from '../contracts';
import { type AwsSide, startAwsSide } from '../environment/aws-side';
import type { RolloutTracker, TrackedRollout } from '../environment/rollout-tracker';
import type { InProcessRunner } from './in-process-runner';
import { readBindings } from './platform-side';
import { type HeadlessRelease, startRelease } from './release';
import { type HeadlessOptions, must, Stage } from './stage';

/** One call to AWS, and the function that made it. */
export interface HeadlessCall extends CallRecord {
  /** Name of the function; null for calls of pipelines and people. */
  readonly function: string | null;
}

/**
 * A whole deployment in this process: the synthesized bundles, roles, state machines and rules on the local AWS, with
 * virtual time, and without processes, proxies and load.
 */
export interface Headless {
  readonly clock: ManualClock;
  readonly aws: AwsSide;
  readonly runner: InProcessRunner;
  readonly tracker: RolloutTracker;
  /** Bindings of the deployed services. */
  readonly services: readonly ServiceBinding[];
  /** Everything that went wrong beside rollouts: a failed recovery, metrics that were not taken. */
  readonly problems: readonly unknown[];
  /** State transitions so far, as Step Functions bills them: each state entered, and each retry. */
  readonly transitions: () => number;
  /** Retries among them. */
  readonly retries: () => number;
  /** Every call to AWS so far, throttled and denied ones included; oldest first. */
  readonly calls: () => readonly HeadlessCall[];
  /** Starts a rollout, as the service's pipeline does. Resolves with its id. */
  release(service: string, release: HeadlessRelease): Promise<string>;
  /** From now on a version is like this for its callers. */
  behaves(service: string, version: Pick<HeadlessRelease, 'commit' | 'behaviour'>): void;
  /** Moves virtual time, with all that happens in it. */
  advance(seconds: number): Promise<void>;
  /** Moves virtual time until no rollout runs. @throws {Error} when one still runs after so many seconds. */
  finish(mostSeconds: number): Promise<void>;
  /** What is known of a rollout. @throws {Error} for an id that no release returned. */
  outcomeOf(rolloutId: string): TrackedRollout;
  stop(): Promise<void>;
}

/** Seconds of virtual time in which `finish` looks again. */
const LOOK_SECONDS = 10;

/** Deploys an assembly in this process. Nothing happens in it but by `advance`. */
export async function startHeadless(options: HeadlessOptions): Promise<Headless> {
  const stage = new Stage(options);
  const aws = await startAwsSide(stage.awsOptions());
  const services = await readBindings(aws);
  const { agent, runner } = stage.open(aws, services);
  const functionOf = new Map(aws.deployed.functions.map(({ roleName, name }) => [roleName, name]));
  const { clock, tracker, problems } = stage;
  const advance = (seconds: number): Promise<void> => clock.advance(seconds * 1000);
  return {
    clock,
    aws,
    runner,
    tracker,
    services,
    problems,
    advance,
    transitions: () => stage.transitions,
    retries: () => stage.retries,
    calls: () => stage.calls.map((call) => ({ ...call, function: functionOf.get(call.principal) ?? null })),
    behaves: (service, version) => stage.behaves(service, version),
    release: async (service, release) => {
      stage.behaves(service, release);
      return startRelease(aws, service, release);
    },
    finish: async (mostSeconds) => {
      const end = clock.now() + mostSeconds * 1000;
      for (let open = running(tracker); open.length > 0; open = running(tracker)) {
        if (clock.now() >= end) {
          throw new Error(`rollouts still run after ${mostSeconds} virtual seconds: ${open.join(', ')}`);
        }
        await advance(LOOK_SECONDS);
      }
    },
    outcomeOf: (rolloutId) => must(tracker.get(rolloutId), `rollout "${rolloutId}"`),
    stop: async () => {
      const stopped = agent.stop();
      await stage.tasks.stopAll();
      await aws.stop();
      await stopped;
    },
  };
}

function running(tracker: RolloutTracker): readonly string[] {
  return tracker
    .all()
    .filter(({ endedAt }) => endedAt === null)
    .map(({ id }) => id);
}
