import type { ServerResponse } from 'node:http';
import { boundedCopy } from './bounded';
import { differenceOf, type Json } from './difference';
import type { LiveState } from './state';

const LEAST_GAP = 250;

/** A page hears of the server at least this often, milliseconds, so that it can tell silence from quiet. */
const HEARTBEAT = 2000;

/** Pages that may listen at once. */
const MOST_LISTENERS = 32;

interface Listener {
  readonly response: ServerResponse;
  /** What the page knows; null before the first message. */
  known: Json | null;
}

/** What a feed is made from. */
export interface LiveFeedOptions {
  readonly state: () => LiveState;
  /** Changes with the page's own code; a page that has another one loads itself anew. */
  readonly pageId: string;
  /** Least time between two messages to a page, milliseconds. @default 250, as live as people can see */
  readonly leastGapMillis?: number | undefined;
}

/**
 * Tells listening pages of changes, as server-sent events: first the whole state, then differences, at most four in
 * a second. A page that does not keep up is skipped and later gets the difference to what it knows.
 */
export class LiveFeed {
  private readonly listeners = new Set<Listener>();
  private pending: NodeJS.Timeout | undefined;
  private readonly heartbeat: NodeJS.Timeout;
  private sentAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: LiveFeedOptions) {
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT);
    this.heartbeat.unref();
  }

  /** Takes a listener in; false when there are too many. */
  connect(response: ServerResponse): boolean {
    if (this.listeners.size >= MOST_LISTENERS) {
      return false;
    }
    const listener: Listener = { response, known: null };
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`retry: 1000\n${message('page', this.options.pageId)}`);
    response.on('close', () => this.listeners.delete(listener));
    this.listeners.add(listener);
    this.tell(listener, this.copy());
    return true;
  }

  /** The state has changed: it is sent at once, or with the next message. */
  changed(): void {
    if (this.listeners.size === 0 || this.pending !== undefined) {
      return;
    }
    const wait = Math.max(0, this.sentAt + (this.options.leastGapMillis ?? LEAST_GAP) - performance.now());
    this.pending = setTimeout(() => this.send(), wait);
  }

  /** Ends all connections. */
  stop(): void {
    clearTimeout(this.pending);
    clearInterval(this.heartbeat);
    for (const { response } of this.listeners) {
      response.end();
    }
    this.listeners.clear();
  }

  private beat(): void {
    // The clock runs on even when nothing else does.
    if (performance.now() - this.sentAt >= HEARTBEAT / 2) {
      this.changed();
    }
  }

  private send(): void {
    this.pending = undefined;
    this.sentAt = performance.now();
    const state = this.copy();
    for (const listener of this.listeners) {
      if (!listener.response.writableNeedDrain) {
        this.tell(listener, state);
      }
    }
  }

  private tell(listener: Listener, state: Json): void {
    const { known } = listener;
    if (known === null) {
      listener.response.write(message('state', state));
    } else {
      const difference = differenceOf(known, state);
      listener.response.write(
        difference === null ? message('beat', null) : message('difference', difference),
      );
    }
    listener.known = state;
  }

  private copy(): Json {
    return boundedCopy(this.options.state()) as unknown as Json;
  }
}

/** JSON holds no line break, so one data line is enough. */
function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
