import type { Report } from '../report/schema';
import { type VersionRow, versionRows } from './story';
import { isQuietRelease, rolloutBlock } from './summary-rollout';
import { columnsOf, cut, cutStart, fold, oneLine, type Paint, pad, paintColor, paintPlain } from './text';
import { counted, countText, durationText, millisText, outcomeWords } from './words';

/** How the summary is written, and what the report does not know. */
export interface SummaryOptions {
  /** How long the rehearsal took on the wall. */
  readonly wallSeconds: number;
  /** Wall seconds of it for which virtual time stood still, because this machine could not keep up. */
  readonly stoodStillSeconds: number;
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Where the report was written, as people can open it. */
  readonly reportFiles: string[];
}

/** How the summary looks: at most this wide, however wide the terminal is. */
const MAX_WIDTH = 110;
const MIN_WIDTH = 40;
const SHOWN_VERSIONS = 8;
const SHOWN_MET = 14;
const SHOWN_DENIED = 5;
const COMMANDS = [
  ['faster', 'make rehearse ARGS="--speed 30"'],
  ['by hand', 'make play'],
  ['check', 'node --import tsx bin/canary.ts validate microservices/yelb-appserver'],
  ['your own', 'node --import tsx bin/canary.ts rehearse --service PATH --from REV --to REV'],
] as const;

