import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RolloutReport } from '../../rehearsal/report/schema';

/** Where drills write what they saw; `make drills` begins with none and makes a page of it. */
const FILE = join(__dirname, '../../out/drills/figures.jsonl');

/** What a drill tells of a rollout. */
type Seen = Pick<RolloutReport, 'service' | 'version' | 'outcome' | 'reason' | 'splits' | 'checks'> & {
  readonly startedAt: number | string;
  readonly endedAt: number | string | null;
};

/** Keeps the figures of a test's rollouts for the page of the drills. */
export function record(rollouts: readonly Seen[]): void {
  mkdirSync(dirname(FILE), { recursive: true });
  for (const { service, version, outcome, reason, splits, checks, startedAt, endedAt } of rollouts) {
    const weights = splits.map((split) => split.weights[version] ?? 0);
    const figures = {
      test: expect.getState().currentTestName,
      service,
      outcome,
      reason,
      weights: weights.filter((weight, index) => weight !== weights[index - 1]),
      checks: checks.length,
      seconds: endedAt === null ? null : Math.round((timeOf(endedAt) - timeOf(startedAt)) / 1000),
    };
    appendFileSync(FILE, `${JSON.stringify(figures)}\n`);
  }
}

const timeOf = (time: number | string): number => (typeof time === 'number' ? time : Date.parse(time));
