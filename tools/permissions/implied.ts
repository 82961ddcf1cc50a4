import type { FunctionSpec } from '../../rehearsal/contracts';
import type { Use } from './types';

/** Name of a function's log group, and the resources of the assembly that it must be among. */
export interface FunctionLogs {
  readonly arnOf: (functionName: string) => string;
}

/**
 * What Lambda does in a function's name when the function does anything: it writes the log.
 * Source: AWS Lambda developer guide, "Sending Lambda function logs to CloudWatch Logs".
 */
export function functionLogUses(
  uses: readonly Use[],
  functions: readonly Pick<FunctionSpec, 'roleName' | 'name'>[],
  logs: FunctionLogs,
): readonly Omit<Use, 'isAllowed'>[] {
  const active = new Set(uses.map(({ role }) => role));
  return functions
    .filter(({ roleName }) => active.has(roleName))
    .flatMap(({ roleName, name }) => {
      const resource = `${logs.arnOf(name)}:log-stream:2026/01/01/[$LATEST]0123456789abcdef`;
      return ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
        role: roleName,
        action,
        resource,
        context: {},
      }));
    });
}
