import { MonotoneStats } from '../../../rehearsal/data-plane/envoy/monotone';

describe('MonotoneStats', () => {
  const stats = (values: Record<string, number>, bins: Record<number, number> = {}) => ({
    values: new Map(Object.entries(values)),
    histograms: [
      {
        name: 'ms',
        totals: Object.entries(bins).map(([lower, count]) => ({
          lower_bound: Number(lower),
          width: 1,
          count,
        })),
      },
    ],
  });

  it('keeps what a counter had when Envoy forgets it, and adds what comes after', () => {
    const history = new MonotoneStats();
    history.grow(stats({ ok: 5, bad: 3 }));
    expect(Object.fromEntries(history.grow(stats({ ok: 6 })).values)).toEqual({ ok: 6, bad: 3 });
    expect(Object.fromEntries(history.grow(stats({ ok: 1, bad: 2 })).values)).toEqual({ ok: 7, bad: 5 });
  });

  it('does the same for each bin of a histogram', () => {
    const history = new MonotoneStats();
    history.grow(stats({}, { 1: 4, 8: 2 }));
    const { histograms } = history.grow(stats({}, { 1: 1 }));
    expect(histograms).toEqual([
      {
        name: 'ms',
        totals: [
          { lower_bound: 1, width: 1, count: 5 },
          { lower_bound: 8, width: 1, count: 2 },
        ],
      },
    ]);
  });

  it('counts everything anew on top after a restart, also what is already more than before', () => {
    const history = new MonotoneStats();
    history.grow(stats({ ok: 5 }, { 1: 4 }));
    history.restarted();
    const after = history.grow(stats({ ok: 9 }, { 1: 6 }));
    expect([after.values.get('ok'), after.histograms[0]?.totals[0]?.count]).toEqual([14, 10]);
    history.restarted();
    history.restarted();
    expect(history.grow(stats({ ok: 1 })).values.get('ok')).toBe(15);
  });
});
