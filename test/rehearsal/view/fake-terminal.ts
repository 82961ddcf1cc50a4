// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is interpreted.
const PIECES = /\u001b\[([?\d;]*?(\d*))([A-Za-z])|\r|\n|[^\u001b\r\n]/g;

/** A stream that understands the few escape codes of the live area, as a terminal of this size would. */
export class FakeTerminal {
  readonly isTTY = true;
  readonly written: string[] = [];
  isCursorShown = true;
  private readonly lines: string[] = [''];
  private row = 0;
  private column = 0;

  constructor(
    public columns: number,
    public rows: number,
  ) {}

  write(text: string): boolean {
    this.written.push(text);
    for (const [whole, code, number, letter] of text.matchAll(PIECES)) {
      this.take(whole, code ?? '', Number(number || 1), letter ?? '');
    }
    return true;
  }

  /** All lines ever shown and not erased, scrollback first. */
  shown(): string[] {
    const lines = [...this.lines];
    while (lines.at(-1) === '') {
      lines.pop();
    }
    return lines;
  }

  private take(whole: string, code: string, number: number, letter: string): void {
    if (letter === 'A') {
      this.row = Math.max(this.row - number, Math.max(0, this.lines.length - this.rows));
    } else if (letter === 'K') {
      this.lines[this.row] = (this.lines[this.row] ?? '').slice(0, this.column);
    } else if (letter === 'J') {
      this.lines[this.row] = (this.lines[this.row] ?? '').slice(0, this.column);
      this.lines.fill('', this.row + 1);
    } else if (code === '?25') {
      this.isCursorShown = letter === 'h';
    } else if (whole === '\r') {
      this.column = 0;
    } else if (whole === '\n') {
      this.row += 1;
      this.column = 0;
      this.lines[this.row] ??= '';
    } else if (letter === '') {
      this.put(whole);
    }
  }

  private put(character: string): void {
    if (this.column >= this.columns) {
      this.row += 1;
      this.column = 0;
      this.lines[this.row] ??= '';
    }
    const line = (this.lines[this.row] ?? '').padEnd(this.column);
    this.lines[this.row] = line.slice(0, this.column) + character + line.slice(this.column + 1);
    this.column += 1;
  }
}
