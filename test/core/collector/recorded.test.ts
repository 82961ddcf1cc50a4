import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { OBSERVATION_ID, renderObservationQueries } from '../../../adapters/metrics/cloudwatch/queries';
import { renderCollectorConfig } from '../../../core/collector/config';
import type { Protocol } from '../../../core/config/protocols';
import { aBinding } from '../../contract/builders';

type Value = number | { readonly Values: readonly number[]; readonly Counts: readonly number[] };

interface EmfDocument {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

interface Recorded {
  readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly connections: Readonly<Record<string, { readonly tried: number; readonly failed: number }>>;
  readonly p99Millis: Readonly<Record<string, number>>;
  readonly documents: readonly EmfDocument[];
}

const FOLDER = join(__dirname, 'recorded');
const recorded = JSON.parse(readFileSync(join(FOLDER, 'documents.generated.json'), 'utf8')) as Recorded;

/** What CloudWatch makes of the documents: values by namespace, name and dimensions. */
function metricsOf(documents: readonly EmfDocument[]): ReadonlyMap<string, readonly Value[]> {
  const metrics = new Map<string, Value[]>();
  for (const one of documents) {
    for (const { Namespace, Dimensions, Metrics } of one._aws.CloudWatchMetrics) {
      for (const [names, { Name }] of Dimensions.flatMap((each) =>
        Metrics.map((it) => [each, it] as const),
      )) {
        const dimensions = names.map((name): [string, string] => [name, String(one[name])]);
        const key = keyOf(Namespace, Name, dimensions);
        metrics.set(key, [...(metrics.get(key) ?? []), one[Name] as Value]);
      }
    }
  }
  return metrics;
}

function keyOf(namespace: string, name: string, dimensions: readonly (readonly [string, string])[]): string {
  return JSON.stringify([namespace, name, [...dimensions].sort()]);
}

const metrics = metricsOf(recorded.documents);

/** The answer to a judge's query over the whole recording; undefined for no data. */
function answer({ MetricStat }: MetricDataQuery): number | undefined {
  const { Metric, Stat = '' } = MetricStat ?? {};
  const dimensions = (Metric?.Dimensions ?? []).map(({ Name = '', Value = '' }): [string, string] => [
    Name,
    Value,
  ]);
  const values = metrics.get(keyOf(Metric?.Namespace ?? '', Metric?.MetricName ?? '', dimensions));
  if (values === undefined) return undefined;
  return Stat === 'Sum' ? sumOf(values) : quantileOf(values, Number(Stat.slice(1)) / 100);
}

function sumOf(values: readonly Value[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : Number.NaN), 0);
}

function quantileOf(values: readonly Value[], quantile: number): number {
  const bins = values
    .flatMap((value) =>
      typeof value === 'number'
        ? []
        : value.Values.map((at, i): [number, number] => [at, value.Counts[i] ?? 0]),
    )
    .sort(([a], [b]) => a - b);
  const wanted = quantile * bins.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [at, count] of bins) {
    seen += count;
    if (seen >= wanted) return at;
  }
  return Number.NaN;
}

/** What judges are told about `demo-<service>-<version>`. */
function judged(node: string, protocol: Protocol): Readonly<Record<string, number | undefined>> {
  const [, service = '', version = ''] = /^demo-(.+)-([0-9a-f]{8})$/.exec(node) ?? [];
  const binding = { ...aBinding(), environment: 'demo', service, protocol };
  const window = { from: '2026-11-21T13:00:00Z', to: '2026-11-21T14:00:00Z', periodSeconds: 60 };
  const queries = renderObservationQueries(
    { ...binding, router: { ...binding.router, mesh: 'demo' } },
    { version, quantiles: ['p99'], ...window },
  );
  return Object.fromEntries(queries.map((query) => [query.Id ?? '', answer(query)]));
}

function countOf(answers: Readonly<Record<string, number>>, codes: RegExp): number {
  return Object.entries(answers).reduce((sum, [code, count]) => sum + (codes.test(code) ? count : 0), 0);
}

