import type { TrackedRollout } from '../../../rehearsal/environment/rollout-tracker';
import { createTerminalView } from '../../../rehearsal/view/terminal-view';
import { withoutEscapes } from '../../../rehearsal/view/text';
import { aCheck, aSnapshot, aTracked, at, FIXED, node, START } from '../report/builders';
import { FakeTerminal } from './fake-terminal';

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for.
const ESCAPE = /\u001b/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for.
const COLOR = /\u001b\[[\d;]+m/;

function aPipe() {
  const written: string[] = [];
  return { written, write: (text: string) => written.push(text) };
}

describe('createTerminalView on a TTY', () => {
  let millis = 0;
  const now = () => millis;
  beforeEach(() => {
    millis = 1000;
  });

  it('redraws in place without growing, and leaves nothing behind', () => {
    const out = new FakeTerminal(80, 24);
    const view = createTerminalView({ out, color: false, now });
    view.update(aSnapshot());
    const first = out.shown();
    for (let i = 0; i < 50; i += 1) {
      millis += 200;
      view.update(aSnapshot({ now: START + i * 1000 }));
    }
    expect(out.shown()).toHaveLength(first.length);
    expect(out.shown().join('\n')).toContain('users are on both versions');
    expect(out.isCursorShown).toBe(false);
    view.close();
    expect(out.shown()).toEqual([]);
    expect(out.isCursorShown).toBe(true);
  });

  it('redraws at most five times a second', () => {
    const out = new FakeTerminal(80, 24);
    const view = createTerminalView({ out, color: false, now });
    for (; millis < 2000; millis += 10) {
      view.update(aSnapshot());
    }
    expect(out.written).toHaveLength(5);
  });

  it('keeps the end of a rollout and other lines above the live area, each once', () => {
    const out = new FakeTerminal(80, 24);
    const view = createTerminalView({ out, color: false, now });
    const rollout = aTracked();
    view.update(aSnapshot({ rollouts: [rollout] }));
    Object.assign(rollout, { outcome: 'Promoted', endedAt: START + 800_000 });
    view.update(aSnapshot({ rollouts: [rollout] }));
    view.line('one click counts 1 vote');
    millis += 1000;
    view.update(aSnapshot({ rollouts: [rollout] }));
    view.close();
    expect(out.shown()).toEqual([
      '✓ yelb-appserver  1a2b3c4d → 9f8e7d6c  promoted after 13 min 20 s',
      'one click counts 1 vote',
    ]);
  });

  it('tells a rollout again that a recovery went on with', () => {
    const out = new FakeTerminal(120, 40);
    const view = createTerminalView({ out, color: false, now });
    const ended = (outcome: TrackedRollout['outcome'], endedAt: number | null) =>
      view.update(aSnapshot({ rollouts: [aTracked({ outcome, endedAt })] }));
    ended('Aborted', START + 1000);
    ended('Running', null);
    ended('RolledBack', START + 9000);
    view.close();
    expect(out.shown().map((line) => line.slice(0, 1))).toEqual(['✗', '↩']);
  });

  it('adapts to a terminal that becomes narrower', () => {
    const out = new FakeTerminal(80, 24);
    const view = createTerminalView({ out, color: false, now });
    view.update(aSnapshot());
    out.columns = 40;
    millis += 1000;
    view.update(aSnapshot());
    const newest = withoutEscapes(out.written.at(-1) ?? '').replaceAll('\r', '');
    expect(Math.max(...newest.split('\n').map((line) => line.length))).toBeLessThan(40);
  });

  it('uses colours only when asked to or allowed to', () => {
    const painted = new FakeTerminal(80, 24);
    createTerminalView({ out: painted, color: true, now }).update(aSnapshot());
    expect(painted.written.join('')).toMatch(COLOR);
    const before = process.env.NO_COLOR;
    process.env.NO_COLOR = '1';
    try {
      const plain = new FakeTerminal(80, 24);
      createTerminalView({ out: plain, now }).update(aSnapshot());
      expect(plain.written.join('')).not.toMatch(COLOR);
    } finally {
      if (before === undefined) {
        delete process.env.NO_COLOR;
      } else {
        process.env.NO_COLOR = before;
      }
    }
  });

  it('closes twice without harm, and shows nothing after that but lines', () => {
    const out = new FakeTerminal(80, 24);
    const view = createTerminalView({ out, color: false, now });
    view.update(aSnapshot());
    view.close();
    view.close();
    view.update(aSnapshot());
    view.line('last words');
    expect(out.shown()).toEqual(['last words']);
  });
});

describe('createTerminalView elsewhere', () => {
  it('writes one plain line per event, also of rollouts that change in place', () => {
    const out = aPipe();
    const view = createTerminalView({ out });
    const rollout = aTracked({ splits: [], checks: [] });
    view.update(aSnapshot({ rollouts: [rollout] }));
    rollout.splits.push({ at: at(60), weights: { [node(FIXED)]: 10 } });
    rollout.checks.push(aCheck(75, 'hold'), aCheck(130, 'advance'));
    view.update(aSnapshot({ rollouts: [rollout] }));
    view.update(aSnapshot({ rollouts: [rollout] }));
    view.line('\u001b[32mdone\u001b[0m');
    view.close();
    expect(out.written.join('')).toBe(
      [
        '10:00:00  stage 2 of 3: The fix, 10 % every 60 s, then a bake',
        '10:00:00  yelb-appserver: rollout started',
        '10:00:00  yelb-appserver: 1a2b3c4d → 9f8e7d6c',
        '10:01:00  yelb-appserver: canary 0 % → 10 %',
        '10:01:15  yelb-appserver: hold: no whole minute of metrics under traffic yet',
        'done',
        '',
      ].join('\n'),
    );
    expect(out.written.join('')).not.toMatch(ESCAPE);
  });
});
