import type { DrawnState } from '../state';

/** Where a state stands: in the lane of the expected way (0) or beside it (1), from the top. */
export interface Place {
  readonly state: DrawnState;
  readonly lane: 0 | 1;
  readonly row: number;
}

/** An arrow from one state to another: the corners of its way, in user units. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly isError: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A state machine laid out: one lane for the expected way from top to bottom, one for all that leaves it. */
export interface MachineLayout {
  readonly width: number;
  readonly height: number;
  readonly places: readonly Place[];
  readonly edges: readonly DrawnEdge[];
}

/** Sizes in user units; at a phone's width one unit is about one pixel. */
export const NODE = { width: 104, height: 34, pitch: 48 } as const;
const LEFT = 46;
const MIDDLE = 66;
const TRACK = 7;
const TOP = 12;
/** Arrows leave below a state's middle and arrive above it, so that they do not run into each other. */
const PORT = 6;

/** Left edge of a lane. */
export function laneX(lane: 0 | 1): number {
  return lane === 0 ? LEFT : LEFT + NODE.width + MIDDLE;
}

/** Middle of a row. */
export function rowY(row: number): number {
  return TOP + row * NODE.pitch + NODE.height / 2;
}

/** Lays a machine out; the same machine always gets the same drawing. */
export function layOut(machine: readonly DrawnState[]): MachineLayout {
  const byName = new Map(machine.map((state) => [state.name, state]));
  const spine = expectedWay(machine, byName);
  const places = new Map<string, Place>(
    spine.map((state, row) => [state.name, { state, lane: 0 as const, row }]),
  );
  for (const place of besides(machine, places)) {
    places.set(place.state.name, place);
  }
  const rows = Math.max(0, ...[...places.values()].map(({ row }) => row + 1));
  const { edges, rightTracks } = routed(machine, places);
  return {
    width: laneX(1) + NODE.width + 8 + rightTracks * TRACK,
    height: TOP * 2 + (rows - 1) * NODE.pitch + NODE.height,
    places: [...places.values()],
    edges,
  };
}

/** The way that definitions name first at each state: what is expected to happen. */
function expectedWay(
  machine: readonly DrawnState[],
  byName: ReadonlyMap<string, DrawnState>,
): readonly DrawnState[] {
  const way: DrawnState[] = [];
  const seen = new Set<string>();
  let state = machine[0];
  while (state !== undefined) {
    way.push(state);
    seen.add(state.name);
    const errors = new Set(state.onError);
    const next = state.next.find((name) => !seen.has(name) && !errors.has(name) && byName.has(name));
    state = next === undefined ? undefined : byName.get(next);
  }
  return way;
}

/** The other states, each about where it is left for; those that end an execution at the bottom. */
function besides(machine: readonly DrawnState[], spine: ReadonlyMap<string, Place>): readonly Place[] {
  const others = machine.filter(({ name }) => !spine.has(name));
  const wanted = new Map<string, number>();
  const rowOf = (name: string): number | undefined => spine.get(name)?.row ?? wanted.get(name);
  const last = spine.size - 1;
  // A chain of states beside the way is as long as it can be in as many rounds.
  for (const _ of others) {
    for (const { name, next } of others) {
      const isFromError = (state: DrawnState): boolean => state.onError?.includes(name) === true;
      const sources = machine.filter((state) => state.next.includes(name));
      const usual = sources.filter((state) => !isFromError(state));
      const entries = (usual.length > 0 ? usual : sources).flatMap((state) => {
        const row = rowOf(state.name);
        return row === undefined ? [] : [spine.has(state.name) ? row : row + 1];
      });
      wanted.set(name, next.length === 0 ? last : Math.min(last, Math.max(0, ...entries)));
    }
  }
  const sorted = [...others].sort((a, b) => (wanted.get(a.name) ?? 0) - (wanted.get(b.name) ?? 0));
  return spread(sorted, wanted, last);
}

/** One state a row, none below the way's end while there is room above. */
function spread(
  sorted: readonly DrawnState[],
  wanted: ReadonlyMap<string, number>,
  last: number,
): readonly Place[] {
  const rows: number[] = [];
  for (const { name } of sorted) {
    rows.push(Math.max((rows.at(-1) ?? -1) + 1, wanted.get(name) ?? 0));
  }
  const lowest = Math.max(last, sorted.length - 1);
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    rows[index] = Math.min(rows[index] ?? 0, (rows[index + 1] ?? lowest + 1) - 1);
  }
  return sorted.map((state, index) => ({ state, lane: 1, row: rows[index] ?? index }));
}

