import { columnsOf, withoutEscapes } from './text';

/** What the live view needs of a stream such as `process.stdout`. */
export interface TerminalOut {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** Terminals that know it show everything between the two at once; others ignore them. */
const BEGIN_TOGETHER = '\u001b[?2026h';
const END_TOGETHER = '\u001b[?2026l';
const ERASE_TO_LINE_END = '\u001b[K';
const ERASE_TO_SCREEN_END = '\u001b[J';

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/**
 * Lines at the bottom of the terminal that are redrawn in place. Each line is overwritten and its rest erased, never
 * cleared first, so nothing flickers; the cursor stays on the line below the area.
 */
export class LiveArea {
  private drawn: readonly string[] = [];
  private isCursorHidden = false;

  constructor(private readonly out: TerminalOut) {}

  /** Columns that a line may take: one less than there are, for terminals that wrap at the last one. */
  width(): number {
    return Math.max(1, (this.out.columns || DEFAULT_COLUMNS) - 1);
  }

  /** Lines that the area may take: one less than there are, for the cursor's line. */
  height(): number {
    return Math.max(1, (this.out.rows || DEFAULT_ROWS) - 1);
  }

  /** Replaces the area, and writes `permanent` lines above it, which stay. */
  draw(permanent: readonly string[], live: readonly string[]): void {
    const text = [...permanent, ...live].map((line) => `${line}${ERASE_TO_LINE_END}\n`).join('');
    const hide = this.isCursorHidden ? '' : HIDE_CURSOR;
    this.isCursorHidden = true;
    this.out.write(`${BEGIN_TOGETHER}${hide}${this.toTop()}${text}${ERASE_TO_SCREEN_END}${END_TOGETHER}`);
    this.drawn = live.map(withoutEscapes);
  }

  /** Removes the area and shows the cursor again. */
  close(): void {
    if (this.isCursorHidden) {
      // Line by line: tmux moves a screen that is erased in one go into its scrollback.
      const blank = `${ERASE_TO_LINE_END}\n`.repeat(this.rows());
      this.out.write(`${this.toTop()}${blank}${this.toTop()}${SHOW_CURSOR}`);
      this.isCursorHidden = false;
      this.drawn = [];
    }
  }

  /** Moves the cursor to the area's first row. */
  private toTop(): string {
    const rows = this.rows();
    return rows === 0 ? '\r' : `\r\u001b[${rows}A`;
  }

  /** Rows that the area takes: lines that a narrowed terminal has wrapped take several. */
  private rows(): number {
    const columns = this.out.columns || DEFAULT_COLUMNS;
    const rows = this.drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0);
    return Math.min(rows, this.height());
  }
}
