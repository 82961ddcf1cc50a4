import { CanaryError, type ErrorCode } from '../../core/errors';

/** A failure put in the way of a verb. */
export interface MemoryFault {
  /** Port and verb, such as `router.setSplit`. */
  readonly verb: string;
  /** `before`: nothing happens. `after`: the verb takes effect and only its answer is lost. */
  readonly kind: 'before' | 'after';
  /** Calls that are hit. @default 1 */
  readonly times?: number;
  /** @default 'AwsCallFailed' */
  readonly code?: ErrorCode;
}

/** Failures that wait for verbs of the in-memory implementations. */
export class MemoryFaults {
  private readonly waiting: { fault: MemoryFault; left: number }[] = [];

  /** Puts a failure in the way of the next calls of a verb. */
  add(fault: MemoryFault): void {
    this.waiting.push({ fault, left: fault.times ?? 1 });
  }

  /** Forgets every failure that has not been met yet. */
  clear(): void {
    this.waiting.length = 0;
  }

  /** Runs a verb with whatever waits for it. */
  async around<T>(verb: string, run: () => T | Promise<T>): Promise<T> {
    const hit = this.waiting.find((one) => one.fault.verb === verb && one.left > 0);
    if (hit === undefined) {
      return run();
    }
    hit.left -= 1;
    if (hit.fault.kind === 'after') {
      await run();
    }
    throw new CanaryError(
      hit.fault.code ?? 'AwsCallFailed',
      `${verb} failed as it was told to (${hit.fault.kind} its effect); the same call may succeed later`,
      { verb, kind: hit.fault.kind },
    );
  }
}
