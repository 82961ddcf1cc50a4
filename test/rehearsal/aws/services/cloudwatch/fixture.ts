import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type GetMetricDataCommandOutput,
  type MetricDatum,
  PutMetricDataCommand,
  type PutMetricDataCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import {
  type CloudWatchService,
  createCloudWatchService,
} from '../../../../../rehearsal/aws/services/cloudwatch/service';
import { aContext, serve } from '../../services-fixtures';

/** When the clock of every test begins, in milliseconds. */
export const T0 = Date.UTC(2026, 0, 1);
export const MINUTE = 60_000;
/** So many minutes after the beginning. */
export const at = (minutes: number) => new Date(T0 + minutes * MINUTE);

/** A query for a statistic of a metric. */
export const stat = (Id: string, MetricName: string, Stat: string, ReturnData = true, Period = 60) => ({
  Id,
  ReturnData,
  MetricStat: { Metric: { Namespace: 'App', MetricName }, Period, Stat },
});
/** A query for a metric-math expression. */
export const math = (Id: string, Expression: string) => ({ Id, Expression });

/** CloudWatch behind the endpoint, and a client of it. */
export class CloudWatchFixture {
  context!: ReturnType<typeof aContext>;
  service!: CloudWatchService;
  client!: CloudWatchClient;
  /** What was told of alarms, in order. */
  alarmChanges: string[] = [];
  private served!: Awaited<ReturnType<typeof serve>>;

  /** Before each test. */
  async start(): Promise<void> {
    this.context = aContext();
    this.alarmChanges = [];
    this.service = createCloudWatchService(this.context, {
      onAlarm: (alarm, before) =>
        this.alarmChanges.push(`${alarm.AlarmName}: ${before} -> ${alarm.StateValue}`),
    });
    this.served = await serve(this.context, [this.service]);
    this.client = new CloudWatchClient(this.served.config);
  }

  /** After each test. */
  async stop(): Promise<void> {
    this.service.close();
    this.client.destroy();
    await this.served.endpoint.close();
  }

  /** Puts data of the namespace `App`. */
  put(...MetricData: MetricDatum[]): Promise<PutMetricDataCommandOutput> {
    return this.client.send(new PutMetricDataCommand({ Namespace: 'App', MetricData }));
  }

  /** The first ten minutes of queries, oldest first. */
  get(
    MetricDataQueries: GetMetricDataCommandInput['MetricDataQueries'],
    over: Partial<GetMetricDataCommandInput> = {},
  ): Promise<GetMetricDataCommandOutput> {
    return this.client.send(
      new GetMetricDataCommand({
        MetricDataQueries,
        StartTime: at(0),
        EndTime: at(10),
        ScanBy: 'TimestampAscending',
        ...over,
      }),
    );
  }

  /** What an expression over sums of metrics gives. */
  async valuesOf(Expression: string, ...metrics: string[]) {
    const { MetricDataResults } = await this.get([
      math('e', Expression),
      ...metrics.map((name) => stat(name, name, 'Sum', false)),
    ]);
    const [result] = MetricDataResults!;
    return result!.Timestamps!.map((time, index) => [(time.getTime() - T0) / MINUTE, result!.Values![index]]);
  }
}
