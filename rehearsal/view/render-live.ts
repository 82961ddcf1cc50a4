import type { TrackedRollout } from '../environment/rollout-tracker';
import { fromTo, newestCheck, shortFromTo } from './rollout-text';
import type { LiveSnapshot, VersionSnapshot } from './snapshot';
import { isVersionOf, versionName, weightIn } from './story';
import { columnsOf, cutStart, oneLine, type Paint, pad, paintPlain, type Span, toLine } from './text';
import { clockText, counted, countText, durationText, millisText, stateWords } from './words';

/** How much is shown: as much as the height allows. */
interface Density {
  readonly hasGaps: boolean;
  readonly linesPerRollout: 1 | 2 | 3;
  readonly versions: number;
}

const DENSITIES: readonly Density[] = [
  { hasGaps: true, linesPerRollout: 3, versions: 8 },
  { hasGaps: true, linesPerRollout: 3, versions: 4 },
  { hasGaps: true, linesPerRollout: 2, versions: 4 },
  { hasGaps: false, linesPerRollout: 2, versions: 4 },
  { hasGaps: false, linesPerRollout: 2, versions: 2 },
  { hasGaps: false, linesPerRollout: 1, versions: 2 },
  { hasGaps: false, linesPerRollout: 1, versions: 0 },
];

/** What a line of the live view is made of. */
interface Page {
  readonly snapshot: LiveSnapshot;
  readonly width: number;
}

/**
 * The live area: at most `height` lines of at most `width` columns. The less height there is, the less is shown of
 * each rollout, down to one line each.
 */
export function renderLive(
  snapshot: LiveSnapshot,
  width: number,
  height: number,
  paint: Paint = paintPlain,
): string[] {
  const page = { snapshot, width: Math.max(1, Math.floor(width)) };
  const rows = Math.max(1, Math.floor(height));
  const fitting = DENSITIES.map((density) => linesAt(page, density)).find((lines) => lines.length <= rows);
  const lines = fitting ?? shortened(page, rows);
  return lines.map((line) => toLine(line, page.width, paint));
}

type Line = readonly Span[];

function linesAt(page: Page, density: Density): readonly Line[] {
  const gap: readonly Line[] = density.hasGaps ? [[['']]] : [];
  const active = activeRollouts(page.snapshot);
  const blocks = active.flatMap((rollout) => [...rolloutBlock(page, rollout, density), ...gap]);
  const idle: readonly Line[] = active.length === 0 ? [[['no rollout is running', 'dim']], ...gap] : [];
  return [
    ...header(page),
    ...gap,
    ...blocks,
    ...idle,
    ...traffic(page, density.versions),
    ...gap,
    calls(page.snapshot),
  ];
}

/** Too many rollouts for the height: the first ones, and how many more there are. */
function shortened(page: Page, rows: number): readonly Line[] {
  const least: Density = { hasGaps: false, linesPerRollout: 1, versions: 0 };
  const active = activeRollouts(page.snapshot);
  const frame = linesAt(page, least).length - Math.max(1, active.length);
  const shown = Math.max(1, rows - frame - 1);
  const all = linesAt({ ...page, snapshot: { ...page.snapshot, rollouts: active.slice(0, shown) } }, least);
  const more: Line = [[`and ${counted(active.length - shown, 'more rollout')}`, 'dim']];
  const at = header(page).length + shown;
  return [...all.slice(0, at), more, ...all.slice(at)].slice(0, rows);
}

function activeRollouts(snapshot: LiveSnapshot): readonly TrackedRollout[] {
  return snapshot.rollouts.filter((rollout) => rollout.endedAt === null);
}

function header({ snapshot }: Page): readonly Line[] {
  const { stage } = snapshot;
  const place = `stage ${stage.number} of ${stage.of}`;
  const scenario = oneLine(snapshot.scenario);
  const title = oneLine(stage.title);
  const clock: Line = [
    [clockText(snapshot.now), 'bold'],
    [` virtual · ${snapshot.speed}× · ${durationText(snapshot.wallSeconds * 1000)} on the wall`],
    [` · data plane: ${snapshot.dataPlane}`, 'dim'],
  ];
  return [
    [
      [scenario, 'bold'],
      [`  ${place}  `, 'dim'],
      [title, 'bold'],
    ],
    clock,
  ];
}

function rolloutBlock(page: Page, rollout: TrackedRollout, density: Density): readonly Line[] {
  const check = newestCheck(rollout);
  const verdict: Line = [['  '], ...(check ?? [['no check yet', 'dim'] as const])];
  if (density.linesPerRollout === 1) {
    return [oneLineRollout(page, rollout)];
  }
  const head: Line = [[oneLine(rollout.service), 'bold'], [`  ${fromTo(rollout)}`]];
  if (density.linesPerRollout === 2) {
    return [oneLineRollout(page, rollout), verdict];
  }
  const age = durationText(page.snapshot.now - rollout.startedAt);
  return [spread(head, age, page.width), [['  '], ...split(rollout, barColumns(page.width))], verdict];
}

