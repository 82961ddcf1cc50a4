import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import { FUNCTION_ENVIRONMENT } from '../../core/config/function-environment';
import {
  type ServiceBinding,
  serviceBindingSchema,
  serviceParameterName,
} from '../../core/config/service-binding';
import { PROXY_METRIC_NAMESPACE } from '../../core/health/proxy-metrics';
import type { AwsSide } from '../environment/aws-side';

/** Most datapoints that `PutMetricData` takes in one call. */
const PUT_AT_ONCE = 1000;

/** Bindings of the services that have a pipeline, as their stacks wrote them. */
export async function readBindings(aws: AwsSide): Promise<readonly ServiceBinding[]> {
  const environment = aws.deployed.functions
    .map(({ environment }) => environment[FUNCTION_ENVIRONMENT.environment])
    .find((name) => name !== undefined);
  const bindings: ServiceBinding[] = [];
  for (const { name } of aws.deployed.delivery.pipelines) {
    const service = name.slice((environment ?? '').length + 1);
    const Name = serviceParameterName(environment ?? '', service);
    const found = (await aws.ssm.operations.GetParameter?.run({ Name })) as {
      readonly Parameter: { readonly Value: string };
    };
    bindings.push(serviceBindingSchema.parse(JSON.parse(found.Parameter.Value)));
  }
  return bindings;
}

/** Not through the endpoint: on AWS the metrics come from the tasks' logs, and take nobody's rate. */
export async function putMetrics(aws: AwsSide, data: readonly MetricDatum[]): Promise<void> {
  for (let from = 0; from < data.length; from += PUT_AT_ONCE) {
    const MetricData = data.slice(from, from + PUT_AT_ONCE);
    await aws.cloudWatch.operations.PutMetricData?.run({ Namespace: PROXY_METRIC_NAMESPACE, MetricData });
  }
}
