import { counted, durationText } from '../../view/words';
import type { RolloutReport } from '../schema';
import type { PageExtras } from './extras';
import {
  type ChartSize,
  chart,
  coordinate,
  countTicks,
  LEFT,
  type Period,
  rightEnd,
  timeAxis,
  timeScale,
  valueAxis,
} from './frame';
import { html, type Insert, type Markup } from './html';
import { type DrawnPoint, pointsIn, requestsOf } from './traffic-points';

const HEIGHT = 262;
const TOP = 16;
const MIDDLE = 132;
const FAILED_TOP = 158;
const BOTTOM = 222;

/** One stacked layer of the requests. */
interface Layer {
  readonly kind: 'stable' | 'canary' | 'all';
  readonly label: string;
  readonly count: (point: DrawnPoint) => number;
}

/** Requests of a rollout's two versions, and below them what failed, over the rollout's time. */
export function rolloutTraffic(
  rollout: RolloutReport,
  period: Period,
  extras: PageExtras,
  id: string,
): Insert {
  const { service, stable, version } = rollout;
  const ofStable: Layer = {
    kind: 'stable',
    label: `stable ${stable}`,
    count: (point) => requestsOf(point, service, stable),
  };
  const ofCanary: Layer = {
    kind: 'canary',
    label: `canary ${version}`,
    count: (point) => requestsOf(point, service, version),
  };
  const points = pointsIn(extras.traffic ?? [], period);
  const layers = stable === null ? [ofCanary] : [ofCanary, ofStable];
  const hasTraffic = points.some((point) => layers.some((layer) => layer.count(point) > 0));
  return hasTraffic
    ? trafficChart({
        id,
        title: `Requests to ${service}`,
        period,
        points,
        layers,
        faults: extras.faults ?? [],
        since: 'the rollout began',
      })
    : html`<p class="quiet">No user request was answered by ${service} directly in this time.</p>`;
}

/** All requests and all that failed, over the whole rehearsal. */
export function allTraffic(period: Period, extras: PageExtras): Insert {
  const points = pointsIn(extras.traffic ?? [], period);
  const layer: Layer = { kind: 'all', label: 'requests', count: (point) => point.requests };
  return (
    points.length > 0 &&
    trafficChart({
      id: 'all',
      title: 'All requests',
      period,
      points,
      layers: [layer],
      faults: extras.faults ?? [],
      since: 'the rehearsal began',
    })
  );
}

interface TrafficDrawing {
  readonly id: string;
  readonly title: string;
  readonly period: Period;
  readonly points: readonly DrawnPoint[];
  readonly layers: readonly Layer[];
  readonly faults: NonNullable<PageExtras['faults']>;
  readonly since: string;
}

function trafficChart(drawing: TrafficDrawing): Markup {
  const { points, layers } = drawing;
  const total = points.reduce((sum, point) => sum + point.requests, 0);
  const failed = points.reduce((sum, point) => sum + point.failed, 0);
  const first = points[0];
  const interval = durationText(first === undefined ? 0 : first.to - first.from);
  const text = {
    id: `${drawing.id}-traffic`,
    title: `${drawing.title} over time`,
    description: `${counted(total, 'request')} of all users in this time, ${failed} failed.`,
  };
  const hasFaults = faultsIn(drawing).length > 0;
  return html`<figure><figcaption>${drawing.title}, and what failed for any user, per ${interval} (virtual)
<span class="legend">${layers.map((layer) => html`<span class="key"><i class="swatch ${layer.kind}"></i>${layer.label}</span> `)}<span class="key"><i class="swatch failed"></i>failed</span>${hasFaults && html` <span class="key"><i class="swatch fault"></i>fault put in</span>`}</span></figcaption>
${chart(text, HEIGHT, (size) => drawn(drawing, size))}</figure>`;
}

function drawn(drawing: TrafficDrawing, size: ChartSize): Insert {
  const { period, points, layers } = drawing;
  const x = timeScale(period, size);
  const sums = points.map((point) => layers.reduce((sum, layer) => sum + layer.count(point), 0));
  const requests = panel(Math.max(0, ...sums), TOP, MIDDLE);
  const failures = panel(Math.max(0, ...points.map((point) => point.failed)), FAILED_TOP, BOTTOM, 2);
  const stacked = layers.map((layer, index) => {
    const below = (point: DrawnPoint): number =>
      layers.slice(0, index).reduce((sum, lower) => sum + lower.count(point), 0);
    const path = bars(points, x, requests.y, below, layer.count);
    return html`<path class="area ${layer.kind}" d="${path}"/>${layer.kind === 'canary' && html`<path class="hatch" d="${path}" fill="url(#hatch)"/>`}`;
  });
  const failed = bars(
    points,
    x,
    failures.y,
    () => 0,
    (point) => point.failed,
  );
  return html`${timeAxis(period, size, BOTTOM, TOP, `virtual minutes since ${drawing.since}`)}
${stacked}${valueAxis(requests.ticks, requests.y, size, '')}
<path class="area failed" d="${failed}"/>${valueAxis(failures.ticks, failures.y, size, '')}
<path class="axis" d="M${LEFT} ${MIDDLE}H${rightEnd(size)}"/><text class="name" x="${LEFT + 4}" y="${FAILED_TOP - 6}">${points.some((point) => point.failed > 0) ? 'failed' : 'failed: none'}</text>
${faultMarks(drawing, x)}`;
}

function panel(
  greatest: number,
  top: number,
  bottom: number,
  wanted = 3,
): { ticks: readonly number[]; y: (value: number) => number } {
  const ticks = countTicks(greatest, wanted);
  const highest = ticks.at(-1) ?? 1;
  return { ticks, y: (value) => bottom - (value / highest) * (bottom - top) };
}

function bars(
  points: readonly DrawnPoint[],
  x: (at: number) => number,
  y: (value: number) => number,
  below: (point: DrawnPoint) => number,
  count: (point: DrawnPoint) => number,
): string {
  return points
    .filter((point) => count(point) > 0)
    .map((point) => {
      const low = below(point);
      const left = coordinate(x(point.from));
      return `M${left} ${coordinate(y(low))}V${coordinate(y(low + count(point)))}H${coordinate(x(point.to))}V${coordinate(y(low))}Z`;
    })
    .join('');
}

function faultsIn({ faults, period }: TrafficDrawing): NonNullable<PageExtras['faults']> {
  return faults.filter(({ at }) => Date.parse(at) >= period.from && Date.parse(at) <= period.to);
}

function faultMarks(drawing: TrafficDrawing, x: (at: number) => number): Insert {
  return faultsIn(drawing).map(({ at, text }) => {
    const where = coordinate(x(Date.parse(at)));
    return html`<g><title>${text}</title><path class="hit" d="M${where} ${TOP}m-6 0h12V${BOTTOM}h-12Z"/><path class="fault" d="M${where} ${TOP}V${BOTTOM}"/><path class="fault-head" d="M${where} ${TOP}l-5-8h10Z"/></g>`;
  });
}
