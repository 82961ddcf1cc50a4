import { settleByTurns } from '../clock/manual-clock';

/** Wall milliseconds for which code of a function may run before something must be wrong with the headless run itself. */
const STUCK_MILLIS = 60_000;

/** Turns of the event loop between two looks. */
const TURNS = 8;

/** Something that runs on the virtual clock and, in between, on the processor. */
export interface Worker {
  /** What it is, for the error when it never comes to rest. */
  readonly name: string;
  /** Whether it is at work, rather than asleep on the virtual clock. */
  isBusy(): boolean;
}

/** Knows when nothing in this process is at work any more: only then may time go on. */
export class Work {
  private readonly workers = new Set<Worker>();

  begin(worker: Worker): void {
    this.workers.add(worker);
  }

  end(worker: Worker): void {
    this.workers.delete(worker);
  }

  /**
   * Resolves when everything sleeps.
   * @throws {Error} naming who is still at work after a minute of wall time.
   */
  async settle(): Promise<void> {
    const began = performance.now();
    await settleByTurns(TURNS);
    for (let busy = this.busy(); busy.length > 0; busy = this.busy()) {
      if (performance.now() - began > STUCK_MILLIS) {
        const names = [...new Set(busy.map(({ name }) => name))].join(', ');
        throw new Error(
          `virtual time cannot go on: ${names} has been at work for a minute; it waits for something real`,
        );
      }
      await settleByTurns(TURNS);
    }
  }

  private busy(): readonly Worker[] {
    return [...this.workers].filter((worker) => worker.isBusy());
  }
}
