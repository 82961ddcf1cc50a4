import { type ApiContext, ApiError, type ApiOperation, type ApiService } from '../../api';
import type { LogsInput } from './inputs';
import { type LogGroup, LogStore } from './log-store';
import { describeGroups, describeStreams, filterEvents, getEvents, knownGroup, knownStream } from './queries';

/** The CloudWatch Logs API and the way in for task and function logs. */
export interface LogsService extends ApiService {
  /** Adds one line; the group and the stream are made if need be. */
  append(group: string, stream: string, line: string): void;
  /** The newest lines of all streams of a group whose names begin so, oldest first. */
  newest(group: string, streamPrefix: string, limit: number): readonly string[];
}

const RETENTIONS = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

/** Amazon CloudWatch Logs, bounded and in memory. */
export function createLogsService(context: ApiContext): LogsService {
  const store = new LogStore(() => context.clock.now());
  const groupArn = (input: LogsInput) =>
    `arn:aws:logs:${context.region}:${context.account}:log-group:${input.logGroupName ?? input.logGroupIdentifier ?? ''}`;
  const onGroup = (name: string, run: (input: LogsInput) => unknown): ApiOperation<LogsInput> => ({
    iamAction: `logs:${name}`,
    resources: (input) => [`${groupArn(input)}:log-stream:`],
    run,
  });
  const onStream = (name: string, run: (input: LogsInput) => unknown): ApiOperation<LogsInput> => ({
    iamAction: `logs:${name}`,
    resources: (input) => [`${groupArn(input)}:log-stream:${input.logStreamName ?? ''}`],
    run,
  });
  const describe: ApiOperation<LogsInput> = {
    iamAction: 'logs:DescribeLogGroups',
    resources: () => ['*'],
    run: (input) => describeGroups(store, input, (logGroupName) => groupArn({ logGroupName })),
  };
  return {
    signingName: 'logs',
    protocols: [{ kind: 'json', version: '1.1', targetPrefix: 'Logs_20140328' }],
    operations: {
      CreateLogGroup: onGroup('CreateLogGroup', (input) => createGroup(store, input)),
      DeleteLogGroup: onGroup('DeleteLogGroup', (input) => {
        store.groups.delete(knownGroup(store, input).name);
        return {};
      }),
      TagResource: onGroup('TagResource', (input) => {
        const { tags } = taggedGroup(store, input);
        for (const [key, value] of Object.entries(input.tags ?? {})) tags.set(key, value);
        return {};
      }),
      ListTagsForResource: onGroup('ListTagsForResource', (input) => ({
        tags: Object.fromEntries(taggedGroup(store, input).tags),
      })),
      PutRetentionPolicy: onGroup('PutRetentionPolicy', (input) => setRetention(store, input)),
      DescribeLogGroups: describe,
      DescribeLogStreams: onGroup('DescribeLogStreams', (input) =>
        describeStreams(store, input, groupArn(input)),
      ),
      FilterLogEvents: onGroup('FilterLogEvents', (input) => filterEvents(store, input)),
      CreateLogStream: onStream('CreateLogStream', (input) => createStream(store, input)),
      PutLogEvents: onStream('PutLogEvents', (input) => putEvents(store, input)),
      GetLogEvents: onStream('GetLogEvents', (input) => getEvents(store, input)),
    },
    append: (group, stream, line) => store.append(store.stream(store.group(group), stream), line),
    newest: (group, streamPrefix, limit) => store.newest(group, streamPrefix, limit),
  };
}

function required(value: string | undefined, member: string): string {
  if (value) return value;
  throw new ApiError('InvalidParameterException', `${member} must not be empty`);
}

/** Tags are asked for by the group's ARN. */
function taggedGroup(store: LogStore, { resourceArn = '' }: LogsInput): LogGroup {
  return knownGroup(store, { logGroupName: resourceArn });
}

function alreadyExists(what: string): ApiError {
  return new ApiError('ResourceAlreadyExistsException', `The specified log ${what} already exists`);
}

function createGroup(store: LogStore, input: LogsInput): unknown {
  const name = required(input.logGroupName, 'logGroupName');
  if (store.groups.has(name)) throw alreadyExists('group');
  const { tags } = store.group(name);
  for (const [key, value] of Object.entries(input.tags ?? {})) tags.set(key, value);
  return {};
}

function createStream(store: LogStore, input: LogsInput): unknown {
  const group = knownGroup(store, input);
  const name = required(input.logStreamName, 'logStreamName');
  if (group.streams.has(name)) throw alreadyExists('stream');
  store.stream(group, name);
  return {};
}

function setRetention(store: LogStore, input: LogsInput): unknown {
  const days = input.retentionInDays ?? 0;
  if (!RETENTIONS.has(days))
    throw new ApiError(
      'InvalidParameterException',
      `retentionInDays ${days} is not one of ${[...RETENTIONS].join(', ')}`,
    );
  knownGroup(store, input).retentionInDays = days;
  return {};
}

function putEvents(store: LogStore, input: LogsInput): unknown {
  const stream = knownStream(knownGroup(store, input), input);
  const events = input.logEvents ?? [];
  if (events.length === 0) throw new ApiError('InvalidParameterException', 'logEvents must not be empty');
  for (const { timestamp, message } of events) store.append(stream, message ?? '', timestamp);
  return { nextSequenceToken: String(stream.events.length) };
}
