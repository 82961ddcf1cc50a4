import type { CallRecord } from '../contracts';

/** API calls: all of them, or the newest, and how many there were in any case. */
export class CallLog {
  readonly calls: CallRecord[] = [];
  private total = 0;
  private denied = 0;

  /** @param kept Calls that are kept; the oldest go first. */
  constructor(private readonly kept: number) {}

  add(call: CallRecord): void {
    this.total += 1;
    this.denied += call.outcome === 'denied' ? 1 : 0;
    this.calls.push(call);
    // In lumps: taking one from the front each time costs as much as all that are kept.
    if (this.calls.length > this.kept * 1.1) {
      this.calls.splice(0, this.calls.length - this.kept);
    }
  }

  counts(): { readonly total: number; readonly denied: number } {
    return { total: this.total, denied: this.denied };
  }
}
