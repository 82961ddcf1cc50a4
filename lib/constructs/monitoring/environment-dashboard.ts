import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IWidget,
  LogQueryWidget,
  MathExpression,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { TARGET_METRIC } from '../../../core/health/proxy-metrics';
import { ROLLOUT_METRIC } from '../../../core/rollout/rollout-metrics';
import { arnIn } from '../../arn';
import { functionName, logGroupName } from '../../naming';
import { EVENT_FUNCTIONS } from './event-functions';
import { reportingShare } from './proxy-alarms';
import { perVersion, searchRollouts, successRate, together } from './searches';

const MINUTE = Duration.minutes(1);

/** What an environment's dashboard is made from. */
export interface EnvironmentDashboardProps {
  readonly environment: string;
  /** Names of the alarms whose state it shows, without the environment. */
  readonly alarms: readonly string[];
}

/** A whole environment at a glance, under its name: alarms, users, every version, rollouts, and whether metrics arrive. */
export class EnvironmentDashboard extends Construct {
  constructor(scope: Construct, id: string, props: EnvironmentDashboardProps) {
    super(scope, id);
    const { environment } = props;
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: environment,
      defaultInterval: Duration.hours(3),
    });
    dashboard.addWidgets(this.alarms(props));
    dashboard.addWidgets(...users(environment));
    dashboard.addWidgets(...versions(environment));
    dashboard.addWidgets(...rollouts(environment));
    dashboard.addWidgets(...tasks(environment));
  }

  private alarms({ environment, alarms }: EnvironmentDashboardProps): IWidget {
    return new AlarmStatusWidget({
      title: 'Alarms: what to do stands in docs/runbook.md',
      width: 24,
      height: 3,
      alarms: alarms.map((name) =>
        Alarm.fromAlarmArn(
          this,
          name,
          arnIn(Stack.of(this), 'cloudwatch', `alarm:${functionName(environment, name)}`),
        ),
      ),
    });
  }
}

function graph(title: string, left: GraphLines['left'], more: GraphLines = {}): GraphWidget {
  return new GraphWidget({ title, width: 8, height: 6, period: MINUTE, left: left ?? [], ...more });
}

type GraphLines = Pick<ConstructorParameters<typeof GraphWidget>[0], 'left' | 'leftYAxis' | 'stacked'>;

function expression(text: string, label: string): MathExpression {
  return new MathExpression({ expression: text, usingMetrics: {}, label, period: MINUTE });
}

/** What the load balancer saw: outside of every proxy. */
function users(environment: string): IWidget[] {
  const balancer = (metric: string, statistic: string, label: string) =>
    expression(
      `SEARCH('{AWS/ApplicationELB,LoadBalancer} MetricName="${metric}" LoadBalancer=${environment}', '${statistic}', 60)`,
      label,
    );
  return [
    graph('Users: requests a minute', [balancer('RequestCount', 'Sum', 'requests')]),
    graph('Users: server errors a minute', [
      balancer('HTTPCode_Target_5XX_Count', 'Sum', 'from the application'),
      balancer('HTTPCode_ELB_5XX_Count', 'Sum', 'from the load balancer'),
    ]),
    graph('Users: response time, p50 and p99, s', [
      balancer('TargetResponseTime', 'p50', 'p50'),
      balancer('TargetResponseTime', 'p99', 'p99'),
    ]),
  ];
}

function versions(environment: string): IWidget[] {
  const counts = { requests: TARGET_METRIC.requests, errors: TARGET_METRIC.code5xx } as const;
  return [
    graph('Requests a minute by version', [perVersion({ environment }, TARGET_METRIC.requests, 'Sum')], {
      stacked: true,
    }),
    graph('Server errors (5xx) a minute by version', [
      perVersion({ environment }, TARGET_METRIC.code5xx, 'Sum'),
    ]),
    graph(
      'Calls without server error, all services, percent',
      [successRate({ environment }, counts, 'success')],
      { leftYAxis: { max: 100 } },
    ),
  ];
}

function rollouts(environment: string): IWidget[] {
  const completed = searchRollouts(
    ROLLOUT_METRIC.completed,
    { Environment: environment, Service: null, Outcome: null },
    'Sum',
  );
  return [
    graph('Rollouts that ended, by outcome', [expression(completed, '')], { stacked: true }),
    new LogQueryWidget({
      title: 'What rollouts did',
      width: 16,
      height: 6,
      logGroupNames: EVENT_FUNCTIONS.map((name) => logGroupName(environment, `functions/${name}`)),
      queryLines: [
        'fields @timestamp, event.service, message, event.version, event.outcome, event.reason',
        'filter ispresent(event.service)',
        'sort @timestamp desc',
        'limit 50',
      ],
    }),
  ];
}

function tasks(environment: string): IWidget[] {
  return [
    graph('Running tasks by version', [
      expression(
        `SEARCH('{ECS/ContainerInsights,ClusterName,ServiceName} MetricName="RunningTaskCount" ClusterName="${environment}"', 'Maximum', 60)`,
        '',
      ),
    ]),
    graph('Proxies that report, percent of tasks', [reportingShare(environment)], {
      leftYAxis: { min: 0 },
    }),
    graph('Failed connections a minute, all services', [
      together({ environment }, TARGET_METRIC.connectFailures, 'failed connections'),
    ]),
  ];
}
