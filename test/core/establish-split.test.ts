import type { Ports } from '../../core/ports/index';
import type { SplitState, TrafficRouter } from '../../core/ports/traffic-router';
import { establishSplit } from '../../core/rollout/context';
import { NO_TRAFFIC, only, type Split } from '../../core/traffic/split';
import { aBinding, NOON } from '../_helpers/builders';

/** A router whose split was edited by hand: `shares` is how it reads, `raw` whether that is how it is written. */
function anEditedRouter(shares: Split) {
  const written: Split[] = [];
  const state = (): SplitState => (written.length === 0 ? 'pending' : 'reached');
  const router = {
    getSplit: async () => written.at(-1) ?? shares,
    setSplit: async (split: Split) => void written.push(split),
    verifySplit: async () => state(),
  } as unknown as TrafficRouter;
  return { router, written };
}

/** Ports that keep the lines of history. */
function aHistory() {
  const lines: unknown[] = [];
  const store = { appendEntry: async (_id: string, entry: unknown) => void lines.push(entry) };
  const clock = { now: () => NOON };
  return { ports: { store, clock, log: () => undefined } as unknown as Ports, lines };
}

describe('establishSplit', () => {
  it.each([
    ['one version at another weight than 100', only('1a2b3c4d')],
    ['targets at weight 0 alone', NO_TRAFFIC],
  ])('writes a split that a hand left as %s, although the shares are the same', async (_what, shares) => {
    const { router, written } = anEditedRouter(shares);
    const record = { id: 'shop-1', service: 'shop' } as Parameters<typeof establishSplit>[0]['record'];
    const { ports, lines } = aHistory();
    await establishSplit({ ports, router, record, binding: aBinding() }, shares, 'repaired');
    expect(written).toEqual([shares]);
    expect(lines).toMatchObject([{ kind: 'split', weights: shares.weights, reason: 'repaired' }]);
  });
});
