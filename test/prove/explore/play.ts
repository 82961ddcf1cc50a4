import type { TheatreOptions } from '../../_helpers/theatre';
import type { Disturbance, Point } from './disturbance';
import type { Played } from './evidence';
import { type Broken, checkAfterwards, checkDuring, checkEnd } from './invariants';
import { callOnCall } from './on-call';
import { placeStable } from './place-stable';
import { A, B, behaviourOf, C, DYING, E, NEWER, nameOf, release, type Scenario } from './scenarios';
import type { Outside } from './stage';
import { Stage } from './stage';

/** How a play went. */
export interface PlayResult {
  readonly points: readonly Point[];
  readonly calls: number;
  /** Disturbances that were never met. */
  readonly unmet: readonly Disturbance[];
  readonly broken: readonly Broken[];
  /** Outcome of what was under test; null when it has no record. */
  readonly outcome: string | null;
}

/** What a play may need otherwise than usual. */
export interface PlayOptions extends Pick<TheatreOptions, 'definition'> {
  /** Whether it is to say which points it met. @default true */
  readonly isTraced?: boolean;
  /** Given the stage when the play begins: for whoever wants to see what happens on it. */
  readonly onStage?: (stage: Stage) => void;
}

/** Virtual hours in which everything must have come to rest. */
const REST_HOURS = 6;

/** Plays a scenario with disturbances, lets recovery and the person on call have their turn, and releases once more. */
export async function play(
  scenario: Scenario,
  disturbances: readonly Disturbance[],
  options: PlayOptions = {},
): Promise<PlayResult> {
  const stage = await prepare(scenario, disturbances, options);
  stage.begin();
  options.onStage?.(stage);
  act(stage, scenario);
  const isAtRest = await stage.rest(REST_HOURS);
  const person = await callOnCall(stage, REST_HOURS);
  stage.end();
  await stage.letTasksStart();
  const { points, calls } = stage;
  const played: Played = { scenario, disturbances, stage, person, isAtRest, calls };
  const broken = [...checkDuring(played), ...checkEnd(played)];
  const outcome = await outcomeOf(stage);
  const unmet = [...stage.unmet()];
  if (broken.length === 0) {
    broken.push(...(await playOnceMore(played)));
  }
  stage.theatre.engine.dispose();
  return { points: [...points], calls, unmet, broken, outcome };
}

async function prepare(
  scenario: Scenario,
  disturbances: readonly Disturbance[],
  { definition, isTraced = true }: PlayOptions,
): Promise<Stage> {
  const { binding, splits } = scenario;
  const stage = new Stage({
    outside: outsideOf(scenario),
    disturbances,
    isTraced,
    binding,
    ...(definition === undefined ? {} : { definition }),
  });
  const { theatre } = stage;
  const { callers = () => (scenario.fault === 'errors' ? { errors: 500 } : {}) } = scenario;
  theatre.callersSee((version, minute) => (version === B ? callers(minute) : {}));
  theatre.service.workload.behave(A, { endsAfter: scenario.endsAfter ?? 1 });
  theatre.service.workload.behave(B, behaviourOf(scenario));
  if (scenario.hasStable) {
    await placeStable(stage, scenario);
  }
  if (splits !== undefined) {
    theatre.putUnderManualSplit(true);
    for (const version of [B, C]) {
      release(stage, scenario, version);
      await stage.rest(1);
    }
  }
  return stage;
}

function act(stage: Stage, scenario: Scenario): void {
  const { splits, diesAfter, growsAfter } = scenario;
  const { theatre } = stage;
  if (splits === undefined) {
    release(stage, scenario, B);
  } else {
    theatre.startSplit('split-1', splits[0]);
  }
  if (diesAfter !== undefined) {
    void theatre.clock.sleep(diesAfter * 1000).then(() => theatre.service.workload.behave(B, DYING));
  }
  if (growsAfter !== undefined) {
    void theatre.clock.sleep(growsAfter * 1000).then(() => theatre.service.workload.scale(A, 3));
  }
}

function outsideOf(scenario: Scenario): Outside {
  const { splits } = scenario;
  // Under manual split B and C are built when the play begins.
  const left = splits === undefined ? [...NEWER] : NEWER.slice(1);
  const releaseNext = (stage: Stage) => {
    const version = left.shift();
    if (version !== undefined) {
      release(stage, scenario, version);
    }
  };
  let applied = 1;
  return {
    kinds: splits === undefined ? ['release', 'releases'] : ['release', 'split'],
    release: releaseNext,
    releases: (stage) => {
      releaseNext(stage);
      releaseNext(stage);
    },
    split: (stage) => {
      applied += 1;
      stage.theatre.startSplit(`split-${applied}`, scenario.splits?.[1] ?? {});
    },
    amend: (name, rollout, answer) =>
      scenario.checks !== undefined && name === 'claim-rollout' && rollout === nameOf(B)
        ? { ...(answer as object), checks: scenario.checks }
        : answer,
  };
}

async function outcomeOf({ theatre }: Stage): Promise<string | null> {
  const { store } = theatre.world;
  const found = (await store.loadSplitChange('split-1')) ?? (await store.loadRollout('shop-2'));
  return found?.outcome ?? null;
}

/**
 * The next release of the service, or the next split, must work whatever came before. From the same state it
 * takes the same course, so each is played once.
 */
async function playOnceMore(played: Played): Promise<readonly Broken[]> {
  const { stage, scenario } = played;
  const known = afterwards.get(scenario) ?? new Map<string, readonly Broken[]>();
  afterwards.set(scenario, known);
  const state = stateOf(stage);
  const broken = known.get(state) ?? (await releaseOnceMore(played));
  known.set(state, broken);
  return broken;
}

const afterwards = new WeakMap<Scenario, Map<string, readonly Broken[]>>();

/** All that the next release can find, but for numbers that only grow and times. */
function stateOf({ theatre, chronicle }: Stage): string {
  const { fence: _fence, revision: _revision, ...service } = theatre.world.store.peekService('shop');
  const { split, tasks, targets } = chronicle.truth();
  const removals = Object.keys(tasks).map((version) => theatre.service.workload.peek(version));
  return JSON.stringify({ service, split, tasks, targets, removals });
}

async function releaseOnceMore(played: Played): Promise<readonly Broken[]> {
  const { stage, scenario } = played;
  if (scenario.splits === undefined) {
    release(stage, { ...scenario, deploy: quick(scenario.deploy) }, E);
  } else {
    stage.theatre.startSplit('split-9', { [A]: 100 });
  }
  const isAtRest = await stage.rest(2);
  return checkAfterwards({ ...played, isAtRest });
}

function quick(deploy: Scenario['deploy']): Scenario['deploy'] {
  const { steps: _steps, health: _health, ...rest } = deploy;
  return 'strategy' in deploy ? deploy : { ...rest, strategy: 'blue_green' };
}
