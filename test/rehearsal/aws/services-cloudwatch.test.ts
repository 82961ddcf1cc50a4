import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDatum,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import * as fc from 'fast-check';
import { nextAlarmState } from '../../../rehearsal/aws/services/cloudwatch/alarm-rules';
import { evaluateExpression } from '../../../rehearsal/aws/services/cloudwatch/math/evaluate';
import { parseExpression } from '../../../rehearsal/aws/services/cloudwatch/math/parser';
import {
  type CloudWatchService,
  createCloudWatchService,
} from '../../../rehearsal/aws/services/cloudwatch/service';
import { aContext, serve, settle } from './services-fixtures';

const T0 = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const at = (minutes: number) => new Date(T0 + minutes * MINUTE);

let context: ReturnType<typeof aContext>;
let service: CloudWatchService;
let served: Awaited<ReturnType<typeof serve>>;
let client: CloudWatchClient;
let alarmChanges: string[];

beforeEach(async () => {
  context = aContext();
  alarmChanges = [];
  service = createCloudWatchService(context, {
    onAlarm: (alarm, before) => alarmChanges.push(`${alarm.AlarmName}: ${before} -> ${alarm.StateValue}`),
  });
  served = await serve(context, [service]);
  client = new CloudWatchClient(served.config);
});

afterEach(async () => {
  service.close();
  client.destroy();
  await served.endpoint.close();
});

const put = (...MetricData: MetricDatum[]) =>
  client.send(new PutMetricDataCommand({ Namespace: 'App', MetricData }));
const stat = (Id: string, MetricName: string, Stat: string, ReturnData = true, Period = 60) => ({
  Id,
  ReturnData,
  MetricStat: { Metric: { Namespace: 'App', MetricName }, Period, Stat },
});
const math = (Id: string, Expression: string) => ({ Id, Expression });
const get = async (
  MetricDataQueries: GetMetricDataCommandInput['MetricDataQueries'],
  over: Partial<GetMetricDataCommandInput> = {},
) =>
  client.send(
    new GetMetricDataCommand({
      MetricDataQueries,
      StartTime: at(0),
      EndTime: at(10),
      ScanBy: 'TimestampAscending',
      ...over,
    }),
  );
const valuesOf = async (Expression: string, ...metrics: string[]) => {
  const { MetricDataResults } = await get([
    math('e', Expression),
    ...metrics.map((name) => stat(name, name, 'Sum', false)),
  ]);
  const [result] = MetricDataResults!;
  return result!.Timestamps!.map((time, index) => [(time.getTime() - T0) / MINUTE, result!.Values![index]]);
};

