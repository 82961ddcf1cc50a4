import { createLogsService, type LogsService } from '../../../rehearsal/aws/services/logs/service';
import { aContext } from './services-fixtures';

let context: ReturnType<typeof aContext>;
let service: LogsService;

beforeEach(() => {
  context = aContext();
  service = createLogsService(context);
});

const call = (name: string, input: object) => service.operations[name]!.run(input) as Record<string, never>;
const messages = ({ events }: { events?: { message: string }[] }) => events?.map(({ message }) => message);
const GROUP = { logGroupName: '/svc' };

describe('the Logs service', () => {
  it('knows the newest lines of a version’s tasks, in the order of their times', async () => {
    service.append('/svc', 'v1/app/a', 'first\n');
    await context.clock.advance(1_000);
    service.append('/svc', 'v1/app/b', 'second');
    service.append('/svc', 'v2/app/c', 'of another version');
    service.append('/svc', 'v1/app/a', 'third');
    expect(service.newest('/svc', 'v1/', 2)).toEqual(['second', 'third']);
    expect(service.newest('/svc', 'v1/', 9)).toEqual(['first', 'second', 'third']);
    expect(service.newest('/none', 'v1/', 9)).toEqual([]);
  });

  it('shows what tasks and functions write', async () => {
    service.append('/svc', 'task/1', 'hello');
    await context.clock.advance(1_000);
    service.append('/svc', 'task/2', 'world');
    expect(messages(call('GetLogEvents', { ...GROUP, logStreamName: 'task/1' }))).toEqual(['hello']);
    expect(messages(call('FilterLogEvents', GROUP))).toEqual(['hello', 'world']);
    expect(messages(call('FilterLogEvents', { ...GROUP, startTime: context.clock.now() }))).toEqual([
      'world',
    ]);
    const { logStreams } = call('DescribeLogStreams', {
      ...GROUP,
      orderBy: 'LastEventTime',
      descending: true,
    });
    expect(logStreams).toMatchObject([{ logStreamName: 'task/2' }, { logStreamName: 'task/1' }]);
  });

  it('takes groups, streams, retention and events over the API', () => {
    call('CreateLogGroup', GROUP);
    call('PutRetentionPolicy', { ...GROUP, retentionInDays: 14 });
    call('CreateLogStream', { ...GROUP, logStreamName: 's' });
    call('PutLogEvents', { ...GROUP, logStreamName: 's', logEvents: [{ timestamp: 5, message: 'm' }] });
    expect(call('DescribeLogGroups', { logGroupNamePrefix: '/s' }).logGroups).toMatchObject([
      {
        logGroupName: '/svc',
        retentionInDays: 14,
        arn: 'arn:aws:logs:eu-west-1:111122223333:log-group:/svc:*',
      },
    ]);
    expect(call('GetLogEvents', { ...GROUP, logStreamName: 's' }).events).toMatchObject([
      { timestamp: 5, message: 'm' },
    ]);
  });

  it('pages forward to the end, where the token stays the same', () => {
    for (const line of ['1', '2', '3']) service.append('/svc', 's', line);
    const first = call('GetLogEvents', { ...GROUP, logStreamName: 's', startFromHead: true, limit: 2 });
    expect(messages(first)).toEqual(['1', '2']);
    const next = call('GetLogEvents', {
      ...GROUP,
      logStreamName: 's',
      nextToken: first.nextForwardToken,
      limit: 2,
    });
    expect(messages(next)).toEqual(['3']);
    const end = call('GetLogEvents', { ...GROUP, logStreamName: 's', nextToken: next.nextForwardToken });
    expect(end).toMatchObject({ events: [], nextForwardToken: next.nextForwardToken });
    const back = call('GetLogEvents', {
      ...GROUP,
      logStreamName: 's',
      nextToken: next.nextBackwardToken,
      limit: 1,
    });
    expect(messages(back)).toEqual(['2']);
  });

  it.each<[string, string[]]>([
    ['ERROR', ['ERROR disk', 'ERROR net']],
    ['ERROR -net', ['ERROR disk']],
    ['?disk ?fine', ['ERROR disk', 'all fine']],
    ['"all fine"', ['all fine']],
    ['', ['ERROR disk', 'ERROR net', 'all fine']],
  ])('filters by %s', (filterPattern, expected) => {
    for (const line of ['ERROR disk', 'ERROR net', 'all fine']) service.append('/svc', 's', line);
    expect(messages(call('FilterLogEvents', { ...GROUP, filterPattern }))).toEqual(expected);
  });

  it('keeps the newest 5,000 lines of a stream', () => {
    for (let line = 0; line < 5_002; line += 1) service.append('/svc', 's', String(line));
    expect(
      messages(call('GetLogEvents', { ...GROUP, logStreamName: 's', startFromHead: true, limit: 1 })),
    ).toEqual(['2']);
  });

  it.each([
    ['CreateLogGroup', GROUP, 'ResourceAlreadyExistsException'],
    ['GetLogEvents', { ...GROUP, logStreamName: 'no' }, 'ResourceNotFoundException'],
    ['FilterLogEvents', { logGroupName: 'no' }, 'ResourceNotFoundException'],
    ['FilterLogEvents', { ...GROUP, filterPattern: '{ $.a = 1 }' }, 'InvalidParameterException'],
    ['PutRetentionPolicy', { ...GROUP, retentionInDays: 2 }, 'InvalidParameterException'],
  ])('refuses %s of %j', (name, input, code) => {
    service.append('/svc', 's', 'line');
    expect(() => call(name, input)).toThrow(expect.objectContaining({ code }));
  });
});
