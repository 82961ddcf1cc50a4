import { DataPlaneLost } from '../errors';

/** So many times may Envoy end by itself within the window; once more is too often. */
const MOST_DEATHS = 3;
const WINDOW_MILLIS = 60_000;

/** Counts how often Envoy ended by itself lately, so that one that cannot live is not started for ever. */
export class Deaths {
  private times: number[] = [];

  /**
   * Takes note of an end.
   * @param now wall milliseconds, of a clock that never goes back.
   * @throws {DataPlaneLost} when there were too many within a minute.
   */
  note(why: string, now: number, lastLines: readonly string[]): void {
    this.times = [...this.times.filter((time) => now - time < WINDOW_MILLIS), now];
    if (this.times.length > MOST_DEATHS) {
      throw new DataPlaneLost(
        `envoy ended by itself ${this.times.length} times within ${WINDOW_MILLIS / 1000} s, at last because ${why}; allowed: ${MOST_DEATHS} times, after each of which it is started again; look for what kills it (too little memory, often), or rehearse with --data-plane embedded`,
        lastLines,
      );
    }
  }
}
