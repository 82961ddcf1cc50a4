import {
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDatum,
} from '@aws-sdk/client-cloudwatch';
import { at, CloudWatchFixture, MINUTE, math, stat, T0 } from './fixture';

const cloudWatch = new CloudWatchFixture();

beforeEach(() => cloudWatch.start());
afterEach(() => cloudWatch.stop());

describe('metric data', () => {
  it('gives every statistic of values, counted values and statistic sets', async () => {
    await cloudWatch.put(
      { MetricName: 'n', Timestamp: at(1), Value: 10 },
      { MetricName: 'n', Timestamp: new Date(T0 + MINUTE + 59_999), Values: [1, 2, 3], Counts: [5, 3, 1] },
    );
    const all = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount', 'p50', 'p99.9'];
    const { MetricDataResults } = await cloudWatch.get(
      all.map((name, index) => stat(`m${index}`, 'n', name)),
    );
    expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[24], [2.4], [1], [10], [10], [1], [10]]);
    expect(MetricDataResults?.[0]).toMatchObject({
      Id: 'm0',
      Label: 'n',
      StatusCode: 'Complete',
      Timestamps: [at(1)],
    });
    await cloudWatch.put({
      MetricName: 'n',
      Timestamp: at(1),
      StatisticValues: { SampleCount: 2, Sum: 4, Minimum: 1, Maximum: 3 },
    });
    const later = await cloudWatch.get([stat('s', 'n', 'Sum'), stat('p', 'n', 'p50')]);
    expect(later.MetricDataResults?.map(({ Values }) => Values)).toEqual([[28], []]);
  });

  it('keeps the dimensions apart and takes the end of the range out', async () => {
    const Dimensions = [{ Name: 'v', Value: '1' }];
    await cloudWatch.put(
      { MetricName: 'n', Timestamp: at(9), Value: 1, Dimensions },
      { MetricName: 'n', Timestamp: at(10), Value: 2, Dimensions },
      { MetricName: 'n', Timestamp: at(9), Value: 4 },
    );
    const query = {
      Id: 'd',
      MetricStat: { Metric: { Namespace: 'App', MetricName: 'n', Dimensions }, Period: 60, Stat: 'Sum' },
    };
    const { MetricDataResults } = await cloudWatch.get([query, stat('m', 'n', 'Sum')]);
    expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[1], [4]]);
    const { Metrics } = await cloudWatch.client.send(
      new ListMetricsCommand({ Namespace: 'App', Dimensions: [{ Name: 'v' }] }),
    );
    expect(Metrics).toEqual([{ Namespace: 'App', MetricName: 'n', Dimensions }]);
  });

  it('begins periods at whole multiples and gives the newest first by default', async () => {
    await cloudWatch.put(
      { MetricName: 'n', Timestamp: at(4), Value: 1 },
      { MetricName: 'n', Timestamp: at(5), Value: 2 },
      { MetricName: 'n', Timestamp: at(6), Value: 3 },
    );
    const { MetricDataResults } = await cloudWatch.get([stat('m', 'n', 'Sum', true, 300)], {
      StartTime: at(3),
      ScanBy: undefined,
    });
    expect(MetricDataResults?.[0]).toMatchObject({ Timestamps: [at(5), at(0)], Values: [5, 1] });
  });

  it('pages by MaxDatapoints', async () => {
    await cloudWatch.put(
      ...[0, 1, 2].map((minute) => ({ MetricName: 'n', Timestamp: at(minute), Value: minute })),
    );
    const queries = [stat('a', 'n', 'Sum'), stat('b', 'n', 'Sum')];
    const first = await cloudWatch.get(queries, { MaxDatapoints: 4 });
    expect(first.MetricDataResults?.map(({ Values, StatusCode }) => [Values, StatusCode])).toEqual([
      [[0, 1, 2], 'Complete'],
      [[0], 'PartialData'],
    ]);
    const second = await cloudWatch.get(queries, { MaxDatapoints: 4, NextToken: first.NextToken });
    expect(second.MetricDataResults?.map(({ Id, Values }) => [Id, Values])).toEqual([['b', [1, 2]]]);
    expect(second.NextToken).toBeUndefined();
  });

  it('answers GetMetricStatistics, percentiles included', async () => {
    await cloudWatch.put({ MetricName: 'n', Timestamp: at(3), Values: [1, 9] });
    const range = { Namespace: 'App', MetricName: 'n', Period: 60, StartTime: at(0), EndTime: at(10) };
    const { Datapoints } = await cloudWatch.client.send(
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
    await expect(cloudWatch.put({ MetricName: 'good', Value: 1 }, datum)).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidParameter(Value|Combination)Exception$/),
    });
    expect(cloudWatch.service.metrics()).toEqual([]);
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
    await expect(cloudWatch.get(queries, over)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});
