import { availableParallelism } from 'node:os';
import { parsePlay } from './explore/disturbance';
import { type Exploration, explore, type Finding } from './explore/explore';
import { sentenceOf } from './explore/invariants';
import { play } from './explore/play';
import { scenarioNamed } from './explore/scenarios';
import type { Stage } from './explore/stage';
import { renderTable } from './explore/table';
import { type ExplorerMessage, exploreTogether, type SharedOptions } from './explore/together';
import { renderTrace } from './explore/trace';

/** Pairs that are drawn when nobody says how many, or how long. */
const PAIRS = 24_000;

/**
 * What `make prove` begins with: explores every single disturbance of every scenario, then pairs of them. SEED decides
 * order and pairs, SINGLES how many single ones (all by default), RUNS how many pairs, SECONDS how long, SCENARIO
 * which (several with commas); PLAY plays one finding again, and TRACE=1 with it prints what happened.
 */
async function main(env: NodeJS.ProcessEnv): Promise<number> {
  if (env.PLAY) {
    return playAgain(env.PLAY, env.TRACE === '1');
  }
  const seed = numberIn(env, 'SEED') ?? 20261121;
  process.stdout.write(`exploring with SEED=${seed}\n`);
  const options = {
    seed,
    pairs: numberIn(env, 'RUNS') ?? (env.SECONDS ? Number.MAX_SAFE_INTEGER : PAIRS),
    ...(env.SECONDS ? { maxSeconds: numberIn(env, 'SECONDS') ?? 0 } : {}),
    ...(env.SINGLES ? { singles: numberIn(env, 'SINGLES') ?? 0 } : {}),
    ...(env.SCENARIO ? { scenarios: env.SCENARIO.split(',') } : {}),
    onFinding: (finding: Finding) => process.stdout.write(`${renderFinding(finding, seed)}\n`),
  };
  const processes = Math.min(2, availableParallelism());
  return conclude(await exploreTogether(__filename, options, processes));
}

/** Explores a share, for the process that forked this one. */
async function exploreShare(options: SharedOptions, send: (message: ExplorerMessage) => void): Promise<void> {
  try {
    const exploration = await explore({ ...options, onFinding: (finding) => send({ finding }) });
    send({ exploration });
  } catch (error) {
    send({ error: String(error) });
  }
  process.disconnect();
}

function conclude({ plays, findings, table }: Exploration): number {
  process.stdout.write(`\n${renderTable(table)}\n\n${plays} plays, ${findings.length} findings\n`);
  return findings.length === 0 ? 0 : 1;
}

async function playAgain(text: string, isTraced: boolean): Promise<number> {
  const { scenario, disturbances } = parsePlay(text);
  let stage: Stage | undefined;
  const onStage = (each: Stage) => {
    stage = each;
  };
  const { broken, unmet, outcome, calls } = await play(scenarioNamed(scenario), disturbances, { onStage });
  if (isTraced) {
    process.stdout.write(`${renderTrace(stage?.chronicle.facts ?? [])}\n`);
  }
  for (const { name, nth, kind } of unmet) {
    process.stdout.write(`${name}#${nth}:${kind} was never met: the play is not of this version\n`);
  }
  for (const { invariant, found } of broken) {
    process.stdout.write(`${renderBroken(invariant, found)}\n`);
  }
  process.stdout.write(`outcome ${outcome ?? 'none'}, ${calls} calls\n1 play, ${broken.length} findings\n`);
  return broken.length + unmet.length === 0 ? 0 : 1;
}

function renderFinding({ play: text, invariant, found }: Finding, seed: number): string {
  return `make prove SEED=${seed} PLAY='${text}'\n${renderBroken(invariant, found)}`;
}

function renderBroken(invariant: string, found: string): string {
  return `  ${invariant}: ${sentenceOf(invariant)}\n  found: ${found}`;
}

/** @throws {Error} when the variable is set and is no whole number. */
function numberIn(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') {
    return undefined;
  }
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new Error(`${name} is "${text}"; allowed: a whole number of at least 0; change it or leave it out`);
  }
  return value;
}

if (process.send === undefined) {
  main(process.env).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 2;
    },
  );
} else {
  process.once('message', (options: SharedOptions) => {
    void exploreShare(options, (message) => process.send?.(message));
  });
}
