import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { ServiceBinding } from '../../../core/config/service-binding';
import type { Observation } from '../../../core/health/observation';
import type { AlarmState, CustomMetricQuery, Metrics, ObservationQuery } from '../../../core/ports/metrics';
import { callAws } from '../../aws-errors';
import { toObservations } from './observations';
import { renderCustomQueries, renderObservationQueries } from './queries';
import { readSeries, type Window } from './reader';

const ALARM_STATES: Readonly<Record<string, AlarmState>> = {
  OK: 'ok',
  ALARM: 'alarm',
  INSUFFICIENT_DATA: 'insufficient_data',
};

/** What the proxies of one service's callers reported to CloudWatch. */
export class CloudWatchMetrics implements Metrics {
  constructor(
    private readonly client: CloudWatchClient,
    private readonly binding: ServiceBinding,
  ) {}

  async observe(query: ObservationQuery): Promise<readonly Observation[]> {
    if (isEmpty(query)) {
      return [];
    }
    const queries = renderObservationQueries(this.binding, query);
    const series = await readSeries(this.client, queries, query);
    return toObservations(query, series, this.binding.protocol);
  }

  async readMetric(
    query: CustomMetricQuery,
    window: Window,
  ): Promise<readonly { readonly start: string; readonly value: number }[]> {
    if (isEmpty(window)) {
      return [];
    }
    const { id, queries } = renderCustomQueries(query, window.periodSeconds);
    const points = (await readSeries(this.client, queries, window)).get(id) ?? new Map<number, number>();
    return [...points]
      .sort(([a], [b]) => a - b)
      .map(([start, value]) => ({ start: new Date(start).toISOString(), value }));
  }

  async alarmState(name: string): Promise<AlarmState> {
    const answer = await callAws({ action: 'cloudwatch:DescribeAlarms', on: { alarm: name } }, () =>
      this.client.send(
        new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
      ),
    );
    const found = answer.MetricAlarms?.[0] ?? answer.CompositeAlarms?.[0];
    return found === undefined ? 'missing' : (ALARM_STATES[found.StateValue ?? ''] ?? 'insufficient_data');
  }
}

/** CloudWatch refuses an empty window; nothing can be in it. */
function isEmpty(window: { readonly from: string; readonly to: string }): boolean {
  return Date.parse(window.from) >= Date.parse(window.to);
}
