import type { VersionBehaviour } from '../../../adapters/memory/workload';
import type { ServiceBinding } from '../../../core/config/service-binding';
import type { Observation } from '../../../core/health/observation';
import { aBinding, aCommit, aRolloutInput } from '../../_helpers/builders';
import type { Stage } from './stage';

/** What is played: the service as it is, and the release or the split that is disturbed. */
export interface Scenario {
  readonly name: string;
  /** One sentence for people. */
  readonly about: string;
  readonly binding: ServiceBinding;
  /** deploy.json of every release in it. */
  readonly deploy: Readonly<Record<string, unknown>>;
  readonly task?: Readonly<Record<string, unknown>>;
  /** Whether a version serves when it begins. */
  readonly hasStable: boolean;
  /** What is wrong with the version that is released. */
  readonly fault: 'none' | 'errors' | 'crash';
  /** What callers see of that version, by the minute since its release; null where they see nothing. */
  readonly callers?: (minute: number) => Partial<Observation> | null;
  /** Seconds after its release in which its tasks begin to die. */
  readonly diesAfter?: number;
  /** How often its tasks are looked at before they are ready. @default 1 */
  readonly readyAfter?: number;
  /** How often stable's tasks are looked at before they have ended. @default 1 */
  readonly endsAfter?: number;
  /** Tasks of stable, where it was scaled since its release. */
  readonly stableTasks?: number;
  /** Seconds after the release in which stable is scaled to three tasks. */
  readonly growsAfter?: number;
  /** Outcome when nothing disturbs it. */
  readonly outcome: string;
  /** Splits that the operator applies, for a service under manual split: the first, and the one that disturbs it. */
  readonly splits?: readonly [Weights, Weights];
  /** Checks that the rollout under test is told to have made already: near 2,000 it goes on in a new execution. */
  readonly checks?: number;
}

type Weights = Readonly<Record<string, number>>;

/** Versions in the order in which they are released: stable, the one under test, two that disturb, the last. */
export const A = 'aaaaaaaa';
export const B = 'bbbbbbbb';
export const C = 'cccccccc';
export const D = 'dddddddd';
export const E = 'eeeeeeee';

const SHORT = { bake_time: 60, wait_time: 60 };
const STEPS = { ...SHORT, steps: [30, 60] };
const ONE_STEP = { ...SHORT, steps: [50] };
const BLUE_GREEN = { ...SHORT, strategy: 'blue_green' };
const ALL_AT_ONCE = { ...SHORT, strategy: 'all_at_once' };

function scenario(name: string, about: string, changes: Partial<Scenario> = {}): Scenario {
  const base = {
    binding: aBinding(),
    deploy: STEPS,
    hasStable: true,
    fault: 'none',
    outcome: 'Promoted',
  } as const;
  return { name, about, ...base, ...changes };
}

const bad = { fault: 'errors', outcome: 'RolledBack' } as const;
const LATENCY = [{ type: 'latency', quantile: 'p99', max_millis: 500 }];

/** A canary that callers see in a certain way, judged by the rules of `health`. */
function seen(
  callers: (minute: number) => Partial<Observation> | null,
  health: Readonly<Record<string, unknown>> = {},
  changes: Partial<Scenario> = {},
): Partial<Scenario> {
  const deploy = { ...STEPS, progress_deadline: 400, health: { no_data_deadline: 200, ...health } };
  return { deploy, callers, outcome: 'RolledBack', ...changes };
}

function protocol(name: 'http2' | 'grpc' | 'tcp', changes: Partial<Scenario> = {}): Partial<Scenario> {
  return { binding: aBinding({ protocol: name }), deploy: ONE_STEP, ...changes };
}

function manual(splits: readonly [Weights, Weights], changes: Partial<Scenario> = {}): Partial<Scenario> {
  return { binding: aBinding({ manualSplit: true }), splits, outcome: 'Applied', ...changes };
}

