import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { PlatformConfig } from '../../../core/config/platform-schema';
import { serviceLogGroupName } from '../../../core/config/service-binding';
import { logGroupName, pipelineName, stateMachineName } from '../../naming';
import type { ServicePipeline } from './service-pipeline';

/** Puts what people look for into the stack's outputs: where to push, and each page of the console in one click. */
export function publishLinks(
  scope: Construct,
  platform: PlatformConfig,
  service: string,
  pipeline: ServicePipeline,
): void {
  const { environment, region } = platform;
  const name = pipelineName(environment, service);
  const console = `https://${region}.console.aws.amazon.com`;
  const output = (id: string, value: string, description: string): void => {
    new CfnOutput(scope, id, { value, description });
  };
  // Parallel executions are listed on a page of their own; the pipeline's first page does not show them.
  output(
    'PipelineUrl',
    `${console}/codesuite/codepipeline/pipelines/${name}/executions?region=${region}`,
    `Every push to ${service}, with its stages`,
  );
  for (const [id, url] of Object.entries(pipeline.source.cloneUrls)) {
    output(id, url, `git clone address of ${service}`);
  }
  output(
    'BuildLogUrl',
    logUrl(console, region, logGroupName(environment, `builds/${service}`)),
    'Checks and builds',
  );
  output(
    'TaskLogUrl',
    logUrl(console, region, serviceLogGroupName(environment, service)),
    'What its tasks log',
  );
  output(
    'RolloutLogUrl',
    logUrl(console, region, `/aws/vendedlogs/states/${stateMachineName(environment)}`),
    'Every state of every rollout',
  );
  output(
    'DashboardUrl',
    `${console}/cloudwatch/home?region=${region}#dashboards/dashboard/${name}`,
    `Traffic and health of ${service} by version`,
  );
}

/** The console's page of a log group; it wants slashes escaped twice, with `$` for `%`. */
function logUrl(console: string, region: string, group: string): string {
  return `${console}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${group.replaceAll('/', '$252F')}`;
}
