import type { ApiFault } from '../../contracts';

/** The faults that wait for a matching call. Each is used up after its `times`. */
export class FaultBook {
  #open: { readonly fault: ApiFault; left: number }[] = [];

  /** @throws RangeError when `times` is not a whole number above 0. */
  add(fault: ApiFault): void {
    if (!Number.isInteger(fault.times) || fault.times < 1)
      throw new RangeError(
        `fault on "${fault.action}" has times ${fault.times}: allowed are whole numbers from 1; say how many calls it hits`,
      );
    this.#open.push({ fault, left: fault.times });
  }

  /** Forgets every fault, used up or not. */
  clear(): void {
    this.#open = [];
  }

  /** The oldest fault that hits this call, counted as used; undefined when none does. */
  take(action: string, principal: string): ApiFault | undefined {
    const entry = this.#open.find(
      ({ fault }) =>
        matchesAction(fault.action, action) &&
        (fault.principal === undefined || fault.principal === principal),
    );
    if (!entry) return undefined;
    entry.left -= 1;
    if (entry.left === 0) this.#open = this.#open.filter((other) => other !== entry);
    return entry.fault;
  }
}

/** Whether an IAM action matches a pattern in which `*` stands for anything; letter case is ignored, as IAM does. */
function matchesAction(pattern: string, action: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 'i').test(action);
}