type Channel = 'down' | 'across' | 'left' | 'middle' | 'right';

interface Way {
  readonly from: Place;
  readonly to: Place;
  readonly isError: boolean;
  readonly channel: Channel;
}

function routed(
  machine: readonly DrawnState[],
  places: ReadonlyMap<string, Place>,
): { readonly edges: readonly DrawnEdge[]; readonly rightTracks: number } {
  const ways = machine.flatMap((state) => waysFrom(state, places));
  const tracks = (channel: Channel): ReadonlyMap<string, number> =>
    tracksOf(ways.filter((way) => way.channel === channel));
  const byChannel = { left: tracks('left'), middle: tracks('middle'), right: tracks('right') };
  const edges = ways.map((way) => ({
    from: way.from.state.name,
    to: way.to.state.name,
    isError: way.isError,
    points: pointsOf(way, byChannel),
  }));
  return { edges, rightTracks: 1 + Math.max(-1, ...byChannel.right.values()) };
}

function waysFrom(state: DrawnState, places: ReadonlyMap<string, Place>): readonly Way[] {
  const from = places.get(state.name);
  return state.next.flatMap((name) => {
    const to = places.get(name);
    return from === undefined || to === undefined
      ? []
      : [{ from, to, isError: state.onError?.includes(name) === true, channel: channelOf(from, to) }];
  });
}

function channelOf(from: Place, to: Place): Channel {
  if (from.lane === to.lane) {
    return to.row === from.row + 1 ? 'down' : from.lane === 0 ? 'left' : 'right';
  }
  return from.row === to.row ? 'across' : 'middle';
}

/** All arrows to one state share a track, and tracks whose rows do not meet share a place. */
function tracksOf(ways: readonly Way[]): ReadonlyMap<string, number> {
  const spans = new Map<string, { readonly low: number; readonly high: number }>();
  for (const { from, to } of ways) {
    const old = spans.get(to.state.name) ?? { low: to.row, high: to.row };
    spans.set(to.state.name, { low: Math.min(old.low, from.row), high: Math.max(old.high, from.row) });
  }
  const taken: { readonly low: number; readonly high: number }[][] = [];
  const tracks = new Map<string, number>();
  const shortFirst = [...spans].sort(([, a], [, b]) => a.high - a.low - (b.high - b.low));
  for (const [name, span] of shortFirst) {
    const isFree = (track: (typeof taken)[number]): boolean =>
      track.every((other) => other.high < span.low || other.low > span.high);
    const found = taken.findIndex(isFree);
    const track = found === -1 ? taken.push([]) - 1 : found;
    taken[track]?.push(span);
    tracks.set(name, track);
  }
  return tracks;
}

function pointsOf(
  { from, to, channel }: Way,
  tracks: Readonly<Record<'left' | 'middle' | 'right', ReadonlyMap<string, number>>>,
): DrawnEdge['points'] {
  const [out, into] = [rowY(from.row) + PORT, rowY(to.row) - PORT];
  const [fromX, toX] = [laneX(from.lane), laneX(to.lane)];
  const right = (x: number): number => x + NODE.width;
  if (channel === 'down') {
    const x = fromX + NODE.width / 2;
    return [
      [x, rowY(from.row) + NODE.height / 2],
      [x, rowY(to.row) - NODE.height / 2],
    ];
  }
  if (channel === 'across') {
    const isOutward = from.lane === 0;
    const y = isOutward ? out : rowY(to.row) - PORT;
    return isOutward
      ? [
          [right(fromX), y],
          [toX, y],
        ]
      : [
          [fromX, y],
          [right(toX), y],
        ];
  }
  const track = (tracks[channel].get(to.state.name) ?? 0) + 1;
  if (channel === 'middle') {
    const x = laneX(1) - 8 - track * TRACK;
    const [start, end] = from.lane === 0 ? [right(fromX), toX] : [fromX, right(toX)];
    return [
      [start, out],
      [x, out],
      [x, into],
      [end, into],
    ];
  }
  const x = channel === 'left' ? laneX(0) - 2 - track * TRACK : right(laneX(1)) + 2 + track * TRACK;
  const edge = (lane: number): number => (channel === 'left' ? lane : right(lane));
  return [
    [edge(fromX), out],
    [x, out],
    [x, into],
    [edge(toX), into],
  ];
}