/** Every scenario. */
export const SCENARIOS: readonly Scenario[] = [
  scenario('canary', 'a good version, in steps of 30, 60 and 100 %'),
  scenario('canary-bad', 'a version that answers half of its requests with errors', bad),
  scenario('canary-crash', 'a version whose tasks die at start', {
    fault: 'crash',
    outcome: 'FailedNoChange',
  }),
  scenario('first', 'the first release of a service', { hasStable: false }),
  scenario('first-bad', 'a first release that answers with errors', { ...bad, hasStable: false }),
  scenario('blue-green', 'all traffic at once, after all tasks are ready', { deploy: BLUE_GREEN }),
  scenario('blue-green-bad', 'the same with errors', { ...bad, deploy: BLUE_GREEN }),
  scenario(
    'all-at-once',
    'a version that replaces one which it must never meet, and which takes its time to end',
    {
      deploy: ALL_AT_ONCE,
      endsAfter: 3,
    },
  ),
  scenario('all-at-once-bad', 'the same with errors', { ...bad, deploy: ALL_AT_ONCE }),
  scenario('all-at-once-crash', 'the same with tasks that die at start', {
    deploy: ALL_AT_ONCE,
    fault: 'crash',
    outcome: 'RolledBack',
  }),
  scenario('all-at-once-first', 'its first release', { deploy: ALL_AT_ONCE, hasStable: false }),
  scenario('http2', 'a good http2 version', protocol('http2')),
  scenario('grpc', 'a good grpc version', protocol('grpc')),
  scenario('grpc-bad', 'a grpc version with errors', protocol('grpc', bad)),
  scenario('tcp', 'a good tcp version', protocol('tcp')),
  scenario('tcp-bad', 'a tcp version to which half of the connections fail', protocol('tcp', bad)),
  scenario('tcp-blue-green', 'a good tcp version, all at once', protocol('tcp', { deploy: BLUE_GREEN })),
  scenario('continued', 'a rollout so long that it goes on in a second execution', {
    deploy: ONE_STEP,
    checks: 1998,
  }),
  scenario('split', 'an operator gives two versions half each', manual([{ [A]: 50, [B]: 50 }, { [C]: 100 }])),
  scenario('split-whole', 'an operator replaces the version', manual([{ [B]: 100 }, { [A]: 20, [C]: 80 }])),
  scenario(
    'split-crash',
    'an operator wants a version whose tasks die at start',
    manual([{ [A]: 50, [B]: 50 }, { [C]: 100 }], { fault: 'crash', outcome: 'FailedNoChange' }),
  ),
  scenario('split-warm', 'an operator keeps a version warm', manual([{ [A]: 100, [B]: 0 }, { [B]: 100 }])),
  scenario('scaled', 'a good version beside a stable one that was scaled', { stableTasks: 3 }),
  scenario('grows', 'a good version beside a stable one that is scaled meanwhile', { growsAfter: 50 }),
  scenario('scaled-alone', 'all at once, with errors, where stable was scaled', {
    ...bad,
    deploy: ALL_AT_ONCE,
    stableTasks: 3,
  }),
  scenario('never-ready', 'a version whose tasks never become ready', {
    readyAfter: Number.POSITIVE_INFINITY,
    deploy: { ...STEPS, progress_deadline: 120 },
    outcome: 'FailedNoChange',
  }),
  scenario('dies', 'a version whose tasks die under traffic', { diesAfter: 150, outcome: 'RolledBack' }),
  scenario('watched', 'a good version that is checked three times a step', {
    deploy: { ...STEPS, bake_time: 180, health: { interval: 20 } },
  }),
  scenario(
    'silent',
    'a version of which no data comes',
    seen(() => null),
  ),
  scenario('falls-silent', 'a version of which no more data comes', {
    ...seen((minute) => (minute < 2 ? {} : null), { max_data_age: 60 }),
  }),
  scenario(
    'thin',
    'a version with few requests',
    seen(() => ({ requests: 3 })),
  ),
  scenario('flaky', 'a version with one bad minute', {
    ...seen((minute) => (minute === 2 ? { errors: 500 } : {})),
    outcome: 'Promoted',
  }),
  scenario('slow', 'a version that answers late', {
    ...seen(() => ({ latencyMillis: { p99: 900 } }), { checks: LATENCY }),
  }),
  scenario('unmeasured', 'a version of whose latency nothing is known', {
    ...seen(() => ({ latencyMillis: {} }), { checks: LATENCY }),
  }),
];

/**
 * The scenario of a name.
 * @throws {Error} when there is none.
 */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((each) => each.name === name);
  if (found === undefined) {
    const known = SCENARIOS.map((each) => each.name).join(', ');
    throw new Error(`there is no scenario "${name}"; choose one of ${known}`);
  }
  return found;
}

/** Starts the release of a version, `seconds` after the others of the same moment. */
export function release(stage: Stage, { deploy, task = {} }: Scenario, version: string): string {
  const name = nameOf(version);
  return stage.theatre.start(
    name,
    aRolloutInput({
      commit: aCommit(version.charAt(0)),
      image: `registry/shop:${version.charAt(0)}`,
      deploy,
      task_definition: task,
    }),
  );
}

/** Versions that disturb, in the order in which they are released. */
export const NEWER = [C, D, 'ffffffff', '99999999'];

/** `shop-2` for the second version. */
export function nameOf(version: string): string {
  return `shop-${[A, B, C, D, E, ...NEWER.slice(2)].indexOf(version) + 1}`;
}

/** How the tasks of the version under test behave, beside those of the others. */
export function behaviourOf({ fault, readyAfter = 1 }: Scenario): VersionBehaviour {
  return fault === 'crash' ? DYING : { readyAfter };
}

/** How tasks behave that die by themselves. */
export const DYING: VersionBehaviour = { crash: { reason: 'exited with code 1', exitCode: 1 } };
