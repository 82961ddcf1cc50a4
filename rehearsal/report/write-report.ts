import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../environment/environment';
import type { PreparedPlatform } from '../platform/prepare-platform';
import type { RehearseOptions } from '../run';
import type { Played } from '../scenario/play';
import type { LiveView } from '../view/snapshot';
import { renderSummary } from '../view/summary';
import { buildReport } from './build-report';
import { renderReportPage } from './page/render-report-page';
import { type Report, reportSchema } from './schema';

/** Writes report.json and report.html, tells the summary, and returns the exit code. */
export function writeReport(
  parts: Played & {
    readonly environment: Environment;
    readonly platform: PreparedPlatform;
    readonly options: RehearseOptions;
    readonly view: LiveView;
  },
): number {
  const { environment, platform, options, view } = parts;
  const report = reportSchema.parse(buildReport(parts, environment, platform));
  const files = { json: join(options.outDir, 'report.json'), html: join(options.outDir, 'report.html') };
  mkdirSync(options.outDir, { recursive: true });
  replaceFile(files.json, `${JSON.stringify(report, null, 2)}\n`);
  replaceFile(files.html, page(report, parts));
  view.close();
  process.stdout.write(
    options.json
      ? `${JSON.stringify(report)}\n`
      : summary(report, parts, environment.clock.stoodStillMillis(), Object.values(files)),
  );
  return report.passed ? 0 : 1;
}

function page(report: Report, played: Played & { environment: Environment }): string {
  const { traffic, environment } = played;
  return renderReportPage(report, {
    dataPlaneWhy: environment.dataPlaneWhy,
    states: environment.tracker
      .all()
      .flatMap(({ id, states }) =>
        states.map(({ state, from, to }) => ({ rollout: id, state, from, to: to ?? from })),
      ),
    faults: played.faults,
    traffic: traffic.map(({ at, requests, failed, byVersion }) => ({
      at,
      requests,
      failed,
      byVersion: Object.fromEntries(Object.entries(byVersion).map(([name, seen]) => [name, seen.requests])),
    })),
  });
}

function summary(
  report: Report,
  { wallSeconds }: Played,
  stoodStillMillis: number,
  reportFiles: string[],
): string {
  const color = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  const width = process.stdout.columns ?? 100;
  return renderSummary(report, {
    wallSeconds,
    stoodStillSeconds: stoodStillMillis / 1000,
    color,
    width,
    reportFiles,
  });
}

/** A reader never finds half a file. */
function replaceFile(path: string, content: string): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}