describe('metric data', () => {
  it('gives every statistic of values, counted values and statistic sets', async () => {
    await put(
      { MetricName: 'n', Timestamp: at(1), Value: 10 },
      { MetricName: 'n', Timestamp: new Date(T0 + MINUTE + 59_999), Values: [1, 2, 3], Counts: [5, 3, 1] },
    );
    const all = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount', 'p50', 'p99.9'];
    const { MetricDataResults } = await get(all.map((name, index) => stat(`m${index}`, 'n', name)));
    expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[24], [2.4], [1], [10], [10], [1], [10]]);
    expect(MetricDataResults?.[0]).toMatchObject({
      Id: 'm0',
      Label: 'n',
      StatusCode: 'Complete',
      Timestamps: [at(1)],
    });
    await put({
      MetricName: 'n',
      Timestamp: at(1),
      StatisticValues: { SampleCount: 2, Sum: 4, Minimum: 1, Maximum: 3 },
    });
    const later = await get([stat('s', 'n', 'Sum'), stat('p', 'n', 'p50')]);
    expect(later.MetricDataResults?.map(({ Values }) => Values)).toEqual([[28], []]);
  });

  it('keeps the dimensions apart and takes the end of the range out', async () => {
    const Dimensions = [{ Name: 'v', Value: '1' }];
    await put(
      { MetricName: 'n', Timestamp: at(9), Value: 1, Dimensions },
      { MetricName: 'n', Timestamp: at(10), Value: 2, Dimensions },
      { MetricName: 'n', Timestamp: at(9), Value: 4 },
    );
    const query = {
      Id: 'd',
      MetricStat: { Metric: { Namespace: 'App', MetricName: 'n', Dimensions }, Period: 60, Stat: 'Sum' },
    };
    const { MetricDataResults } = await get([query, stat('m', 'n', 'Sum')]);
    expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[1], [4]]);
    const { Metrics } = await client.send(
      new ListMetricsCommand({ Namespace: 'App', Dimensions: [{ Name: 'v' }] }),
    );
    expect(Metrics).toEqual([{ Namespace: 'App', MetricName: 'n', Dimensions }]);
  });

  it('begins periods at whole multiples and gives the newest first by default', async () => {
    await put(
      { MetricName: 'n', Timestamp: at(4), Value: 1 },
      { MetricName: 'n', Timestamp: at(5), Value: 2 },
      { MetricName: 'n', Timestamp: at(6), Value: 3 },
    );
    const { MetricDataResults } = await get([stat('m', 'n', 'Sum', true, 300)], {
      StartTime: at(3),
      ScanBy: undefined,
    });
    expect(MetricDataResults?.[0]).toMatchObject({ Timestamps: [at(5), at(0)], Values: [5, 1] });
  });

  it('pages by MaxDatapoints', async () => {
    await put(...[0, 1, 2].map((minute) => ({ MetricName: 'n', Timestamp: at(minute), Value: minute })));
    const queries = [stat('a', 'n', 'Sum'), stat('b', 'n', 'Sum')];
    const first = await get(queries, { MaxDatapoints: 4 });
    expect(first.MetricDataResults?.map(({ Values, StatusCode }) => [Values, StatusCode])).toEqual([
      [[0, 1, 2], 'Complete'],
      [[0], 'PartialData'],
    ]);
    const second = await get(queries, { MaxDatapoints: 4, NextToken: first.NextToken });
    expect(second.MetricDataResults?.map(({ Id, Values }) => [Id, Values])).toEqual([['b', [1, 2]]]);
    expect(second.NextToken).toBeUndefined();
  });

  it('answers GetMetricStatistics, percentiles included', async () => {
    await put({ MetricName: 'n', Timestamp: at(3), Values: [1, 9] });
    const range = { Namespace: 'App', MetricName: 'n', Period: 60, StartTime: at(0), EndTime: at(10) };
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({ ...range, Statistics: ['Sum'], ExtendedStatistics: ['p90'] }),
    );
    expect(Datapoints).toEqual([
      expect.objectContaining({ Timestamp: at(3), Sum: 10, ExtendedStatistics: { p90: 9 } }),
    ]);
  });

  it.each<[string, MetricDatum]>([
    ['no value at all', { MetricName: 'n' }],
    ['two kinds of value', { MetricName: 'n', Value: 1, Values: [1] }],
    ['counts that do not fit', { MetricName: 'n', Values: [1], Counts: [1, 2] }],
    ['another resolution', { MetricName: 'n', Value: 1, StorageResolution: 5 }],
  ])('refuses %s, and stores nothing of the call', async (_what, datum) => {
    await expect(put({ MetricName: 'good', Value: 1 }, datum)).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidParameter(Value|Combination)Exception$/),
    });
    expect(service.metrics()).toEqual([]);
  });

  it.each<
    [string, GetMetricDataCommandInput['MetricDataQueries'], Partial<GetMetricDataCommandInput>, string]
  >([
    ['an end before the start', [stat('m', 'n', 'Sum')], { EndTime: at(-1) }, 'StartTime must be less'],
    ['one id twice', [stat('m', 'n', 'Sum'), stat('m', 'n', 'Sum')], {}, 'must be unique'],
    ['an id that begins with a capital', [stat('M', 'n', 'Sum')], {}, 'lower-case'],
    ['an unknown statistic', [stat('m', 'n', 'tm99')], {}, 'tm99'],
    ['an unknown function', [math('e', 'SEARCH(m)'), stat('m', 'n', 'Sum')], {}, 'SEARCH'],
    ['an unknown id', [math('e', 'm9 + 1')], {}, 'm9'],
    ['a scalar result', [math('e', '1 + 1')], {}, 'time series'],
    ['expressions in a circle', [math('a', 'b'), math('b', 'a')], {}, 'a -> b -> a'],
    ['a period of 90 seconds', [stat('m', 'n', 'Sum', true, 90)], {}, '90'],
    ['nothing to return', [stat('m', 'n', 'Sum', false)], {}, 'ReturnData'],
  ])('refuses %s', async (_what, queries, over, message) => {
    await expect(get(queries, over)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('metric math', () => {
  beforeEach(async () => {
    await put(
      ...[0, 1, 3].map((minute) => ({ MetricName: 'a', Timestamp: at(minute), Value: minute + 1 })),
      ...[1, 2, 3].map((minute) => ({
        MetricName: 'b',
        Timestamp: at(minute),
        Value: minute === 2 ? 0 : 10,
      })),
    );
  });

  it.each<[string, [number, number][]]>([
    [
      'a + b',
      [
        [1, 12],
        [3, 14],
      ],
    ],
    [
      '100 * a / (a + b)',
      [
        [1, 200 / 12],
        [3, 400 / 14],
      ],
    ],
    [
      '-a * 2',
      [
        [0, -2],
        [1, -4],
        [3, -8],
      ],
    ],
    [
      '10 / b',
      [
        [1, 1],
        [3, 1],
      ],
    ],
    [
      'SUM([a, b])',
      [
        [0, 1],
        [1, 12],
        [2, 0],
        [3, 14],
      ],
    ],
    [
      'a - SUM(a)',
      [
        [0, -6],
        [1, -5],
        [3, -3],
      ],
    ],
    [
      'FILL(a, 0) + b',
      [
        [1, 12],
        [2, 0],
        [3, 14],
      ],
    ],
    [
      'FILL(a, REPEAT) + b',
      [
        [1, 12],
        [2, 2],
        [3, 14],
      ],
    ],
    [
      'FILL(a, LINEAR) + b',
      [
        [1, 12],
        [2, 3],
        [3, 14],
      ],
    ],
    [
      'IF(b > 0, a, 7)',
      [
        [1, 2],
        [2, 7],
        [3, 4],
      ],
    ],
    [
      'IF(b > 0, b)',
      [
        [1, 10],
        [3, 10],
      ],
    ],
    [
      'IF(a >= 2 AND b == 10, 1, 0)',
      [
        [1, 1],
        [3, 1],
      ],
    ],
    [
      'a * PERIOD(a)',
      [
        [0, 60],
        [1, 120],
        [3, 240],
      ],
    ],
    [
      'MAX([a, b]) - MIN([a, b])',
      [
        [0, 0],
        [1, 8],
        [2, 0],
        [3, 6],
      ],
    ],
  ])('computes %s', async (expression, expected) => {
    expect(await valuesOf(expression, 'a', 'b')).toEqual(expected);
  });

  it('fills the whole range of a known metric, and nothing of one that never had data', async () => {
    expect(await valuesOf('FILL(a, 0)', 'a')).toHaveLength(10);
    expect(await valuesOf('FILL(never, 0)', 'never')).toEqual([]);
  });

  it.each(['a +', '(a', 'a b', 'a $ b', '[a', 'FILL(a)', '', 'SUM()'])('refuses "%s"', (expression) => {
    const scope = {
      source: expression,
      range: { from: 0, to: 1 },
      valueOf: () => ({ kind: 'scalar' as const, value: 1 }),
    };
    expect(() => evaluateExpression(parseExpression(expression), scope)).toThrow('Error in expression');
  });

  it('agrees with JavaScript on any arithmetic', () => {
    const tree = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.integer({ min: 0, max: 99 }).map(String),
        fc
          .tuple(tie('node'), fc.constantFrom('+', '-', '*', '/'), tie('node'))
          .map((parts) => parts.join(' ')),
        tie('node').map((inner) => `(${inner})`),
        tie('node').map((inner) => `-(${inner})`),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (source) => {
        const scope = {
          source,
          range: { from: 0, to: 1 },
          valueOf: () => ({ kind: 'scalar' as const, value: 0 }),
        };
        const expected: number = new Function(`return ${source}`)();
        expect(evaluateExpression(parseExpression(source), scope)).toEqual({
          kind: 'scalar',
          value: expected === 0 ? expect.closeTo(0) : expected,
        });
      }),
    );
  });
});

describe('an alarm', () => {
  const anAlarm = (over: Partial<PutMetricAlarmCommandInput> = {}): PutMetricAlarmCommandInput => ({
    AlarmName: 'errors',
    Namespace: 'App',
    MetricName: 'errors',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 2,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    ...over,
  });
  const state = async () => {
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['errors'] }));
    return MetricAlarms?.[0]?.StateValue;
  };

  it('goes through its states as whole periods pass', async () => {
    await client.send(new PutMetricAlarmCommand(anAlarm()));
    const seen = [await state()];
    for (const value of [0, 0, 9, 9, 0]) {
      await put({ MetricName: 'errors', Value: value });
      await context.clock.advance(MINUTE);
      seen.push(await state());
    }
    expect(seen).toEqual(['INSUFFICIENT_DATA', 'OK', 'OK', 'OK', 'ALARM', 'OK']);
    await context.clock.advance(5 * MINUTE);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    expect(alarmChanges).toEqual([
      'errors: INSUFFICIENT_DATA -> OK',
      'errors: OK -> ALARM',
      'errors: ALARM -> OK',
      'errors: OK -> INSUFFICIENT_DATA',
    ]);
  });

  it('judges metric math', async () => {
    const Metrics = [
      stat('e', 'errors', 'Sum', false),
      stat('n', 'requests', 'Sum', false),
      math('rate', '100 * e / n'),
    ];
    const single = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
    await client.send(new PutMetricAlarmCommand(anAlarm({ ...single, EvaluationPeriods: 1, Metrics })));
    await put({ MetricName: 'errors', Value: 6 }, { MetricName: 'requests', Value: 100 });
    await context.clock.advance(MINUTE);
    expect(await state()).toBe('ALARM');
  });

  it('is set by hand, and deleted', async () => {
    await client.send(new PutMetricAlarmCommand(anAlarm()));
    await client.send(
      new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'drill' }),
    );
    expect(service.alarms()[0]).toMatchObject({ StateValue: 'ALARM', StateReason: 'drill' });
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ['errors'] }));
    await settle();
    expect(await state()).toBeUndefined();
    expect(context.clock.pending()).toBe(0);
    await expect(
      client.send(new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'OK', StateReason: '' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  it('refuses more data points to alarm than evaluation periods', async () => {
    await expect(client.send(new PutMetricAlarmCommand(anAlarm({ DatapointsToAlarm: 3 })))).rejects.toThrow(
      'DatapointsToAlarm',
    );
  });

  // The table of the CloudWatch guide for 3 of 3; X breaches, 0 does not, - is missing; newest last.
  type Row = [string, { missing: string; ignore: string; breaching: string; notBreaching: string }];
  it.each<Row>([
    ['0-X-X', { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
    ['----0', { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
    ['-----', { missing: 'INSUFFICIENT_DATA', ignore: 'present', breaching: 'ALARM', notBreaching: 'OK' }],
    ['0XX-X', { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
    ['--X--', { missing: 'ALARM', ignore: 'present', breaching: 'ALARM', notBreaching: 'OK' }],
  ])('treats missing data in %s as the guide says', (row, expected) => {
    const points = [...row].reverse().map((sign) => (sign === '-' ? undefined : sign === 'X' ? 1 : 0));
    for (const [TreatMissingData, wanted] of Object.entries(expected)) {
      const alarm = {
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        EvaluationPeriods: 3,
        TreatMissingData,
      } as const;
      const found = nextAlarmState(
        { ...alarm, DatapointsToAlarm: 3 } as Parameters<typeof nextAlarmState>[0],
        points,
        'INSUFFICIENT_DATA',
      );
      expect([TreatMissingData, found]).toEqual([
        TreatMissingData,
        wanted === 'present' ? 'INSUFFICIENT_DATA' : wanted,
      ]);
    }
  });
});