/** Columns from which a line has room for the versions beside name, bar and state. */
const ROOM_FOR_VERSIONS = 64;

/** A rollout in one line; names, versions and bars of all rollouts stand below each other. */
function oneLineRollout({ snapshot, width }: Page, rollout: TrackedRollout): Line {
  const active = activeRollouts(snapshot);
  const column = (text: (one: TrackedRollout) => string): string => {
    const widest = Math.max(0, ...active.map((one) => columnsOf(text(one))));
    return pad(text(rollout), Math.min(widest, Math.floor(width / 3)));
  };
  const name: Span = [`${column((one) => oneLine(one.service))}  `, 'bold'];
  const versions: Line = width >= ROOM_FOR_VERSIONS ? [[`${column(shortFromTo)}  `]] : [];
  return [name, ...versions, ...split(rollout, Math.max(5, Math.floor(barColumns(width) / 4)))];
}

function barColumns(width: number): number {
  return Math.max(5, Math.min(60, Math.floor(width / 2) - 8));
}

/** The split as a bar, the canary's share in percent, and what goes on. */
function split(rollout: TrackedRollout, columns: number): Line {
  const weights = rollout.splits.at(-1)?.weights;
  const canary = weightIn(weights, rollout.version);
  const filled = Math.round((canary / 100) * columns);
  // A few percent must not look like none.
  const cells = canary > 0 ? Math.max(1, filled) : 0;
  return [
    ['█'.repeat(cells), 'canary'],
    [(rollout.stable === null ? '·' : '░').repeat(columns - cells), 'stable'],
    [pad(`${Math.round(canary)} %`, 7, 'right'), 'bold'],
    [`  ${stateWords(oneLine(rollout.state), canary)}`],
  ];
}

function traffic(page: Page, versions: number): readonly Line[] {
  const { snapshot, width } = page;
  const total = `${counted(snapshot.requests, 'request')}, ${countText(snapshot.failed)} failed`;
  const users: Line = [
    ['users  ', 'bold'],
    [`${rate(snapshot.requestsPerSecond)} req/s  `],
    [`${rate(snapshot.failedPerSecond)} failed/s`, snapshot.failedPerSecond > 0 ? 'bad' : 'good'],
    [`  ${total}`, 'dim'],
  ];
  const shown = shownVersions(snapshot, versions);
  const labels = shown.map((version) => oneLine(versionName(version.name, snapshot.rollouts)));
  const column = Math.min(Math.max(0, ...labels.map(columnsOf)), Math.max(8, width - 44));
  return [users, ...shown.map((version, index) => versionLine(version, labels[index] ?? '', column, page))];
}

/** Versions of running rollouts before others, the busiest of them; each keeps its place while it is shown. */
function shownVersions(snapshot: LiveSnapshot, count: number): readonly VersionSnapshot[] {
  const active = activeRollouts(snapshot);
  const rank = ({ name }: VersionSnapshot): number =>
    active.some((r) => [r.version, r.stable ?? ''].some((v) => isVersionOf(name, r.service, v))) ? 1 : 0;
  return [...snapshot.versions]
    .sort((a, b) => rank(b) - rank(a) || b.requestsPerSecond - a.requestsPerSecond)
    .slice(0, count)
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** A label that fits its column: without the service if need be, for the version tells more. */
function fitted(label: string, column: number): string {
  const shown = columnsOf(label) <= column ? label : (label.split(' ').at(-1) ?? label);
  return pad(cutStart(shown, column), column);
}

function versionLine(version: VersionSnapshot, label: string, column: number, page: Page): Line {
  const total = page.snapshot.requestsPerSecond;
  const share = total > 0 ? (version.requestsPerSecond / total) * 100 : 0;
  const percent = Number.isFinite(share) ? Math.min(100, Math.max(0, Math.round(share))) : 0;
  const failed = `${rate(version.failedPerSecond)} failed/s`;
  return [
    [`  ${fitted(label, column)}`],
    [pad(`${rate(version.requestsPerSecond)}/s`, 8, 'right')],
    [page.width >= 52 ? pad(`${percent} %`, 6, 'right') : '', 'dim'],
    [pad(failed, page.width >= 52 ? 15 : 14, 'right'), version.failedPerSecond > 0 ? 'bad' : 'dim'],
    [`  p99 ${millisText(version.p99Millis)}`],
  ];
}

function rate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) {
    return '–';
  }
  return perSecond < 10 ? perSecond.toFixed(1) : countText(perSecond);
}

function calls(snapshot: LiveSnapshot): Line {
  return [
    ['AWS API  ', 'bold'],
    [`${counted(snapshot.apiCalls, 'call')}, `],
    [`${countText(snapshot.deniedCalls)} denied`, snapshot.deniedCalls > 0 ? 'bad' : 'good'],
  ];
}

/** Text at the left, and at the right end of the line when there is room. */
function spread(left: Line, right: string, width: number): Line {
  const gap = width - left.reduce((sum, [text]) => sum + columnsOf(text), 0) - columnsOf(right);
  return gap < 2 ? left : [...left, [' '.repeat(gap)], [right, 'dim']];
}
