/** What each read answered last, and what it had answered before that, as JSON. */
export class Answers {
  private readonly known = new Map<string, { readonly now: string; readonly earlier?: string }>();

  /** Keeps an answer. */
  keep(key: string, answer: unknown): void {
    const now = JSON.stringify(answer) ?? 'null';
    const last = this.known.get(key);
    if (last?.now !== now) {
      this.known.set(key, { now, ...(last === undefined ? {} : { earlier: last.now }) });
    }
  }

  /** Whether a read has had another answer before its last one. */
  hasEarlier(key: string): boolean {
    return this.known.get(key)?.earlier !== undefined;
  }

  /**
   * The answer before the last one.
   * @throws {Error} when there was none.
   */
  earlier(key: string): unknown {
    const text = this.known.get(key)?.earlier;
    if (text === undefined) {
      throw new Error(`"${key}" never had another answer`);
    }
    return JSON.parse(text);
  }
}
