import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { nextAlarmState } from '../../../../../rehearsal/aws/services/cloudwatch/alarm-rules';
import { settle } from '../../services-fixtures';
import { CloudWatchFixture, MINUTE, math, stat } from './fixture';

const cloudWatch = new CloudWatchFixture();

beforeEach(() => cloudWatch.start());
afterEach(() => cloudWatch.stop());

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
    const { MetricAlarms } = await cloudWatch.client.send(
      new DescribeAlarmsCommand({ AlarmNames: ['errors'] }),
    );
    return MetricAlarms?.[0]?.StateValue;
  };

  it('goes through its states as whole periods pass', async () => {
    await cloudWatch.client.send(new PutMetricAlarmCommand(anAlarm()));
    const seen = [await state()];
    for (const value of [0, 0, 9, 9, 0]) {
      await cloudWatch.put({ MetricName: 'errors', Value: value });
      await cloudWatch.context.clock.advance(MINUTE);
      seen.push(await state());
    }
    expect(seen).toEqual(['INSUFFICIENT_DATA', 'OK', 'OK', 'OK', 'ALARM', 'OK']);
    await cloudWatch.context.clock.advance(5 * MINUTE);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    expect(cloudWatch.alarmChanges).toEqual([
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
    await cloudWatch.client.send(
      new PutMetricAlarmCommand(anAlarm({ ...single, EvaluationPeriods: 1, Metrics })),
    );
    await cloudWatch.put({ MetricName: 'errors', Value: 6 }, { MetricName: 'requests', Value: 100 });
    await cloudWatch.context.clock.advance(MINUTE);
    expect(await state()).toBe('ALARM');
  });

  it('is set by hand, and deleted', async () => {
    await cloudWatch.client.send(new PutMetricAlarmCommand(anAlarm()));
    await cloudWatch.client.send(
      new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'drill' }),
    );
    expect(cloudWatch.service.alarms()[0]).toMatchObject({ StateValue: 'ALARM', StateReason: 'drill' });
    await cloudWatch.client.send(new DeleteAlarmsCommand({ AlarmNames: ['errors'] }));
    await settle();
    expect(await state()).toBeUndefined();
    expect(cloudWatch.context.clock.pending()).toBe(0);
    await expect(
      cloudWatch.client.send(
        new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'OK', StateReason: '' }),
      ),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  it('refuses more data points to alarm than evaluation periods', async () => {
    await expect(
      cloudWatch.client.send(new PutMetricAlarmCommand(anAlarm({ DatapointsToAlarm: 3 }))),
    ).rejects.toThrow('DatapointsToAlarm');
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
