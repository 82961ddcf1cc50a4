import { type Disturbance, type Point, renderPlay } from './disturbance';
import { type PlayResult, play } from './play';
import { Random } from './random';
import { SCENARIOS, type Scenario, scenarioNamed } from './scenarios';
import { shrink } from './shrink';

/** A play after which an invariant did not hold. */
export interface Finding {
  /** What `make prove PLAY=…` plays again. */
  readonly play: string;
  readonly invariant: string;
  readonly found: string;
}

/** How much is explored. */
export interface ExploreOptions {
  /** Decides the order of the plays, and which pairs are drawn. */
  readonly seed: number;
  /** Plays at most. @default every single disturbance, and `pairs` */
  readonly maxPlays?: number;
  /** Seconds of wall time after which no further play begins; where pairs are wanted, a third is theirs. @default none */
  readonly maxSeconds?: number;
  /** Names of scenarios. @default all */
  readonly scenarios?: readonly string[];
  /** Plays with one disturbance at most. @default all that there are */
  readonly singles?: number;
  /** Plays with two disturbances. @default 0 */
  readonly pairs?: number;
  /** One of several explorers with the same seed: each plays every so-manieth single, and pairs of its own. */
  readonly share?: { readonly index: number; readonly of: number };
  /** Ends with the first finding. @default false */
  readonly stopAtFirst?: boolean;
  readonly onFinding?: (finding: Finding) => void;
  /** Told after each play. */
  readonly onPlay?: (plays: number) => void;
  /** The state machines' definitions, filled. @default those of `state-machine/` */
  readonly definition?: (file: 'rollout' | 'split') => string;
}

/** What was explored of one scenario. */
export interface Row {
  readonly scenario: string;
  /** Points of the undisturbed play. */
  readonly positions: number;
  /** Single disturbances that are possible at these points. */
  readonly singles: number;
  readonly played: number;
  readonly pairs: number;
  readonly findings: number;
}

/** What came of an exploration. */
export interface Exploration {
  readonly plays: number;
  readonly findings: readonly Finding[];
  readonly table: readonly Row[];
}

interface Work {
  readonly scenario: Scenario;
  readonly singles: Disturbance[];
  row: { positions: number; singles: number; played: number; pairs: number; findings: number };
}

/**
 * Plays every scenario undisturbed, then with each disturbance at each point, then with pairs; in an order that the
 * seed decides, scenarios in turn. A finding is shrunk to the fewest disturbances that still show it.
 */
export async function explore(options: ExploreOptions): Promise<Exploration> {
  const explorer = new Explorer(options);
  await explorer.run();
  return explorer.result();
}

class Explorer {
  private readonly random: Random;
  private readonly pairing: Random;
  private readonly findings: Finding[] = [];
  private readonly known = new Set<string>();
  private readonly works: Work[] = [];
  private plays = 0;
  private readonly begun = Date.now();

  constructor(private readonly options: ExploreOptions) {
    this.random = new Random(options.seed);
    this.pairing = new Random(options.seed + (options.share?.index ?? 0) + 1);
  }

  async run(): Promise<void> {
    const { scenarios = SCENARIOS.map(({ name }) => name) } = this.options;
    for (const name of scenarios) {
      await this.begin(scenarioNamed(name));
    }
    await this.playSingles();
    await this.playPairs(this.options.pairs ?? 0);
  }

  result(): Exploration {
    return {
      plays: this.plays,
      findings: this.findings,
      table: this.works.map(({ scenario, row }) => ({ scenario: scenario.name, ...row })),
    };
  }

  /** The undisturbed play, which shows what there is to disturb. */
  private async begin(scenario: Scenario): Promise<void> {
    const row = { positions: 0, singles: 0, played: 0, pairs: 0, findings: 0 };
    const work: Work = { scenario, singles: [], row };
    this.works.push(work);
    if (this.isOver()) {
      return;
    }
    const { points } = await this.play(work, []);
    const singles = this.random.shuffled(points.flatMap(disturbancesAt));
    row.positions = points.length;
    row.singles = singles.length;
    const { index, of } = this.options.share ?? { index: 0, of: 1 };
    work.singles.push(...singles.filter((_single, at) => at % of === index));
  }

