import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CATALOGUE } from './catalogue/index';
import type { Bounds } from './messages';
import { type Check, type Mutation, RULES } from './mutation';
import { noticeByTests, Watch } from './notice';
import { isNoticed, renderLine, renderPage, type Tried } from './table';
import { MutantTree, mutatedFiles } from './tree';

const PAGE = resolve(__dirname, '../../../docs/reference/mutations.md');

/** Takes every rule of the catalogue out in turn, and ends with 1 when one is not missed. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seed: { type: 'string', default: '20261121' },
      plays: { type: 'string', default: '4000' },
      seconds: { type: 'string', default: '120' },
      jobs: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
    },
  });
  const bounds = {
    seed: Number(values.seed),
    maxPlays: Number(values.plays),
    maxSeconds: Number(values.seconds),
  };
  const chosen = choose(values.only);
  for (const { edits } of CATALOGUE) {
    mutatedFiles(edits);
  }
  const whole = new MutantTree();
  const watch = new Watch(whole);
  try {
    await requireClean(whole, watch, chosen, bounds);
    const tried = await tryAll(whole, watch, chosen, { ...bounds, jobs: Number(values.jobs) });
    if (values.write) {
      writePage(tried);
    }
    return summarize(tried, watch);
  } finally {
    watch.close();
    whole.dispose();
  }
}

function choose(only: string | undefined): readonly Mutation[] {
  const wanted = only?.split(',');
  const chosen = CATALOGUE.filter(
    ({ id, rule }) => wanted?.some((each) => (each in RULES ? each === rule : id.startsWith(each))) ?? true,
  );
  if (chosen.length === 0) {
    throw new Error(`no mutation begins with "${only}"; known: ${CATALOGUE.map(({ id }) => id).join(', ')}`);
  }
  return chosen;
}

/** What notices a mutation must notice nothing while every rule is in place; else the run fails in the end. */
async function requireClean(
  whole: MutantTree,
  watch: Watch,
  chosen: readonly Mutation[],
  bounds: Bounds,
): Promise<void> {
  const checks = chosen.map(({ noticedBy }) => noticedBy);
  const scenarios = unique(checks.flatMap((check) => (check.kind === 'exploration' ? check.scenarios : [])));
  if (scenarios.length > 0) {
    const all = { kind: 'exploration', scenarios } as const;
    const { by, where, found, after } = await watch.explore(whole, all, bounds, async () => true);
    if (by !== null) {
      watch.anyhow.add(`${where} breaks "${by}": ${found}`);
    }
    const what = by === null ? 'nothing found' : `${where} breaks "${by}"`;
    print(`with every rule in place: ${after} plays of ${scenarios.length} scenarios, ${what}`);
  }
  const files = unique(checks.flatMap((check) => (check.kind === 'tests' ? check.files : [])));
  if (files.length > 0) {
    const { by, after } = await noticeByTests(whole, { files });
    if (by !== null) {
      throw new Error(`with every rule in place, the test "${by}" fails`);
    }
    print(`with every rule in place: ${after} tests pass`);
  }
}

async function tryAll(
  whole: MutantTree,
  watch: Watch,
  chosen: readonly Mutation[],
  { jobs, ...bounds }: Bounds & { readonly jobs: number },
): Promise<readonly Tried[]> {
  const left = [...chosen];
  const tried: Tried[] = [];
  const work = async (): Promise<void> => {
    const mutant = new MutantTree(whole.folder);
    try {
      for (let mutation = left.shift(); mutation !== undefined; mutation = left.shift()) {
        const notice = await watch
          .notice(mutant, mutation, bounds)
          .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
        tried.push({ mutation, notice });
        print(renderLine({ mutation, notice }));
      }
    } finally {
      mutant.dispose();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, chosen.length) }, work));
  return [...tried].sort((a, b) => CATALOGUE.indexOf(a.mutation) - CATALOGUE.indexOf(b.mutation));
}

function summarize(tried: readonly Tried[], { anyhow }: Watch): number {
  const unnoticed = tried.filter((each) => !isNoticed(each));
  const by = (kind: Check['kind']) =>
    tried.filter((each) => isNoticed(each) && each.mutation.noticedBy.kind === kind).length;
  print(
    `${tried.length} mutations: ${by('exploration')} noticed by the exploration, ${by('tests')} by the tests named for them, ${unnoticed.length} not noticed`,
  );
  for (const each of unnoticed) {
    print(`not noticed: ${renderLine(each)}`);
  }
  for (const each of anyhow) {
    print(`with every rule in place, ${each}`);
  }
  return unnoticed.length === 0 && anyhow.size === 0 ? 0 : 1;
}

/** @throws {Error} when not every mutation was tried: the page tells of all. */
function writePage(tried: readonly Tried[]): void {
  if (tried.length < CATALOGUE.length) {
    throw new Error('the page tells of every mutation: leave --only out with --write');
  }
  writeFileSync(PAGE, renderPage(tried));
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(1));
}
void main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
