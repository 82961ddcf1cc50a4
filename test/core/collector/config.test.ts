import { renderCollectorConfig } from '../../../core/collector/config';
import {
  NODE_METRIC,
  PROXY_DIMENSION,
  REPORTING_METRIC,
  TARGET_METRIC,
} from '../../../core/health/proxy-metrics';

interface Declaration {
  readonly dimensions: readonly (readonly string[])[];
  readonly metric_name_selectors: readonly string[];
}

interface Config {
  readonly receivers: { readonly statsd: { readonly endpoint: string } };
  readonly extensions: { readonly health_check: { readonly endpoint: string } };
  readonly processors: Readonly<Record<string, unknown>>;
  readonly exporters: {
    readonly awsemf: { readonly namespace: string; readonly metric_declarations: readonly Declaration[] };
  };
  readonly service: {
    readonly pipelines: { readonly metrics: { readonly processors: readonly string[] } };
  };
}

const PLACE = {
  mesh: 'demo',
  region: 'eu-central-1',
  logGroup: '/ecs-canary/demo/metrics',
  logStream: 'web',
};

/** The configuration as the collector reads it: a doubled dollar sign stands for itself. */
function read(): Config {
  return JSON.parse(renderCollectorConfig(PLACE).replaceAll('$$', '$')) as Config;
}

describe('renderCollectorConfig', () => {
  it('declares the metrics that judges read, under their dimensions, and no others', () => {
    const { namespace, metric_declarations } = read().exporters.awsemf;
    const declared = metric_declarations.map(({ dimensions, metric_name_selectors }) => [
      dimensions,
      [...metric_name_selectors].sort(),
    ]);
    const exactly = (metrics: Readonly<Record<string, string>>) =>
      Object.values(metrics)
        .map((name) => `^${name}$`)
        .sort();

    expect(namespace).toBe('ECSCanary');
    expect(declared).toEqual([
      [[[PROXY_DIMENSION.mesh, PROXY_DIMENSION.target]], exactly(TARGET_METRIC)],
      [[[PROXY_DIMENSION.mesh, PROXY_DIMENSION.node]], exactly(NODE_METRIC)],
      [[[PROXY_DIMENSION.mesh]], [`^${REPORTING_METRIC}$`]],
    ]);
  });

  it('listens on loopback alone', () => {
    const { receivers, extensions } = read();

    expect([receivers.statsd.endpoint, extensions.health_check.endpoint]).toEqual([
      '127.0.0.1:8125',
      '127.0.0.1:13133',
    ]);
  });

  it('defines every processor that its pipeline names, and names every one that it defines', () => {
    const { processors, service } = read();

    expect(Object.keys(processors)).toEqual(service.pipelines.metrics.processors);
  });

  it('leaves no dollar sign that the collector would replace', () => {
    expect(renderCollectorConfig(PLACE).replaceAll('$$', '')).not.toContain('$');
  });

  it('fits into a task definition four times over', () => {
    expect(renderCollectorConfig(PLACE).length).toBeLessThan((64 * 1024) / 4);
  });
});
