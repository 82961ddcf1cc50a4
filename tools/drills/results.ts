import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One row of the drill matrix: what is done to a rollout, and what must then be seen. */
export interface CatalogueEntry {
  /** `D1` to `D15`. */
  readonly id: string;
  readonly injects: string;
  readonly mustBeSeen: string;
}

/** What a test saw of a rollout. */
export interface Figures {
  readonly test: string;
  readonly service: string;
  readonly outcome: string;
  readonly reason: string | null;
  /** Weights of the canary, in their order. */
  readonly weights: readonly number[];
  /** Checks of its health. */
  readonly checks: number;
  /** Virtual; null when the rollout did not end. */
  readonly seconds: number | null;
}

/** A test as jest reports it. */
export interface TestResult {
  readonly title: string;
  readonly fullName: string;
  readonly passed: boolean;
  /** Wall clock. */
  readonly millis: number;
  readonly failure: string | null;
}

/** A drill and how it went. */
export interface DrillResult extends CatalogueEntry {
  /** `missing`: no test names the drill. */
  readonly status: 'passed' | 'failed' | 'missing';
  readonly tests: readonly (TestResult & { readonly figures: readonly Figures[] })[];
}

/** The drill matrix: every entry with the tests whose titles end with its id in brackets. */
export function matchDrills(
  catalogue: readonly CatalogueEntry[],
  tests: readonly TestResult[],
  figures: readonly Figures[],
): readonly DrillResult[] {
  return catalogue.map((entry) => {
    const own = tests
      .filter(({ title }) => title.includes(`(${entry.id})`))
      .map((test) => ({ ...test, figures: figures.filter((each) => each.test === test.fullName) }));
    const isPassed = own.every(({ passed }) => passed);
    return { ...entry, status: own.length === 0 ? 'missing' : isPassed ? 'passed' : 'failed', tests: own };
  });
}

/**
 * Reads jest's own report (`--json --outputFile`).
 * @throws {Error} when the file is not there: jest itself did not come to its end.
 */
export function readTests(file: string): readonly TestResult[] {
  if (!existsSync(file)) {
    throw new Error(
      `${file} is not there: jest ended before it wrote its results; run \`make drills\` again`,
    );
  }
  const report = JSON.parse(readFileSync(file, 'utf8')) as JestReport;
  return report.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ title, fullName, status, duration, failureMessages }) => ({
        title,
        fullName,
        passed: status === 'passed',
        millis: duration ?? 0,
        failure: failureMessages[0]?.split('\n    at ')[0] ?? null,
      })),
  );
}

/** Reads what tests recorded, a line of JSON per rollout; none when no test recorded anything. */
export function readFigures(file: string): readonly Figures[] {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Figures)
    : [];
}

/** Reads the catalogue of the repository. */
export function readCatalogue(root: string): readonly CatalogueEntry[] {
  return JSON.parse(readFileSync(join(root, 'test/drills/catalogue.json'), 'utf8'));
}

interface JestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly fullName: string;
      readonly status: string;
      readonly duration?: number | null;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}
