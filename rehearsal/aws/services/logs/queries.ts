import { ApiError } from '../../api';
import { type PageRules, pageOf } from '../paging';
import { lineFilter } from './filter-pattern';
import type { LogsInput } from './inputs';
import type { LogEvent, LogGroup, LogStore, LogStream } from './log-store';

const NAMES: PageRules = { defaultSize: 50, maxSize: 50, tokenError: 'InvalidParameterException' };
const EVENTS: PageRules = { defaultSize: 10_000, maxSize: 10_000, tokenError: 'InvalidParameterException' };

/** @throws ApiError `ResourceNotFoundException`. */
export function knownGroup(store: LogStore, input: LogsInput): LogGroup {
  const given = input.logGroupName ?? input.logGroupIdentifier ?? '';
  const name = given.startsWith('arn:') ? given.split(':log-group:')[1]?.replace(/:\*$/, '') : given;
  const group = store.groups.get(name ?? '');
  if (group === undefined)
    throw new ApiError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

/** @throws ApiError `ResourceNotFoundException`. */
export function knownStream(group: LogGroup, input: LogsInput): LogStream {
  const stream = group.streams.get(input.logStreamName ?? '');
  if (stream === undefined)
    throw new ApiError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}

/** Answers DescribeLogGroups. */
export function describeGroups(store: LogStore, input: LogsInput, arnOf: (name: string) => string) {
  const groups = [...store.groups.values()]
    .filter(({ name }) => name.startsWith(input.logGroupNamePrefix ?? ''))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = pageOf(groups, input.nextToken, input.limit, NAMES);
  return {
    logGroups: page.items.map(({ name, createdAt, retentionInDays, streams }) => ({
      logGroupName: name,
      creationTime: Math.floor(createdAt),
      retentionInDays,
      metricFilterCount: 0,
      arn: `${arnOf(name)}:*`,
      logGroupArn: arnOf(name),
      storedBytes: [...streams.values()].reduce((sum, stream) => sum + bytesOf(stream), 0),
    })),
    nextToken: page.nextToken,
  };
}

function bytesOf({ events }: LogStream): number {
  return events.reduce((sum, { message }) => sum + message.length, 0);
}

/** Answers DescribeLogStreams. @throws ApiError `ResourceNotFoundException`. */
export function describeStreams(store: LogStore, input: LogsInput, groupArn: string) {
  const last = (stream: LogStream) => stream.events.at(-1)?.timestamp ?? 0;
  const streams = [...knownGroup(store, input).streams.values()]
    .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
    .sort((a, b) => (input.orderBy === 'LastEventTime' ? last(a) - last(b) : a.name < b.name ? -1 : 1));
  if (input.descending === true) streams.reverse();
  const page = pageOf(streams, input.nextToken, input.limit, NAMES);
  return {
    logStreams: page.items.map((stream) => ({
      logStreamName: stream.name,
      creationTime: Math.floor(stream.createdAt),
      firstEventTimestamp: wholeMillis(stream.events[0]?.timestamp),
      lastEventTimestamp: wholeMillis(stream.events.at(-1)?.timestamp),
      lastIngestionTime: wholeMillis(stream.events.at(-1)?.ingestionTime),
      arn: `${groupArn}:log-stream:${stream.name}`,
      storedBytes: 0,
    })),
    nextToken: page.nextToken,
  };
}

function wholeMillis(millis: number | undefined): number | undefined {
  return millis === undefined ? undefined : Math.floor(millis);
}

function isWithin(
  { timestamp }: LogEvent,
  { startTime = 0, endTime = Number.POSITIVE_INFINITY }: LogsInput,
): boolean {
  return timestamp >= startTime && timestamp < endTime;
}

function renderEvent({ timestamp, ingestionTime, message }: LogEvent) {
  return { timestamp: Math.floor(timestamp), ingestionTime: Math.floor(ingestionTime), message };
}

/** Answers GetLogEvents: forward from the head, or the newest `limit` lines. @throws ApiError `ResourceNotFoundException`. */
export function getEvents(store: LogStore, input: LogsInput) {
  const stream = knownStream(knownGroup(store, input), input);
  const events = stream.events.filter((event) => isWithin(event, input));
  const limit = Math.min(input.limit ?? EVENTS.defaultSize, EVENTS.maxSize);
  const [direction, position] = (input.nextToken ?? '').split('/');
  let from = input.startFromHead === true ? 0 : Math.max(0, events.length - limit);
  if (direction === 'f') from = Math.min(Number(position), events.length);
  if (direction === 'b') from = Math.max(0, Number(position) - limit);
  if (!Number.isInteger(from))
    throw new ApiError('InvalidParameterException', 'The specified nextToken is invalid.');
  const to = direction === 'b' ? Number(position) : Math.min(events.length, from + limit);
  return {
    events: events.slice(from, to).map(renderEvent),
    nextForwardToken: `f/${to}`,
    nextBackwardToken: `b/${from}`,
  };
}

/** Answers FilterLogEvents, oldest first over all streams. @throws ApiError as CloudWatch Logs does. */
export function filterEvents(store: LogStore, input: LogsInput) {
  const group = knownGroup(store, input);
  const matches = lineFilter(input.filterPattern);
  const found = [...group.streams.values()]
    .filter(({ name }) => input.logStreamNames === undefined || input.logStreamNames.includes(name))
    .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
    .flatMap((stream) => stream.events.map((event) => ({ event, logStreamName: stream.name })))
    .filter(({ event }) => isWithin(event, input) && matches(event.message))
    .sort((a, b) => a.event.timestamp - b.event.timestamp || (a.event.eventId < b.event.eventId ? -1 : 1));
  const page = pageOf(found, input.nextToken, input.limit, EVENTS);
  return {
    events: page.items.map(({ event, logStreamName }) => ({
      logStreamName,
      ...renderEvent(event),
      eventId: event.eventId,
    })),
    searchedLogStreams: [],
    nextToken: page.nextToken,
  };
}