  private async playSingles(): Promise<void> {
    const queues = this.works.map((work) => ({ work, left: [...work.singles] }));
    let left = this.options.singles ?? Number.POSITIVE_INFINITY;
    while (queues.some((queue) => queue.left.length > 0)) {
      for (const queue of queues) {
        const single = queue.left.pop();
        if (single !== undefined && left > 0 && !this.isOver(SHARE_OF_SINGLES)) {
          left -= 1;
          await this.play(queue.work, [single]);
        }
      }
      if (left <= 0 || this.isOver(SHARE_OF_SINGLES)) {
        return;
      }
    }
  }

  /**
   * The second of a pair is drawn from what was met after the first, so that a pair is always met; every other one from
   * soon after it, while what the first left half-done is not mended yet.
   */
  private async playPairs(pairs: number): Promise<void> {
    const works = this.works.filter(({ singles }) => singles.length > 0);
    for (let pair = 0; pair < pairs && works.length > 0 && !this.isOver(); ) {
      const work = this.pairing.oneOf(works);
      const first = this.pairing.oneOf(work.singles);
      const { points } = await play(work.scenario, [first], this.options);
      const since = points.findIndex(({ name, nth }) => name === first.name && nth === first.nth);
      const later = points.slice(since + 1);
      const seconds = [later.slice(0, SOON), later].map((each) => each.flatMap(disturbancesAt));
      for (let drawn = 0; drawn < SECONDS_PER_FIRST && later.length > 0 && !this.isOver(); drawn += 1) {
        await this.play(work, [first, this.pairing.oneOf(seconds[drawn % 2] ?? [])]);
        pair += 1;
      }
    }
  }

  private async play(work: Work, disturbances: readonly Disturbance[]): Promise<PlayResult> {
    const isTraced = disturbances.length === 0;
    const result = await play(work.scenario, disturbances, { ...this.options, isTraced });
    this.plays += 1;
    work.row.played += 1;
    work.row.pairs += disturbances.length > 1 ? 1 : 0;
    if (result.unmet.length > 0) {
      const { name } = work.scenario;
      throw new Error(`the explorer never met what it was to disturb: ${renderPlay(name, disturbances)}`);
    }
    if (result.broken.length > 0) {
      await this.report(work, disturbances, result);
    }
    this.options.onPlay?.(this.plays);
    return result;
  }

  private async report(
    work: Work,
    disturbances: readonly Disturbance[],
    { broken }: PlayResult,
  ): Promise<void> {
    const [first] = broken;
    if (first === undefined) {
      return;
    }
    const smallest = await shrink(work.scenario, disturbances, first.invariant, this.options);
    const text = renderPlay(work.scenario.name, smallest.disturbances);
    if (this.known.has(text)) {
      return;
    }
    this.known.add(text);
    work.row.findings += 1;
    const finding = { play: text, ...smallest.broken };
    this.findings.push(finding);
    this.options.onFinding?.(finding);
  }

  /** @param share Of the time, where pairs are to have the rest. */
  private isOver(share = 1): boolean {
    const {
      maxPlays = Number.POSITIVE_INFINITY,
      maxSeconds = Number.POSITIVE_INFINITY,
      stopAtFirst,
    } = this.options;
    const seconds = (this.options.pairs ?? 0) > 0 ? maxSeconds * share : maxSeconds;
    return (
      this.plays >= maxPlays ||
      Date.now() - this.begun >= seconds * 1000 ||
      (stopAtFirst === true && this.findings.length > 0)
    );
  }
}

/** Share of the time that single disturbances have where pairs are wanted, too. */
const SHARE_OF_SINGLES = 2 / 3;
/** Pairs that are drawn for one first disturbance, whose play has to be known. */
const SECONDS_PER_FIRST = 8;
/** Points that count as soon after another one: two or three functions with their calls. */
const SOON = 20;

function disturbancesAt({ name, nth, kinds }: Point): readonly Disturbance[] {
  return kinds.map((kind) => ({ name, nth, kind }));
}
