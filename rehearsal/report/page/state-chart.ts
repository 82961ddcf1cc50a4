import { durationText, stateWords } from '../../view/words';
import type { StateSpan } from './extras';
import { type ChartSize, chart, coordinate, type Period, timeAxis, timeScale } from './frame';
import { html, type Insert, type Markup } from './html';

const HEIGHT = 92;
const TOP = 8;
const BOTTOM = 50;
const LANE_TOP = 14;
const LANE_HEIGHT = 28;

type Kind = 'prepare' | 'shift' | 'watch' | 'check' | 'undo' | 'finish';

/** States that people tell apart by colour and by height; others count as finishing. */
const KINDS: Readonly<Record<string, Kind>> = {
  ClaimRollout: 'prepare',
  WaitForTurn: 'prepare',
  CreateVersion: 'prepare',
  WaitForTasks: 'prepare',
  CheckVersionReady: 'prepare',
  ShiftTraffic: 'shift',
  PromoteVersion: 'shift',
  WaitForTraffic: 'watch',
  EvaluateHealth: 'check',
  RollBack: 'undo',
  ReportRollbackFailure: 'undo',
};

const KIND_WORDS: Readonly<Record<Kind, string>> = {
  prepare: 'getting ready',
  shift: 'moving traffic',
  watch: 'watching users',
  check: 'checking health',
  undo: 'rolling back',
  finish: 'cleaning up',
};

/**
 * The states that a rollout was in, as a band over time, and the sums of time as a list.
 * @param sizes as for `chart`.
 */
export function stateChart(
  states: readonly StateSpan[],
  period: Period,
  id: string,
  sizes?: readonly ChartSize[],
): Insert {
  const spans = states.filter((span) => Date.parse(span.from) <= Date.parse(span.to));
  if (spans.length === 0) {
    return null;
  }
  const kinds = [...new Set(spans.map((span) => kindOf(span.state)))];
  const text = {
    id: `${id}-states`,
    title: 'States of the state machine over time',
    description: sums(spans)
      .map(([state, millis]) => `${state} ${durationText(millis)}`)
      .join('; '),
  };
  return html`<figure><figcaption>States
<span class="legend">${kinds.map((kind) => html`<span class="key"><i class="swatch ${kind}"></i>${KIND_WORDS[kind]}</span> `)}</span></figcaption>
${chart(text, HEIGHT, (size) => drawing(spans, period, size), sizes)}</figure>
${sumTable(spans)}`;
}

function drawing(spans: readonly StateSpan[], period: Period, size: ChartSize): Insert {
  const x = timeScale(period, size);
  return html`${timeAxis(period, size, BOTTOM, TOP, 'virtual minutes since the rollout began')}${spans.map((span) => band(span, x))}`;
}

function kindOf(state: string): Kind {
  return (Object.hasOwn(KINDS, state) ? KINDS[state] : undefined) ?? 'finish';
}

function band(span: StateSpan, x: (at: number) => number): Markup {
  const from = x(Date.parse(span.from));
  // What took no virtual time at all still happened.
  const width = Math.max(1, x(Date.parse(span.to)) - from);
  const took = durationText(Date.parse(span.to) - Date.parse(span.from));
  const kind = kindOf(span.state);
  const isTall = kind !== 'watch';
  return html`<rect class="band ${kind}" x="${coordinate(from)}" y="${isTall ? LANE_TOP - 4 : LANE_TOP + 4}" width="${coordinate(width)}" height="${isTall ? LANE_HEIGHT + 8 : LANE_HEIGHT - 8}"><title>${span.state} (${stateWords(span.state)}), ${took}</title></rect>`;
}

function sums(spans: readonly StateSpan[]): readonly (readonly [string, number])[] {
  const total = new Map<string, number>();
  for (const span of spans) {
    const took = Date.parse(span.to) - Date.parse(span.from);
    total.set(span.state, (total.get(span.state) ?? 0) + took);
  }
  return [...total];
}

function sumTable(spans: readonly StateSpan[]): Markup {
  const rows = sums(spans).map(([state, millis]) => {
    const visits = spans.filter((span) => span.state === state).length;
    return html`<tr><th scope="row"><code>${state}</code></th><td>${stateWords(state)}</td><td class="number">${visits}</td><td class="number">${durationText(millis)}</td></tr>`;
  });
  return html`<details><summary>Time in each state</summary><div class="scroll" tabindex="0" role="region" aria-label="Time in each state"><table><thead><tr><th scope="col">State</th><th scope="col">What happens</th><th scope="col" class="number">Visits</th><th scope="col" class="number">Time, virtual</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
