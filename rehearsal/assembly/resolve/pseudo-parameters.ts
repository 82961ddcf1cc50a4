import type { AssemblyStack } from '../read-assembly';
import { generatedUuid } from './names';

const PARTITIONS = [
  { prefix: 'cn-', partition: 'aws-cn', suffix: 'amazonaws.com.cn' },
  { prefix: 'us-gov-', partition: 'aws-us-gov', suffix: 'amazonaws.com' },
  { prefix: '', partition: 'aws', suffix: 'amazonaws.com' },
] as const;

/** The pseudo parameters of a stack; `AWS::NoValue` is undefined. */
export function pseudoParameters(stack: AssemblyStack): Readonly<Record<string, unknown>> {
  const { partition, suffix } =
    PARTITIONS.find(({ prefix }) => stack.region.startsWith(prefix)) ?? PARTITIONS[2];
  return {
    'AWS::AccountId': stack.account,
    'AWS::Region': stack.region,
    'AWS::Partition': partition,
    'AWS::URLSuffix': suffix,
    'AWS::StackName': stack.name,
    'AWS::StackId': `arn:${partition}:cloudformation:${stack.region}:${stack.account}:stack/${stack.name}/${generatedUuid(stack.name, '')}`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': undefined,
  };
}
