import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Report, reportSchema } from '../rehearsal/report/schema';
import { treeMegabytes } from './process-tree';

/**
 * Runs the walkthrough several times and prints, per run, how it ended, how long it took and how much memory all its
 * processes needed: `npx tsx bench/rehearsal.ts [RUNS] [-- ARGS OF canary rehearse]`. Exits 1 when the runs did not
 * all end alike.
 */
async function main(): Promise<void> {
  const [runs = '1', ...args] = process.argv.slice(2).filter((word) => word !== '--');
  const rows: Run[] = [];
  for (let run = 1; run <= Number(runs); run += 1) {
    rows.push(await measure(args));
    print(run, rows.at(-1) as Run);
  }
  const outcomes = new Set(rows.map(({ outcomes }) => outcomes));
  console.log(
    `${rows.length} runs, ${outcomes.size} different set(s) of outcomes: ${[...outcomes].join(' | ')}`,
  );
  process.exitCode = outcomes.size === 1 && rows.every(({ exitCode }) => exitCode === 0) ? 0 : 1;
}

interface Run {
  readonly exitCode: number;
  readonly outcomes: string;
  readonly seconds: number;
  readonly firstTrafficSeconds: number | null;
  readonly peakMegabytes: number;
  readonly report: Report;
}

const OUT = 'out/bench';

async function measure(args: readonly string[]): Promise<Run> {
  const startedAt = performance.now();
  const canary = ['--import', 'tsx', 'bin/canary.ts', 'rehearse', '--out', OUT, ...args];
  const child = spawn(process.execPath, canary, { stdio: ['ignore', 'pipe', 'inherit'] });
  let firstTraffic: number | null = null;
  child.stdout.on('data', (chunk: Buffer) => {
    const problems = chunk
      .toString()
      .split('\n')
      .filter((line) => /(^|\s)! /.test(line));
    for (const line of problems) {
      console.log(line);
    }
    if (firstTraffic === null && /0 % → 100 %|first traffic/.test(chunk.toString())) {
      firstTraffic = (performance.now() - startedAt) / 1000;
    }
  });
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, treeMegabytes(child.pid ?? 0));
  }, 1000);
  const exitCode = await new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? -1)));
  clearInterval(sampler);
  const report = reportSchema.parse(JSON.parse(readFileSync(join(OUT, 'report.json'), 'utf8')));
  return {
    exitCode,
    outcomes: report.rollouts
      .map(({ service, outcome }) => `${service} ${outcome}`)
      .sort()
      .join(', '),
    seconds: (performance.now() - startedAt) / 1000,
    firstTrafficSeconds: firstTraffic,
    peakMegabytes: peak,
    report,
  };
}

function print(run: number, { exitCode, seconds, firstTrafficSeconds, peakMegabytes, report }: Run): void {
  const { requests, failed } = report.traffic;
  const met = report.expectations.filter((expectation) => expectation.met).length;
  console.log(
    [
      `run ${run}`,
      `exit ${exitCode}`,
      `${seconds.toFixed(1)} s`,
      `first traffic after ${firstTrafficSeconds?.toFixed(1) ?? '?'} s`,
      `${peakMegabytes.toFixed(0)} MB`,
      `${requests} requests, ${failed} failed`,
      `${met} of ${report.expectations.length} expectations met`,
      `${report.calls.denied.length} calls denied`,
    ].join(' · '),
  );
}

void main();
