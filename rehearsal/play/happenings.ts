import type { LiveEvent } from '../live/state';
import { oneLine } from '../view/text';

const KEPT = 200;
const BAD = /rolled back|failed|denied|problem|^!/i;
const GOOD = /promoted|succeeded|ready/i;

/** What happened, for the terminal and the page: the newest 200. */
export class Happenings {
  private readonly newest: LiveEvent[] = [];

  /**
   * @param now milliseconds, virtual.
   * @param print writes one line to the terminal.
   */
  constructor(
    private readonly now: () => number,
    private readonly print: (line: string) => void,
    private readonly onChange: () => void,
  ) {}

  /** Newest first. */
  all(): readonly LiveEvent[] {
    return this.newest;
  }

  add(told: string, level: LiveEvent['level'] = levelOf(told)): void {
    // Names of branches, commit messages and reasons are anybody's, and a terminal obeys what it is sent.
    const text = oneLine(told);
    this.print(`${new Date().toTimeString().slice(0, 8)}  ${text}`);
    // The page shows the level by a sign of its own.
    this.newest.unshift({
      at: new Date(this.now()).toISOString(),
      level,
      text: text.replace(/^[✓↩✗!] /u, ''),
    });
    this.newest.length = Math.min(this.newest.length, KEPT);
    this.onChange();
  }
}

function levelOf(text: string): LiveEvent['level'] {
  return BAD.test(text) ? 'bad' : GOOD.test(text) ? 'good' : 'info';
}