describe('what the collector sent of real traffic', () => {
  it('was recorded with the configuration that is rendered now: record anew when it changes', () => {
    const place = {
      mesh: 'demo',
      region: 'eu-central-1',
      logGroup: '/ecs-canary/demo/metrics',
      logStream: 'ui',
    };

    expect(JSON.parse(renderCollectorConfig(place))).toEqual(
      JSON.parse(readFileSync(join(FOLDER, 'config.json'), 'utf8')),
    );
  });

  it.each([
    ['demo-app-aaaaaaaa', 'http', 'answers of every class, and health checks that are no requests'],
    ['demo-app-bbbbbbbb', 'http', 'server errors, time-outs and requests tried three times'],
    ['demo-app-0000dead', 'http', 'refused connections, tried three times'],
    ['demo-empty-ffffffff', 'http2', 'no endpoint'],
    ['demo-quiet-eeeeeeee', 'http', 'no request at all'],
  ] as const)('tells judges of %s (%s) what its callers saw: %s', (node, protocol, _what) => {
    const answers = recorded.answers[node] ?? {};

    expect(judged(node, protocol)).toMatchObject({
      [OBSERVATION_ID.callerRequests]: countOf(answers, /./),
      [OBSERVATION_ID.callerErrors]: countOf(answers, /^5/),
    });
  });

  it.each(['demo-db-cccccccc', 'demo-db-0000dead', 'demo-db-00000000'])(
    'tells judges of connections to %s',
    (node) => {
      const { tried, failed } = recorded.connections[node] ?? { tried: Number.NaN, failed: Number.NaN };

      expect(judged(node, 'tcp')).toMatchObject({
        [OBSERVATION_ID.callerRequests]: tried,
        [OBSERVATION_ID.callerErrors]: failed,
      });
    },
  );

  it('tells judges what a version’s own proxy saw', () => {
    const answers = recorded.answers['own demo-ui-dddddddd'] ?? {};

    expect(judged('demo-ui-dddddddd', 'http')).toMatchObject({
      [OBSERVATION_ID.ownRequests]: countOf(answers, /./),
      [OBSERVATION_ID.ownErrors]: countOf(answers, /^5/),
    });
  });

  it('keeps quantiles within a bin of what the client measured', () => {
    const measured = recorded.p99Millis['demo-app-aaaaaaaa'] ?? Number.NaN;
    const told = judged('demo-app-aaaaaaaa', 'http').latency_p99 ?? Number.NaN;

    expect(Math.abs(told - measured) / measured).toBeLessThan(0.05);
  });

  it('leaves out of the response times what found no answer: time-outs are server errors and nothing else', () => {
    const answered = countOf(recorded.answers['demo-app-bbbbbbbb'] ?? {}, /^(?!504)/);
    const bins = metrics.get(
      keyOf('ECSCanary', 'envoy_appmesh_TargetResponseTime', [
        ['Mesh', 'demo'],
        ['TargetVirtualNode', 'demo-app-bbbbbbbb'],
      ]),
    );
    const counts = (bins ?? []).flatMap((value) => (typeof value === 'number' ? [] : value.Counts));

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(answered);
  });

  it('holds no metric that nobody asked for', () => {
    const names = new Set([...metrics.keys()].map((key) => (JSON.parse(key) as string[])[1]));

    expect([...names].sort()).toEqual([
      'envoy_appmesh_HTTPCode_5XX_Count',
      'envoy_appmesh_HTTPCode_Target_2XX_Count',
      'envoy_appmesh_HTTPCode_Target_3XX_Count',
      'envoy_appmesh_HTTPCode_Target_4XX_Count',
      'envoy_appmesh_HTTPCode_Target_5XX_Count',
      'envoy_appmesh_NewConnectionCountPerTarget',
      'envoy_appmesh_RequestCount',
      'envoy_appmesh_RequestCountPerTarget',
      'envoy_appmesh_TargetResponseTime',
      'envoy_cluster_upstream_cx_connect_fail',
      'envoy_server_live',
    ]);
  });
});
