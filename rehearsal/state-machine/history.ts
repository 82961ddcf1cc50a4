import { deserialize, serialize } from 'node:v8';
import { deflateSync, inflateSync } from 'node:zlib';
import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Json } from './definition';

/**
 * Events that Step Functions keeps of one execution. "When an execution reaches 24,999 events, it waits for the next
 * event to happen": success is recorded, anything else fails the execution
 * (https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html).
 */
export const HISTORY_LIMIT = 25_000;

/** The detail members of an event, under the key that AWS uses for its type. */
export type EventDetails = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** The execution has no room for another event but its last one. */
export class HistoryFull extends Error {
  constructor(limit: number) {
    super(`The execution reached the maximum number of history events (${limit}).`);
    this.name = 'HistoryFull';
  }
}

/** The events of one execution, in the AWS shape. */
export class History {
  private list: HistoryEvent[] = [];
  private packed: Buffer | undefined;

  constructor(
    private readonly now: () => number,
    private readonly limit = HISTORY_LIMIT,
  ) {}

  /** Events so far, oldest first. */
  get events(): readonly HistoryEvent[] {
    return this.packed === undefined ? this.list : deserialize(inflateSync(this.packed));
  }

  /** Keeps the events of an ended execution in about a thirtieth of the memory; reading them takes longer then. */
  pack(): void {
    this.packed ??= deflateSync(serialize(this.list));
    this.list = [];
  }

  /** Adds an event caused by the one before it and returns its id. Throws {@link HistoryFull}. */
  add(type: HistoryEventType, details: EventDetails): number {
    if (this.list.length >= this.limit - 1) throw new HistoryFull(this.limit);
    // AWS counts the first state's entry as caused by nothing, as the execution's start.
    return this.append(type, details, this.list.length <= 1 ? 0 : this.list.length);
  }

  /** Adds the last event. Stops and time-outs come from outside, so no event caused them. */
  end(type: HistoryEventType, details: EventDetails): void {
    const isFromOutside = type === 'ExecutionAborted' || type === 'ExecutionTimedOut';
    this.append(type, details, isFromOutside ? 0 : this.list.length);
  }

  private append(type: HistoryEventType, details: EventDetails, previousEventId: number): number {
    const id = this.list.length + 1;
    this.list.push({ id, previousEventId, timestamp: new Date(this.now()), type, ...details });
    return id;
  }
}

/** `stateEnteredEventDetails` of a state's entry. */
export function enteredDetails(name: string, input: Json): EventDetails {
  return {
    stateEnteredEventDetails: { name, input: JSON.stringify(input), inputDetails: { truncated: false } },
  };
}

/** `stateExitedEventDetails` of a state's exit. */
export function exitedDetails(name: string, output: Json): EventDetails {
  return {
    stateExitedEventDetails: { name, output: JSON.stringify(output), outputDetails: { truncated: false } },
  };
}
