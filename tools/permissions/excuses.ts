import type { Excuse } from './types';

const MACHINES = 'ENVIRONMENT-*machine';

/** Grants that stand although no run here uses them, or although they are wider than used, each with its reason. */
export const EXCUSES: readonly Excuse[] = [
  {
    roles: MACHINES,
    actions: [
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
    ],
    resource: '*',
    excuses: 'unused',
    reason:
      'Step Functions delivers execution logs with them, which the rehearsal keeps itself (Step Functions developer guide, "Using CloudWatch Logs to log execution history")',
  },
  {
    roles: MACHINES,
    actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords'],
    resource: '*',
    excuses: 'unused',
    reason:
      'Step Functions traces executions with them; there is no X-Ray in the rehearsal (developer guide, "Trace Step Functions request data in AWS X-Ray")',
  },
  {
    roles: MACHINES,
    actions: ['xray:PutTraceSegments'],
    resource: '*',
    excuses: 'wide',
    reason:
      'as the other actions of X-Ray; the key that AWS offers says which logs a trace names, and these machines name none',
  },
  {
    roles: 'ENVIRONMENT-evaluate-health',
    actions: ['cloudwatch:DescribeAlarms'],
    resource: '*',
    excuses: 'wide',
    reason:
      'deploy.json may name any alarm of the account, and AWS shows composite alarms to who may describe * alone (CloudWatch API reference, DescribeAlarms)',
  },
  {
    roles: 'ENVIRONMENT-evaluate-health',
    actions: ['cloudwatch:GetMetricData'],
    resource: '*',
    excuses: 'wide',
    reason: 'the resource type is for datasets; metrics, of which deploy.json may name any, have none',
  },
  {
    roles: 'ENVIRONMENT-recover-*',
    actions: ['sqs:SendMessage'],
    resource: '…:ENVIRONMENT-recovery-failures',
    excuses: 'unused',
    reason:
      'Lambda sends what failed for good in the function’s name; the rehearsal has no queues (Lambda developer guide, "Capturing records of Lambda asynchronous invocations")',
  },
  {
    roles: 'ENVIRONMENT-flow-log',
    actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    resource: '…:log-group:/ecs-canary/ENVIRONMENT/network/flow-log:*',
    excuses: 'unused',
    reason:
      'VPC writes its records with them; the rehearsal has no VPC (VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs")',
  },
  {
    roles: 'ENVIRONMENT-SERVICE-pipeline',
    actions: ['codecommit:CancelUploadArchive'],
    resource: '…:ENVIRONMENT-SERVICE',
    excuses: 'unused',
    reason: 'CodePipeline calls it when a source action is stopped, which no story does',
  },
  {
    roles: 'ENVIRONMENT-SERVICE-pipeline',
    actions: ['s3:GetBucketLocation', 's3:GetBucketVersioning'],
    resource: 'arn:aws:s3:::…',
    excuses: 'unused',
    reason:
      'CodePipeline looks at its artifact bucket before it uses it (user guide, "Add permissions to the CodePipeline service role"); the rehearsal keeps artifacts in a folder',
  },
  {
    roles: 'ENVIRONMENT-SERVICE-build',
    actions: ['ecr:GetDownloadUrlForLayer'],
    resource: '…:repository/ENVIRONMENT-SERVICE',
    excuses: 'unused',
    reason:
      'a build.yml may read layers of its own registry back (docker build --cache-from); the sample’s does not',
  },
  {
    roles: 'ENVIRONMENT-SERVICE-pipeline',
    actions: ['codestar-connections:UseConnection'],
    resource: 'arn:aws:codeconnections:…:connection/…',
    excuses: 'void',
    reason:
      'AWS wants the prefix of the connection’s own ARN (Developer Tools console user guide, "Connections rename"), yet pipelines were refused without the old one, which is all that the CDK grants for either',
  },
];
