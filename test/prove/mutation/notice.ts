import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from './child';
import type { Bounds } from './messages';
import type { Check, Mutation } from './mutation';
import { Player } from './player';
import type { MutantTree } from './tree';

/** Whether and by what a mutation was noticed. */
export interface Notice {
  /** Invariant or test that noticed it; null when nothing did. */
  readonly by: string | null;
  /** Plays, or tests, until then. */
  readonly after: number;
  /** The play, or the test files, with which it can be seen again. */
  readonly where: string;
  readonly found: string;
}

type Exploration = Extract<Check, { kind: 'exploration' }>;
type Tests = Extract<Check, { kind: 'tests' }>;

const TEST_SECONDS = 240;

/** Looks whether what should notice a missing rule does. */
export class Watch {
  /** Plays that break an invariant although every rule is in place. */
  readonly anyhow = new Set<string>();
  private player: Player | null = null;
  private replays: Promise<unknown> = Promise.resolve();

  /** @param whole A copy of the tree in which every rule stays in place. */
  constructor(private readonly whole: MutantTree) {}

  /** Takes a rule out of a copy of the tree and looks whether what should notice it does. */
  notice(mutant: MutantTree, { edits, noticedBy }: Mutation, bounds: Bounds): Promise<Notice> {
    mutant.mutate({ edits });
    return noticedBy.kind === 'tests'
      ? noticeByTests(mutant, noticedBy)
      : this.explore(mutant, noticedBy, bounds, (play) => this.isWhole(play));
  }

  /** Plays in a tree until something breaks that counts. */
  explore(
    tree: MutantTree,
    { scenarios, first = [], pairs = false }: Exploration,
    bounds: Bounds,
    counts: (play: string) => Promise<boolean>,
  ): Promise<Notice> {
    const player = new Player(tree.folder);
    return player
      .search({ ...bounds, scenarios, first, pairs }, ({ play }) => counts(play))
      .then(({ plays, sighting }) => ({
        by: sighting?.invariant ?? null,
        after: plays,
        where: sighting?.play ?? '',
        found: sighting?.found ?? '',
      }))
      .finally(() => player.stop());
  }

  /** What the same play breaks with the rule in place is not due to the rule. */
  private async isWhole(play: string): Promise<boolean> {
    const player = this.player ?? new Player(this.whole.folder);
    this.player = player;
    // One after the other: the process answers in no order but that.
    const replay = this.replays.then(() => player.replay(play));
    this.replays = replay.catch(() => null);
    const sighting = await replay;
    if (sighting !== null) {
      this.anyhow.add(`${play} breaks "${sighting.invariant}": ${sighting.found}`);
    }
    return sighting === null;
  }

  close(): void {
    this.player?.stop();
  }
}

interface JestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/**
 * Runs test files in a tree.
 * @throws {Error} when not a single test ran.
 */
export async function noticeByTests(
  tree: MutantTree,
  { files, only }: Pick<Tests, 'files' | 'only'>,
): Promise<Notice> {
  const report = join(tree.folder, 'out', 'jest.json');
  rmSync(report, { force: true });
  const jest = ['node_modules/jest/bin/jest.js', ...files, '--reporters=default', '--ci', '--runInBand'];
  const { stderr, isOverdue } = await runNode(
    tree.folder,
    [...jest, '--json', '--outputFile', report, ...(only === undefined ? [] : ['--testNamePattern', only])],
    TEST_SECONDS,
  );
  if (isOverdue) {
    throw new Error(`tests ${files.join(' ')} did not end within ${TEST_SECONDS} s`);
  }
  const { testResults } = readReport(report);
  const ran = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'passed' || status === 'failed'),
  );
  if (ran.length === 0) {
    throw new Error(`tests ${files.join(' ')} did not run: ${stderr.trim().slice(0, 1000)}`);
  }
  const failed = ran.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  const [first] = failed;
  const found = first === undefined ? '' : `${failed.length} of ${ran.length} tests fail`;
  return { by: first ?? null, after: ran.length, where: files.join(' '), found };
}

function readReport(file: string): JestReport {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as JestReport) : { testResults: [] };
}
