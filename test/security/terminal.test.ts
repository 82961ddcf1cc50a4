import { Happenings } from '../../rehearsal/play/happenings';
import { plainEvents } from '../../rehearsal/view/plain-events';
import { oneLine } from '../../rehearsal/view/text';

/** Clears the screen, sets the title, goes back, hides what follows, turns the direction of reading. */
const ATTACK = 'x\u001b[2J\u001b]0;owned\u0007\r\u0008\u009b31m\u202e\nPROMOTED';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('what a terminal is sent', () => {
  it('is one harmless line, whatever a commit message, a branch or a reason holds', () => {
    expect(oneLine(ATTACK)).not.toMatch(OBEYED);
  });

  it('is told by `make play` without escape codes of others, on the terminal and on the page', () => {
    const printed: string[] = [];
    const happenings = new Happenings(
      () => 0,
      (line) => printed.push(line),
      () => undefined,
    );

    happenings.add(`web: push to ${ATTACK} ignored`);

    expect(printed.join('')).not.toMatch(OBEYED);
    expect(happenings.all()[0]?.text).not.toMatch(OBEYED);
  });

  it('is told by a rehearsal in a pipe without them, too', () => {
    const rollout = {
      id: 'r1',
      service: 'web',
      version: 'bbbbbbbb',
      stable: 'aaaaaaaa',
      startedAt: 0,
      endedAt: 1000,
      splits: [],
      checks: [{ at: new Date(0).toISOString(), verdict: 'hold', reason: ATTACK, evidence: [] }],
      outcome: 'RolledBack',
      reason: ATTACK,
      states: [],
      log: [],
    };
    const snapshot = { now: 2000, stage: { number: 1, of: 1, title: ATTACK }, rollouts: [rollout] };

    const lines = plainEvents(null, snapshot as never);

    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join('')).not.toMatch(OBEYED);
  });
});
