import { Duration } from 'aws-cdk-lib';
import {
  Dashboard,
  DashboardVariable,
  GraphWidget,
  type IWidget,
  LogQueryWidget,
  MathExpression,
  Metric,
  TextWidget,
  Values,
  VariableInputType,
  VariableType,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Protocol } from '../../../core/config/protocols';
import { PROXY_DIMENSION, PROXY_METRIC_NAMESPACE, TARGET_METRIC } from '../../../core/health/proxy-metrics';
import { ROLLOUT_METRIC } from '../../../core/rollout/rollout-metrics';
import { logGroupName, pipelineName } from '../../naming';
import { EVENT_FUNCTIONS } from './event-functions';
import { perVersion, searchRollouts, successRate } from './searches';

const MINUTE = Duration.minutes(1);
const HALF = 12;
const HEIGHT = 6;

/** What one service's dashboard is made from. */
export interface ServiceDashboardProps {
  readonly environment: string;
  readonly service: string;
  readonly protocol: Protocol;
}

/** Placeholders in the dashboard's text that the two choices at its top replace. */
const CHOICE = { version: 'VERSION-TO-LOOK-AT', other: 'VERSION-TO-COMPARE' } as const;

/**
 * One service at a glance, `<environment>-<service>`: every version in one graph each of traffic, errors and
 * latency; weights; what its rollouts said; and two versions of one's choice side by side.
 */
export class ServiceDashboard extends Construct {
  constructor(scope: Construct, id: string, props: ServiceDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: pipelineName(props.environment, props.service),
      defaultInterval: Duration.hours(3),
      variables: [
        this.createChoice(CHOICE.version, 'Version', props),
        this.createChoice(CHOICE.other, 'Compared with', props),
      ],
    });
    const isTcp = props.protocol === 'tcp';
    for (const row of [
      [weights(props), events(props)],
      isTcp ? connections(props) : traffic(props),
      isTcp ? [] : latencies(props),
      isTcp ? [] : sideBySide(props),
    ]) {
      dashboard.addWidgets(...row);
    }
  }

  private createChoice(placeholder: string, label: string, props: ServiceDashboardProps): DashboardVariable {
    const { mesh, target } = PROXY_DIMENSION;
    return new DashboardVariable({
      id: placeholder.toLowerCase(),
      type: VariableType.PATTERN,
      value: placeholder,
      label,
      inputType: VariableInputType.SELECT,
      values: Values.fromSearchComponents({
        namespace: PROXY_METRIC_NAMESPACE,
        dimensions: [mesh, target],
        metricName: props.protocol === 'tcp' ? TARGET_METRIC.newConnections : TARGET_METRIC.requests,
        populateFrom: target,
      }),
      visible: props.protocol !== 'tcp',
    });
  }
}

function graph(title: string, lines: GraphLines): GraphWidget {
  return new GraphWidget({ title, width: HALF, height: HEIGHT, period: MINUTE, ...lines });
}

type GraphLines = Pick<ConstructorParameters<typeof GraphWidget>[0], 'left' | 'leftYAxis' | 'stacked'>;

function weights({ environment, service }: ServiceDashboardProps): IWidget {
  const search = searchRollouts(
    ROLLOUT_METRIC.weight,
    { Environment: environment, Service: service, Version: null },
    'Maximum',
  );
  return graph('Weight by version, percent', {
    // Written at each shift: in between, the last one holds.
    left: [
      new MathExpression({
        expression: `FILL(${search}, REPEAT)`,
        usingMetrics: {},
        label: '',
        period: MINUTE,
      }),
    ],
    leftYAxis: { min: 0, max: 100 },
  });
}

/** Events of rollouts of this service, newest first, from the logs of every function. */
function events({ environment, service }: ServiceDashboardProps): IWidget {
  return new LogQueryWidget({
    title: 'What rollouts did',
    width: HALF,
    height: HEIGHT,
    logGroupNames: EVENT_FUNCTIONS.map((name) => logGroupName(environment, `functions/${name}`)),
    queryLines: [
      'fields @timestamp, message, event.version, event.outcome, event.reason',
      `filter event.service = "${service}"`,
      'sort @timestamp desc',
      'limit 50',
    ],
  });
}

function traffic(props: ServiceDashboardProps): IWidget[] {
  return [
    graph('Requests a minute by version', {
      left: [perVersion(props, TARGET_METRIC.requests, 'Sum')],
      stacked: true,
    }),
    graph('Server errors (5xx) a minute by version', {
      left: [perVersion(props, TARGET_METRIC.code5xx, 'Sum')],
    }),
  ];
}

function connections(props: ServiceDashboardProps): IWidget[] {
  return [
    graph('Connections a minute by version', {
      left: [perVersion(props, TARGET_METRIC.newConnections, 'Sum')],
      stacked: true,
    }),
    graph('Failed connections a minute by version', {
      left: [perVersion(props, TARGET_METRIC.connectFailures, 'Sum')],
    }),
  ];
}

function latencies(props: ServiceDashboardProps): IWidget[] {
  const errors = { requests: TARGET_METRIC.requests, errors: TARGET_METRIC.code5xx } as const;
  return [
    graph('Response time by version, p99, ms', {
      left: [perVersion(props, TARGET_METRIC.responseTime, 'p99')],
    }),
    graph('Requests without server error, all versions, percent', {
      left: [successRate(props, errors, props.service)],
      leftYAxis: { max: 100 },
    }),
  ];
}

/** Two versions of one's choice; CloudWatch cannot divide one search by another. */
function sideBySide(props: ServiceDashboardProps): IWidget[] {
  return [
    new TextWidget({
      markdown: 'Choose **Version** and **Compared with** at the top: stable and canary side by side.',
      width: 24,
      height: 1,
    }),
    graph('Requests without server error, percent', {
      left: Object.values(CHOICE).map((node) => rateOf(props.environment, node)),
      leftYAxis: { max: 100 },
    }),
    graph('Response time, p50 and p99, ms', {
      left: Object.values(CHOICE).flatMap((node) =>
        ['p50', 'p99'].map((statistic) =>
          metricOf(props.environment, node, TARGET_METRIC.responseTime, statistic),
        ),
      ),
    }),
  ];
}

function rateOf(environment: string, node: string): MathExpression {
  const id = node === CHOICE.version ? 'a' : 'b';
  return new MathExpression({
    expression: `100 * (1 - ${id}errors / ${id}requests)`,
    usingMetrics: {
      [`${id}errors`]: metricOf(environment, node, TARGET_METRIC.code5xx, 'Sum'),
      [`${id}requests`]: metricOf(environment, node, TARGET_METRIC.requests, 'Sum'),
    },
    label: node,
    period: MINUTE,
  });
}

function metricOf(environment: string, node: string, metricName: string, statistic: string): Metric {
  const { mesh, target } = PROXY_DIMENSION;
  return new Metric({
    namespace: PROXY_METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [mesh]: environment, [target]: node },
    statistic,
    label: `${node} ${statistic}`,
    period: MINUTE,
  });
}
