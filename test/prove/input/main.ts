import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchNews, BatchRequest } from './batch';
import type { Found } from './examine';
import { allSubjects } from './subjects/index';

/** Wall milliseconds without news after which a document counts as hanging; a busy machine needs its time. */
const SILENCE_MILLIS = 30_000;

/** The document at which a batch ended before its time, and why. */
interface Stopped {
  readonly index: number;
  readonly why: string;
  readonly hangs: boolean;
}

/** What came of one subject's documents. */
interface Row {
  readonly subject: string;
  readonly counts: { accepted: number; refused: number; finding: number };
  readonly found: Found[];
}

const seed = Number(process.env.SEED ?? 1);
const runs = Number(process.env.RUNS ?? 10_000);
const only = process.env.SUBJECT ?? null;
const at = process.env.AT === undefined ? null : Number(process.env.AT);

/**
 * Examines generated documents of every schema, two schemas at a time, and prints what came of them.
 * @returns the exit code.
 */
async function main(): Promise<number> {
  const names = subjectNames().filter((name) => only === null || name === only);
  if (names.length === 0 || [seed, runs, at ?? 0].some((each) => !Number.isInteger(each) || each < 0)) {
    say(`SUBJECT must be one of: ${subjectNames().join(', ')}; SEED, RUNS and AT whole numbers`);
    return 2;
  }
  say(
    `${'schema'.padEnd(24)}${['documents', 'accepted', 'refused', 'findings'].map((each) => each.padStart(11)).join('')}`,
  );
  const rows: Row[] = [];
  const runNext = async (): Promise<void> => {
    for (let subject = names.shift(); subject !== undefined; subject = names.shift()) {
      const row = await runSubject(subject);
      rows.push(row);
      tellRow(row);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, runNext));
  const findings = rows.reduce((sum, { counts }) => sum + counts.finding, 0);
  say(findings === 0 ? '\nno document was handled badly' : `\n${findings} documents were handled badly`);
  return findings === 0 ? 0 : 1;
}

function tellRow({ subject, counts: { accepted, refused, finding }, found }: Row): void {
  const numbers = [accepted + refused + finding, accepted, refused, finding];
  say(`${subject.padEnd(24)}${numbers.map((each) => each.toLocaleString('en').padStart(11)).join('')}`);
  for (const each of found) {
    tell(each);
  }
}

function tell({ subject, index, what, shrunk }: Found): void {
  say(`  ${what}\n    make fuzz SEED=${seed} SUBJECT="${subject}" AT=${index}\n    ${shrunk}`);
}

/** One line for each kind of finding: the same mistake shows in many documents. */
function keep(found: Found[], next: Found): void {
  const kind = (what: string): string => what.replaceAll(/"[^"]*"|[0-9.]+/g, '…').slice(0, 80);
  if (found.length < 20 && !found.some(({ what }) => kind(what) === kind(next.what))) {
    found.push(next);
  }
}

async function runSubject(subject: string): Promise<Row> {
  const row: Row = { subject, counts: { accepted: 0, refused: 0, finding: 0 }, found: [] };
  const to = at === null ? runs : at + 1;
  let from = at ?? 0;
  while (from < to) {
    const stoppedAt = await runBatch({ subject, seed, from, to }, row);
    if (stoppedAt === null) {
      break;
    }
    if (
      stoppedAt.hangs &&
      (await runBatch({ subject, seed, from: stoppedAt.index, to: stoppedAt.index + 1 }, row)) === null
    ) {
      // It was the machine that was busy: by itself the document is done in time.
      from = stoppedAt.index + 1;
      continue;
    }
    // The document that hung, or took its process along, is one finding; those after it are examined anew.
    row.counts.finding += 1;
    keep(row.found, { subject, index: stoppedAt.index, what: stoppedAt.why, shrunk: '(not made smaller)' });
    from = stoppedAt.index + 1;
  }
  return row;
}

/** Runs documents in a process of their own. @returns the document at which it ended before its time, or null. */
function runBatch(request: BatchRequest, row: Row): Promise<Stopped | null> {
  const child = fork(join(__dirname, 'batch.ts'), [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.send(request);
  return new Promise((resolve) => {
    let index = request.from;
    let hangs = false;
    let isDone = false;
    const silence = watch(child, () => {
      hangs = true;
    });
    child.on('message', (news: BatchNews) => {
      silence.refresh();
      if (news.kind === 'begins') {
        index = news.index;
      } else if (news.kind === 'examined') {
        row.counts[news.verdict] += 1;
        if (news.found !== null) {
          keep(row.found, news.found);
        }
      } else {
        isDone = true;
      }
    });
    child.once('exit', (code, signal) => {
      clearTimeout(silence);
      const why = hangs
        ? `took more than ${SILENCE_MILLIS / 1000} s`
        : `ended its process (${signal ?? code})`;
      resolve(isDone ? null : { index, why, hangs });
    });
  });
}

function watch(child: ChildProcess, onSilence: () => void): NodeJS.Timeout {
  return setTimeout(() => {
    onSilence();
    child.kill('SIGKILL');
  }, SILENCE_MILLIS);
}

function subjectNames(): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'input-'));
  try {
    return allSubjects(folder).map(({ name }) => name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then((exitCode) => {
  process.exitCode = exitCode;
});
