import { coordinate } from '../../report/page/frame';
import { html, type Insert, type Markup } from '../../report/page/html';
import { stateWords } from '../../view/words';
import type { DrawnState, LiveRollout } from '../state';
import { type DrawnEdge, laneX, type MachineLayout, NODE, type Place, rowY } from './machine-layout';
import { domId } from './names';

/** What a drawing of the state machine shows. */
export interface MachineDrawing {
  readonly layout: MachineLayout;
  readonly rollout: LiveRollout;
  /** State that is asked about: its comment is told and its arrows stand out; null for the rollout's own. */
  readonly picked: string | null;
}

/** Arrow heads, once in a page's `defs`. */
export const ARROWS = html`${['', 'taken', 'picked'].map(
  (kind) =>
    html`<marker id="arrow${kind}" class="head ${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0.5L8 4L0 7.5Z"/></marker>`,
)}`;

interface Visit {
  readonly count: number;
  readonly isCurrent: boolean;
}

/** The state machine with the way that a rollout took through it. One stop for the Tab key; arrow keys move inside. */
export function machineDrawing({ layout, rollout, picked }: MachineDrawing): Markup {
  const visits = visitsOf(rollout);
  const shown =
    layout.places.find(({ state }) => state.name === (picked ?? rollout.state)) ?? layout.places[0];
  const taken = takenBy(rollout);
  return html`<figure class="machine"><figcaption>State machine
<span class="legend"><span class="key"><i class="swatch now"></i>${rollout.endedAt === null ? 'now' : 'last'}</span> <span class="key"><i class="swatch visited"></i>visited, how often</span> <span class="key"><i class="swatch dashes"></i>on error</span></span></figcaption>
<svg viewBox="0 0 ${layout.width} ${layout.height}" role="listbox" aria-label="States of the state machine: arrow keys move, the comment is below" data-drawing="machine">
<g aria-hidden="true">${layout.edges.map((edge) => arrow(edge, taken, shown?.state.name))}</g>
${layout.places.map((place) => node(place, visits.get(place.state.name), place === shown))}</svg>
${shown !== undefined && comment(shown.state, visits.get(shown.state.name), rollout)}</figure>`;
}

function visitsOf(rollout: LiveRollout): ReadonlyMap<string, Visit> {
  const visits = new Map<string, Visit>();
  for (const { state } of rollout.states) {
    visits.set(state, { count: (visits.get(state)?.count ?? 0) + 1, isCurrent: state === rollout.state });
  }
  return visits;
}

function takenBy({ states }: LiveRollout): ReadonlySet<string> {
  return new Set(states.slice(1).map(({ state }, index) => `${states[index]?.state} ${state}`));
}

function arrow({ from, to, isError, points }: DrawnEdge, taken: ReadonlySet<string>, shown?: string): Insert {
  const isTaken = taken.has(`${from} ${to}`);
  const isPicked = from === shown;
  const kind = isTaken ? 'taken' : isPicked ? 'picked' : '';
  return html`<path class="arrow ${kind}${isError && ' error'}" data-key="${from} ${to}" d="${rounded(points)}" marker-end="url(#arrow${kind})"/>`;
}

/** A line through the points with rounded corners. */
function rounded(points: DrawnEdge['points']): string {
  return points
    .map(([x, y], index) => {
      const before = points[index - 1];
      const after = points[index + 1];
      if (before === undefined || after === undefined) {
        return `${index === 0 ? 'M' : 'L'}${coordinate(x)} ${coordinate(y)}`;
      }
      const radius = Math.min(5, distance(before, [x, y]) / 2, distance([x, y], after) / 2);
      const [ax, ay] = towards([x, y], before, radius);
      const [bx, by] = towards([x, y], after, radius);
      return `L${coordinate(ax)} ${coordinate(ay)}Q${coordinate(x)} ${coordinate(y)} ${coordinate(bx)} ${coordinate(by)}`;
    })
    .join('');
}