/** The end of a rehearsal as a text for people: what was done, what users noticed, what was expected and found. */
export function renderSummary(report: Report, options: SummaryOptions): string {
  const paint = options.color ? paintColor : paintPlain;
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, options.width));
  const sections = [
    [...title(report, options.wallSeconds, width, paint), ...strain(report, options, width, paint)],
    ...rollouts(report, width, paint),
    users(report, width, paint),
    calls(report, width, paint),
    expectations(report, width, paint),
    reportFiles(options.reportFiles, paint),
    commands(report, width, paint),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function title(report: Report, wallSeconds: number, width: number, paint: Paint): readonly string[] {
  const services = new Set(report.rollouts.map((rollout) => rollout.service)).size;
  const proxy = report.dataPlane === 'envoy' ? 'a real Envoy' : 'the embedded proxy';
  const what =
    `${counted(report.rollouts.length, 'rollout')} of ${counted(services, 'service')} through ${proxy}, ` +
    `in ${durationText(wallSeconds * 1000)} at ${report.speed} virtual seconds per second`;
  const verdict = report.passed ? paint('PASSED', 'good') : paint('FAILED', 'bad');
  return [
    `${verdict}  ${paint(cut(`rehearsal of "${oneLine(report.scenario)}"`, width - 8), 'bold')}`,
    ...fold(what, width),
  ];
}

/** Told from the share of the time on that may have touched what users saw. */
const STRAIN_SHARE = 0.05;

function strain(report: Report, options: SummaryOptions, width: number, paint: Paint): readonly string[] {
  const { stoodStillSeconds, wallSeconds } = options;
  if (stoodStillSeconds < wallSeconds * STRAIN_SHARE) {
    return [];
  }
  const text =
    `This machine could not keep up: time stood still for ${durationText(stoodStillSeconds * 1000)} of it, and latencies ` +
    `may be its own. Close what else runs, or try --speed ${Math.max(1, Math.floor(report.speed / 2))}.`;
  return fold(text, width).map((line) => paint(line, 'bad'));
}

/** First releases that went well stand together; each longer story stands alone. */
function rollouts(report: Report, width: number, paint: Paint): readonly (readonly string[])[] {
  const sections: { isQuiet: boolean; lines: string[] }[] = [];
  for (const rollout of report.rollouts) {
    const isQuiet = isQuietRelease(rollout);
    const lines = rolloutBlock(rollout, width, paint);
    const last = sections.at(-1);
    if (isQuiet && last?.isQuiet) {
      last.lines.push(...lines);
    } else {
      sections.push({ isQuiet, lines: [...lines] });
    }
  }
  return sections.map((section) => section.lines);
}

function users(report: Report, width: number, paint: Paint): readonly string[] {
  const { requests, failed } = report.traffic;
  const rows = versionRows(report);
  const guilty = rows.filter((row) => row.failed > 0);
  const of = requests > 0 ? ` of ${countText(requests)}` : '';
  const told =
    failed === 0
      ? `nothing: all ${counted(requests, 'request')} were answered`
      : `${counted(failed, 'request')}${of} failed${blame(guilty)}`;
  const [first = '', ...rest] = fold(told, width - 15);
  const tone = failed === 0 ? 'good' : 'bad';
  return [
    `${paint('Users noticed', 'bold')}  ${paint(first, tone)}`,
    ...rest.map((line) => `               ${paint(line, tone)}`),
    ...versionTable(rows.slice(0, SHOWN_VERSIONS), width, paint),
    ...(rows.length > SHOWN_VERSIONS
      ? [paint(`  and ${counted(rows.length - SHOWN_VERSIONS, 'more version')}`, 'dim')]
      : []),
  ];
}

function blame(guilty: readonly VersionRow[]): string {
  const only = guilty[0];
  if (only === undefined || guilty.length > 1) {
    return '';
  }
  const end = only.outcome === null ? '' : `, ${outcomeWords(only.outcome).text}`;
  return `, all by ${oneLine(only.label)}${end}`;
}

function versionTable(rows: readonly VersionRow[], width: number, paint: Paint): readonly string[] {
  const labels = rows.map((row) => cutStart(oneLine(row.label), Math.max(10, width - 46)));
  const column = Math.max(0, ...labels.map(columnsOf));
  const cells = (name: string, numbers: readonly string[]): string =>
    `  ${pad(name, column)}${numbers.map((cell) => pad(cell, 11, 'right')).join('')}`;
  const heading = paint(cells('', ['requests', 'failed', 'p50', 'p99']), 'dim');
  const lines = rows.map((row, index) => {
    const numbers = [countText(row.requests), countText(row.failed), millisText(row.p50Millis)];
    const line = cells(labels[index] ?? '', [...numbers, millisText(row.p99Millis)]);
    return row.failed > 0 ? paint(line, 'bad') : line;
  });
  return rows.length === 0 ? [] : [heading, ...lines];
}

function calls({ calls }: Report, width: number, paint: Paint): readonly string[] {
  const denied = calls.denied.length;
  const verdict =
    denied === 0
      ? paint('none denied by the role policies', 'good')
      : paint(`${countText(denied)} denied by the role policies`, 'bad');
  const shown = calls.denied
    .slice(0, SHOWN_DENIED)
    .map((call) =>
      cut(`  ✗ ${oneLine(`${call.principal}: ${call.action} on ${call.resources.join(', ')}`)}`, width),
    );
  const more = denied > SHOWN_DENIED ? [`  and ${countText(denied - SHOWN_DENIED)} more`] : [];
  return [`${paint('AWS calls', 'bold')}  ${countText(calls.total)}, ${verdict}`, ...shown, ...more];
}

/** Those not met come first and whole; of many that were met, some are only counted. */
function expectations(report: Report, width: number, paint: Paint): readonly string[] {
  const missed = report.expectations.filter(({ met }) => !met);
  const met = report.expectations.filter((expectation) => expectation.met);
  const heading = `${paint('Expectations', 'bold')}  ${met.length} of ${report.expectations.length} met`;
  const missedLines = missed.flatMap(({ text, found }) =>
    fold(`${oneLine(text)} — found: ${oneLine(found)}`, width - 4).map((line, index) =>
      index === 0 ? `  ${paint('✗', 'bad')} ${line}` : `    ${line}`,
    ),
  );
  const metLines = met.slice(0, SHOWN_MET).map(({ text, found }) => {
    const told = found === '' ? oneLine(text) : `${oneLine(text)} — ${oneLine(found)}`;
    return `  ${paint('✓', 'good')} ${cut(told, width - 4)}`;
  });
  const more = met.length > SHOWN_MET ? [`  ${paint('✓', 'good')} and ${met.length - SHOWN_MET} more`] : [];
  return report.expectations.length === 0 ? [] : [heading, ...missedLines, ...metLines, ...more];
}

function reportFiles(files: readonly string[], paint: Paint): readonly string[] {
  return files.map((file, index) => `${index === 0 ? paint('Report', 'bold') : '      '}  ${oneLine(file)}`);
}

function commands(report: Report, width: number, paint: Paint): readonly string[] {
  const faster = report.speed < 30 ? COMMANDS : COMMANDS.slice(1);
  const hasRoom = Math.max(...faster.map(([, command]) => columnsOf(command))) + 12 <= width;
  const lines = faster.map(([what, command]) => `  ${hasRoom ? paint(pad(what, 10), 'dim') : ''}${command}`);
  return [paint('Try next', 'bold'), ...lines];
}
