/** One line of a log. */
export interface LogEvent {
  readonly eventId: string;
  /** Virtual milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** A stream: the lines of one task or function. */
export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  /** Oldest first; the newest `MAX_LINES` are kept. */
  readonly events: LogEvent[];
}

/** A group of streams. */
export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  retentionInDays?: number;
  readonly tags: Map<string, string>;
  readonly streams: Map<string, LogStream>;
}

const MAX_LINES = 5_000;
const MAX_STREAMS = 500;

/** Logs in memory: every group, at most 500 streams a group and 5,000 lines a stream; the oldest go first. */
export class LogStore {
  readonly groups = new Map<string, LogGroup>();
  #lastEventId = 0;

  constructor(private readonly now: () => number) {}

  /** The group, made if need be. */
  group(name: string): LogGroup {
    const existing = this.groups.get(name);
    if (existing !== undefined) return existing;
    const group: LogGroup = { name, createdAt: this.now(), tags: new Map(), streams: new Map() };
    this.groups.set(name, group);
    return group;
  }

  /** The stream, made if need be. */
  stream(group: LogGroup, name: string): LogStream {
    const existing = group.streams.get(name);
    if (existing !== undefined) return existing;
    const stream: LogStream = { name, createdAt: this.now(), events: [] };
    group.streams.set(name, stream);
    if (group.streams.size > MAX_STREAMS) {
      const oldest = group.streams.keys().next().value;
      if (oldest !== undefined) group.streams.delete(oldest);
    }
    return stream;
  }

  /** Adds a line at the end of a stream. */
  append(stream: LogStream, message: string, timestamp = this.now()): void {
    this.#lastEventId += 1;
    const eventId = String(this.#lastEventId).padStart(56, '0');
    stream.events.push({ eventId, timestamp, ingestionTime: this.now(), message });
    if (stream.events.length > MAX_LINES) stream.events.shift();
  }

  /** The newest lines of all streams of a group whose names begin so, oldest first. */
  newest(groupName: string, streamPrefix: string, limit: number): readonly string[] {
    const streams = [...(this.groups.get(groupName)?.streams.values() ?? [])];
    return streams
      .filter(({ name }) => name.startsWith(streamPrefix))
      .flatMap(({ events }) => events.slice(-limit))
      .sort((a, b) => a.timestamp - b.timestamp || (a.eventId < b.eventId ? -1 : 1))
      .slice(-limit)
      .map(({ message }) => message.trimEnd());
  }
}