type Point = readonly [number, number];

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function towards(from: Point, to: Point, by: number): Point {
  const length = distance(from, to) || 1;
  return [from[0] + ((to[0] - from[0]) / length) * by, from[1] + ((to[1] - from[1]) / length) * by];
}

function node({ state, lane, row }: Place, visit: Visit | undefined, isShown: boolean): Markup {
  const [x, y] = [laneX(lane), rowY(row) - NODE.height / 2];
  const kind = visit === undefined ? '' : visit.isCurrent ? 'now' : 'visited';
  const lines = nameLines(state.name);
  const said = `${state.name}, ${state.type}${visit?.isCurrent === true ? ', the rollout is here' : ''}. ${state.comment}. ${visitText(visit)}`;
  return html`<g id="${domId('state', state.name)}" class="node ${kind}" role="option" aria-selected="${isShown ? 'true' : 'false'}" tabindex="${isShown ? 0 : -1}" data-pick-state="${state.name}" transform="translate(${x} ${y})"><title>${said}</title><path class="shape" d="${shape(state.type)}"/><g aria-hidden="true">${lines.map(
    (line, index) =>
      html`<text x="${NODE.width / 2}" y="${NODE.height / 2 + 4 + (index - (lines.length - 1) / 2) * 12.5}" text-anchor="middle">${line}</text>`,
  )}${visit !== undefined && visitMark(visit)}</g></g>`;
}

function visitMark({ count, isCurrent }: Visit): Markup {
  const text = isCurrent ? `▶ ${count}` : `✓ ${count}`;
  const width = 14 + text.length * 5.5;
  return html`<g transform="translate(${NODE.width - width + 8} -6)"><rect class="count" width="${width}" height="14" rx="7"/><text class="count-text" x="${width / 2}" y="10.5" text-anchor="middle">${text}</text></g>`;
}

/** Long names take two lines, broken before the capital nearest to the middle. */
function nameLines(name: string): readonly string[] {
  const capitals = [...name.matchAll(/[A-Z]/g)].map(({ index }) => index).filter((index) => index > 0);
  const middle = name.length / 2;
  const [at] = capitals.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  return name.length <= 15 || at === undefined ? [name] : [name.slice(0, at), name.slice(at)];
}

/** Each type of state has an outline of its own. */
function shape(type: string): string {
  const { width: w, height: h } = NODE;
  switch (type) {
    case 'Choice':
      return `M0 ${h / 2}L10 0H${w - 10}L${w} ${h / 2}L${w - 10} ${h}H10Z`;
    case 'Wait':
      return `M8 0H${w}L${w - 8} ${h}H0Z`;
    case 'Succeed':
    case 'Fail':
      return `M${h / 2} 0H${w - h / 2}A${h / 2} ${h / 2} 0 0 1 ${w - h / 2} ${h}H${h / 2}A${h / 2} ${h / 2} 0 0 1 ${h / 2} 0Z`;
    default:
      return `M4 0H${w - 4}Q${w} 0 ${w} 4V${h - 4}Q${w} ${h} ${w - 4} ${h}H4Q0 ${h} 0 ${h - 4}V4Q0 0 4 0Z`;
  }
}

function comment(state: DrawnState, visit: Visit | undefined, rollout: LiveRollout): Markup {
  const words = stateWords(state.name);
  return html`<div class="state-comment"><p><strong>${state.name}</strong> <span class="quiet-text">${state.type}${rollout.state === state.name && html`, ${rollout.endedAt === null ? 'the rollout is here now' : 'the rollout ended here'}`}</span></p><p>${state.comment || words}.</p><p class="quiet-text">${visitText(visit)}${state.next.length > 0 && html` Then: ${state.next.filter((name) => state.onError?.includes(name) !== true).join(', ')}${state.onError !== undefined && html`; on error: ${state.onError.join(', ')}`}.`}</p></div>`;
}

function visitText(visit: Visit | undefined): string {
  return visit === undefined
    ? 'Not visited.'
    : `Visited ${visit.count === 1 ? 'once' : `${visit.count} times`}.`;
}
