import {
  type MetricDatum,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { createCloudWatchClient } from '../../adapters/clients';
import { MemoryMetrics } from '../../adapters/memory/metrics';
import { CloudWatchMetrics } from '../../adapters/metrics/cloudwatch/metrics';
import type { ServiceBinding } from '../../core/config/service-binding';
import type { Observation } from '../../core/health/observation';
import { NODE_METRIC, PROXY_METRIC_NAMESPACE, TARGET_METRIC } from '../../core/health/proxy-metrics';
import {
  type CloudWatchService,
  createCloudWatchService,
} from '../../rehearsal/aws/services/cloudwatch/service';
import { aBinding, CANARY } from './builders';
import { startLocalAws } from './local-aws';
import { describeMetrics } from './metrics.contract';

async function startCloudWatch(binding: ServiceBinding = aBinding()) {
  let service: CloudWatchService | undefined;
  const aws = await startLocalAws((context) => {
    service = createCloudWatchService(context);
    return [service];
  });
  await aws.clock.advance(3_600_000);
  const client = createCloudWatchClient(aws.settings);
  const put = (Namespace: string, ...MetricData: MetricDatum[]) =>
    client.send(new PutMetricDataCommand({ Namespace, MetricData }));
  const datum =
    (dimension: string, version: string, start: string) => (MetricName: string, Value: number) => ({
      MetricName,
      Value,
      Timestamp: new Date(start),
      Dimensions: [
        { Name: 'Mesh', Value: 'demo' },
        { Name: dimension, Value: `demo-web-${version}` },
      ],
    });
  return {
    aws,
    client,
    metrics: new CloudWatchMetrics(client, binding),
    datum,
    put,
    report: async ({ version, start, requests, errors, latencyMillis, source }: Observation) => {
      const about = datum(source === 'callers' ? 'TargetVirtualNode' : 'VirtualNode', version, start);
      const names = source === 'callers' ? TARGET_METRIC : NODE_METRIC;
      const times = Object.values(latencyMillis).map((value) => about(TARGET_METRIC.responseTime, value));
      await put(
        PROXY_METRIC_NAMESPACE,
        about(names.requests, requests),
        about(names.code5xx, errors),
        ...times,
      );
    },
    setMetric: async (name: string, points: readonly { start: string; value: number }[]) => {
      const data = points.map(({ start, value }) => ({
        MetricName: name,
        Value: value,
        Timestamp: new Date(start),
      }));
      await put('Shop', ...data);
    },
    setAlarm: async (name: string, state: string) => {
      await client.send(
        new PutMetricAlarmCommand({
          AlarmName: name,
          Namespace: 'Shop',
          MetricName: 'Orders',
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'LessThanThreshold',
        }),
      );
      const StateValue = state.toUpperCase() as 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
      await client.send(new SetAlarmStateCommand({ AlarmName: name, StateValue, StateReason: 'test' }));
    },
    close: async () => {
      service?.close();
      client.destroy();
      await aws.close();
    },
  };
}

describeMetrics('memory', async () => {
  const metrics = new MemoryMetrics();
  return {
    metrics,
    report: async (observation) => metrics.add(observation),
    setMetric: async (name, points) => metrics.setMetric(name, points),
    setAlarm: async (name, state) => metrics.setAlarm(name, state),
    close: async () => undefined,
  };
});

describeMetrics('cloudwatch', startCloudWatch);

describe('CloudWatch metrics', () => {
  let fixture: Awaited<ReturnType<typeof startCloudWatch>>;
  const begin = async (binding?: ServiceBinding) => {
    fixture = await startCloudWatch(binding);
  };
  afterEach(() => fixture.close());

  const START = '2026-01-01T00:01:00.000Z';
  const window = { from: START, to: '2026-01-01T00:05:00.000Z', periodSeconds: 60 };
  const observe = () => fixture.metrics.observe({ version: CANARY, ...window, quantiles: ['p99'] });

  it('prefers callers, and passes over the version’s own proxy once any caller reports', async () => {
    await begin();
    const common = { version: CANARY, periodSeconds: 60, latencyMillis: {} };
    await fixture.report({ ...common, start: START, requests: 10, errors: 5, source: 'callers' });
    const later = '2026-01-01T00:02:00.000Z';
    await fixture.report({ ...common, start: later, requests: 10, errors: 0, source: 'own' });
    expect((await observe()).map(({ source, errors }) => [source, errors])).toEqual([['callers', 5]]);
  });

  it('leaves a period out whose errors have not arrived yet', async () => {
    await begin();
    const about = fixture.datum('TargetVirtualNode', CANARY, START);
    await fixture.put(PROXY_METRIC_NAMESPACE, about(TARGET_METRIC.requests, 10));
    expect(await observe()).toEqual([]);
  });

  it('counts connections and failures to connect for tcp, inside the version too', async () => {
    await begin(aBinding({ protocol: 'tcp' }));
    const caller = fixture.datum('TargetVirtualNode', CANARY, START);
    const own = fixture.datum('VirtualNode', CANARY, START);
    await fixture.put(
      PROXY_METRIC_NAMESPACE,
      caller(TARGET_METRIC.newConnections, 10),
      caller(TARGET_METRIC.connectFailures, 1),
      own(NODE_METRIC.newConnections, 10),
      own(NODE_METRIC.connectFailures, 9),
    );
    expect(await observe()).toEqual([
      expect.objectContaining({ requests: 10, errors: 9, latencyMillis: {}, source: 'callers' }),
    ]);
  });

  it('reads an expression over several metrics', async () => {
    await begin();
    await fixture.setMetric('Failed', [{ start: START, value: 3 }]);
    await fixture.setMetric('Orders', [{ start: START, value: 12 }]);
    const metric = (name: string) => ({ namespace: 'Shop', name, statistic: 'Sum' });
    const query = {
      expression: '100 * failed / answer',
      metrics: { failed: metric('Failed'), answer: metric('Orders') },
    };
    expect(await fixture.metrics.readMetric(query, window)).toEqual([{ start: START, value: 25 }]);
  });

  it('fails retryably when CloudWatch does', async () => {
    await begin();
    fixture.aws.endpoint.addFault({ action: 'cloudwatch:GetMetricData', kind: 'server_error', times: 3 });
    await expect(observe()).rejects.toMatchObject({ code: 'AwsCallFailed' });
  });

  it('refuses a metric query without a statistic, before any call', async () => {
    await begin();
    const query = { namespace: 'Shop', name: 'Orders' };
    await expect(fixture.metrics.readMetric(query, window)).rejects.toMatchObject({ code: 'InvalidInput' });
    expect(fixture.aws.calls).toEqual([]);
  });
});
