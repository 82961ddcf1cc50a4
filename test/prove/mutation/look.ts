import { type Disturbance, parsePlay, renderDisturbance, renderPlay } from '../explore/disturbance';
import { type PlayResult, play } from '../explore/play';
import { Random } from '../explore/random';
import { type Scenario, scenarioNamed } from '../explore/scenarios';
import type { Answer, Ask, Search, Sighting } from './messages';

/** Runs in a process of its own, in whatever tree this file stands: plays what it is asked for, and says what broke. */
process.on('message', (ask: Ask) => {
  if (ask.type === 'counts') {
    isCounted(ask.counts);
    return;
  }
  void answerTo(ask).then(send, (error: unknown) => send({ type: 'failed', message: String(error) }));
});

process.on('disconnect', () => process.exit());

/** Told by the parent whether a finding counts. */
let isCounted: (counts: boolean) => void = () => undefined;

async function answerTo(ask: Exclude<Ask, { type: 'counts' }>): Promise<Answer> {
  if (ask.type === 'search') {
    return search(ask);
  }
  const { scenario, disturbances } = parsePlay(ask.play);
  return { type: 'replayed', sighting: sightingIn(await playOf(scenarioNamed(scenario), disturbances)) };
}

/**
 * The plays of the exploration, until one breaks an invariant: each scenario undisturbed, then every single
 * disturbance, then pairs. Those that the mutation names go first; otherwise the seed decides the order. Pairs are
 * played of what the mutation names and what comes soon after.
 */
async function search({ seed, scenarios, first, maxPlays, maxSeconds, pairs }: Search): Promise<Answer> {
  const random = new Random(seed);
  const end = Date.now() + maxSeconds * 1000;
  let plays = 0;
  const look = async (scenario: Scenario, disturbances: readonly Disturbance[]) => {
    plays += 1;
    const played = await playOf(scenario, disturbances);
    return { ...played, isNoticed: await counts(sightingIn(played)) };
  };
  const queue: { scenario: Scenario; single: Disturbance }[] = [];
  for (const scenario of scenarios.map(scenarioNamed)) {
    const { result, isNoticed } = await look(scenario, []);
    if (isNoticed) {
      return { type: 'searched', plays };
    }
    queue.push(...singlesOf(result).map((single) => ({ scenario, single })));
  }
  const isNamed = ({ single }: (typeof queue)[number]) =>
    first.some((part) => renderDisturbance(single).includes(part));
  const shuffled = random.shuffled(queue);
  const named = shuffled.filter(isNamed);
  const isOver = () => plays >= maxPlays || Date.now() >= end;
  const lookAtAll = async (some: typeof queue) => {
    for (const { scenario, single } of some) {
      if (isOver() || (await look(scenario, [single])).isNoticed) {
        return true;
      }
    }
    return false;
  };
  if ((await lookAtAll(named)) || (pairs && (await lookAtPairs(named)))) {
    return { type: 'searched', plays };
  }
  await lookAtAll(shuffled.filter((each) => !isNamed(each)));
  return { type: 'searched', plays };

  /** What comes soon after the first disturbance meets the second. */
  async function lookAtPairs(firsts: typeof queue): Promise<boolean> {
    for (const { scenario, single } of firsts) {
      const { points } = (await playOf(scenario, [single])).result;
      const since = points.findIndex(({ name, nth }) => name === single.name && nth === single.nth);
      const soon = { points: points.slice(since + 1, since + 1 + SOON) };
      for (const second of random.shuffled(singlesOf(soon))) {
        if (isOver() || (await look(scenario, [single, second])).isNoticed) {
          return true;
        }
      }
    }
    return false;
  }
}

/** Points after the first disturbance at which the second of a pair is played. */
const SOON = 40;

interface PlayedOnce {
  readonly text: string;
  readonly result: PlayResult;
}

async function playOf(scenario: Scenario, disturbances: readonly Disturbance[]): Promise<PlayedOnce> {
  return { text: renderPlay(scenario.name, disturbances), result: await play(scenario, disturbances) };
}

function sightingIn({ text, result }: PlayedOnce): Sighting | null {
  const [first] = result.broken;
  return first === undefined ? null : { play: text, ...first };
}

function singlesOf({ points }: Pick<PlayResult, 'points'>): readonly Disturbance[] {
  return points.flatMap(({ name, nth, kinds }) => kinds.map((kind) => ({ name, nth, kind })));
}

/** Asks the parent whether the same play is whole with every rule in place. */
async function counts(sighting: Sighting | null): Promise<boolean> {
  if (sighting === null) {
    return false;
  }
  const answer = new Promise<boolean>((resolve) => {
    isCounted = resolve;
  });
  send({ type: 'sighted', sighting });
  return answer;
}

function send(answer: Answer): void {
  process.send?.(answer);
}
