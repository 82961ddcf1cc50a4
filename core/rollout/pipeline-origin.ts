import { describeValue } from '../config/problems';
import type { Problem } from '../errors';

/**
 * How CodePipeline names an execution: the prefix that the platform gave the pipeline's Deploy action, which is the
 * service, then the action's own id. What a push brings along has no say in it.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StepFunctions.html
 */
const PIPELINE_EXECUTION = /^(.+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What a pipeline may not ask for, though its build may write any input: a rollout of another service, or to take
 * over a rollout that goes on. Null when it asks for neither, or when the execution is no pipeline's.
 */
export function findOriginProblem(
  executionName: string,
  document: { readonly [member: string]: unknown },
): Problem | null {
  const service = PIPELINE_EXECUTION.exec(executionName)?.[1];
  if (service === undefined) {
    return null;
  }
  if ('resume' in document) {
    return {
      path: 'resume',
      received: describeValue(document.resume),
      allowed: 'nothing: only the platform itself goes on with a rollout',
      todo: 'remove it from rollout.json',
    };
  }
  return document.service === service
    ? null
    : {
        path: 'service',
        received: describeValue(document.service),
        allowed: `${describeValue(service)}: a pipeline releases its own service alone`,
        todo: 'give write-rollout.mjs "$SERVICE_NAME", as the build.yml of the samples does',
      };
}
