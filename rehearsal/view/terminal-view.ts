import type { TrackedRollout } from '../environment/rollout-tracker';
import { LiveArea, type TerminalOut } from './live-area';
import { plainEvents } from './plain-events';
import { renderLive } from './render-live';
import { finishedLine } from './rollout-text';
import type { LiveSnapshot, LiveView } from './snapshot';
import { type Paint, paintColor, paintPlain, toLine, withoutEscapes } from './text';

/** How the live view is shown. */
export interface TerminalViewOptions {
  /** Where it is written. A live area on a TTY; elsewhere one plain line per event. */
  readonly out: TerminalOut;
  /** Whether to use colours. Default: on a TTY, unless `NO_COLOR` is set. */
  readonly color?: boolean;
  /** Wall milliseconds, for the pace of redrawing. */
  readonly now?: () => number;
}

/** Redrawn at most five times a second. */
const REDRAW_MILLIS = 200;

/** The end of a rollout is told at least this wide; it stays, so a narrower terminal may wrap it. */
const LEAST_FINISHED_COLUMNS = 79;

/** Shows a rehearsal on a terminal, or as plain lines where there is none. */
export function createTerminalView(options: TerminalViewOptions): LiveView {
  const isTty = options.out.isTTY === true;
  const hasColor = options.color ?? (isTty && !process.env.NO_COLOR);
  return isTty
    ? new AnimatedView(options.out, hasColor ? paintColor : paintPlain, options.now ?? Date.now)
    : new PlainView(options.out);
}

/** One plain line per event. */
class PlainView implements LiveView {
  private previous: LiveSnapshot | null = null;
  private isClosed = false;

  constructor(private readonly out: TerminalOut) {}

  update(snapshot: LiveSnapshot): void {
    if (!this.isClosed) {
      for (const event of plainEvents(this.previous, snapshot)) {
        this.out.write(`${event}\n`);
      }
      this.previous = frozen(snapshot);
    }
  }

  line(text: string): void {
    this.out.write(`${withoutEscapes(text)}\n`);
  }

  close(): void {
    this.isClosed = true;
  }
}

/** A live area, and above it the lines that stay. */
class AnimatedView implements LiveView {
  private readonly area: LiveArea;
  private readonly told = new Set<string>();
  private newest: LiveSnapshot | null = null;
  private drawnAt = Number.NEGATIVE_INFINITY;
  private isClosed = false;

  constructor(
    private readonly out: TerminalOut,
    private readonly paint: Paint,
    private readonly now: () => number,
  ) {
    this.area = new LiveArea(out);
  }

  update(snapshot: LiveSnapshot): void {
    if (this.isClosed) {
      return;
    }
    this.newest = snapshot;
    const finished = snapshot.rollouts.filter((rollout) => this.isNews(rollout));
    if (finished.length > 0 || this.now() - this.drawnAt >= REDRAW_MILLIS) {
      this.draw(
        finished.map((rollout) =>
          toLine(finishedLine(rollout), Math.max(this.area.width(), LEAST_FINISHED_COLUMNS), this.paint),
        ),
      );
    }
  }

  line(text: string): void {
    const shown = this.paint === paintPlain ? withoutEscapes(text) : text;
    if (this.isClosed) {
      this.out.write(`${shown}\n`);
    } else {
      this.draw([shown]);
    }
  }

  close(): void {
    if (!this.isClosed) {
      this.isClosed = true;
      this.area.close();
    }
  }

  /** Whether a rollout has ended since the last look; one that a recovery goes on with is told again at its end. */
  private isNews(rollout: TrackedRollout): boolean {
    if (rollout.endedAt === null) {
      this.told.delete(rollout.id);
      return false;
    }
    const isNews = !this.told.has(rollout.id);
    this.told.add(rollout.id);
    return isNews;
  }

  private draw(permanent: readonly string[]): void {
    this.drawnAt = this.now();
    const snapshot = this.newest;
    const live =
      snapshot === null ? [] : renderLive(snapshot, this.area.width(), this.area.height(), this.paint);
    this.area.draw(permanent, live);
  }
}

/** The tracker goes on changing its rollouts: what is compared later is copied now. */
function frozen(snapshot: LiveSnapshot): LiveSnapshot {
  const rollouts = snapshot.rollouts.map((rollout) => ({
    ...rollout,
    splits: [...rollout.splits],
    checks: [...rollout.checks],
  }));
  return { ...snapshot, rollouts };
}
