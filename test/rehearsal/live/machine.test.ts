import { drawnStates } from '../../../rehearsal/live/machine';
import { type DrawnEdge, layOut, NODE } from '../../../rehearsal/live/page/machine-layout';
import { theMachine } from './browser';

describe('the drawn states', () => {
  const machine = theMachine();
  const byName = new Map(machine.map((state) => [state.name, state]));

  it('begin with the first state and name only states', () => {
    expect(machine[0]?.name).toBe('ClaimRollout');
    for (const { next } of machine) {
      for (const name of next) expect(byName.has(name)).toBe(true);
    }
  });

  it('tell what only an error leads to', () => {
    const evaluate = byName.get('EvaluateHealth');
    expect(evaluate?.next).toEqual(expect.arrayContaining(['WhatDoesTheVerdictSay', 'RollBack']));
    expect(evaluate?.onError).toContain('RollBack');
    expect(evaluate?.onError).not.toContain('WhatDoesTheVerdictSay');
    expect(byName.get('IsItOurTurn')?.onError).toBeUndefined();
  });

  it.each(['{}', 'null', '{"StartAt":1,"States":{}}'])('fails on %s, which is no definition', (text) => {
    expect(() => drawnStates(text)).toThrow('the state machine cannot be drawn');
  });
});

describe('the layout of the state machine', () => {
  const machine = theMachine();
  const layout = layOut(machine);

  it('places every state once, none over another', () => {
    expect(layout.places.map(({ state }) => state.name).sort()).toEqual(
      machine.map(({ name }) => name).sort(),
    );
    expect(new Set(layout.places.map(({ lane, row }) => `${lane} ${row}`)).size).toBe(machine.length);
  });

  it('draws the way to a promoted release straight down', () => {
    const spine = layout.places.filter(({ lane }) => lane === 0).map(({ state }) => state.name);
    const expected = [
      'ClaimRollout',
      'CreateVersion',
      'ShiftTraffic',
      'EvaluateHealth',
      'PromoteVersion',
      'RolloutPromoted',
    ];
    expect(spine.filter((name) => expected.includes(name))).toEqual(expected);
    expect(spine).not.toContain('RollBack');
  });

  it('has one arrow for each way, inside the drawing', () => {
    expect(layout.edges.length).toBe(machine.reduce((sum, { next }) => sum + next.length, 0));
    for (const { points } of layout.edges) {
      for (const [x, y] of points) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(layout.width);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(layout.height);
      }
    }
  });

  it('lets arrows to different states never share a vertical line', () => {
    const verticals = layout.edges.flatMap((edge) => verticalOf(edge));
    for (const a of verticals) {
      for (const b of verticals) {
        const overlap = Math.min(a.high, b.high) - Math.max(a.low, b.low);
        if (a.to !== b.to && a.x === b.x) expect(overlap).toBeLessThanOrEqual(0);
      }
    }
  });

  it('fits a phone', () => {
    expect(layout.width).toBeLessThanOrEqual(360);
    expect(NODE.pitch).toBeGreaterThan(NODE.height);
  });

  it('lays out a machine of one state, and none', () => {
    expect(layOut([]).places).toEqual([]);
    expect(layOut([{ name: 'Only', type: 'Succeed', comment: '', next: [] }]).places).toHaveLength(1);
  });

  it('draws a state that waits for itself', () => {
    const loop = { name: 'Again', type: 'Wait', comment: '', next: ['Again', 'NotThere'] };
    expect(layOut([loop]).edges).toHaveLength(1);
  });
});

function verticalOf({ to, points }: DrawnEdge): { to: string; x: number; low: number; high: number }[] {
  const [, a, b] = points;
  return points.length === 4 && a !== undefined && b !== undefined
    ? [{ to, x: a[0], low: Math.min(a[1], b[1]), high: Math.max(a[1], b[1]) }]
    : [];
}
