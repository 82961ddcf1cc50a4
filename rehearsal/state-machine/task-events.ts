import { isFunctionArn, type Json } from './definition';
import { HEARTBEAT_TIMEOUT, type StateFailure, TIMEOUT } from './errors';
import type { TaskLimits } from './task-limits';
import type { TaskHost } from './task-state';

/** Records one attempt of a task in the history, in the words that AWS has for its kind of resource. */
export interface TaskEvents {
  scheduled(parameters: Json, limits: TaskLimits): void;
  submitted(output: Json): void;
  succeeded(result: Json): void;
  failed(failure: StateFailure): void;
}

/** Function ARNs have event types of their own (`LambdaFunction…`); service integrations share `Task…`. */
export function taskEvents(resource: string, host: Pick<TaskHost, 'record' | 'environment'>): TaskEvents {
  return isFunctionArn(resource) ? functionEvents(resource, host) : integrationEvents(resource, host);
}

function functionEvents(resource: string, host: Pick<TaskHost, 'record'>): TaskEvents {
  return {
    scheduled: (parameters, { timeout }) => {
      const timeoutInSeconds = timeout === undefined ? {} : { timeoutInSeconds: timeout };
      host.record('LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: {
          resource,
          input: JSON.stringify(parameters),
          ...timeoutInSeconds,
        },
      });
      host.record('LambdaFunctionStarted', {});
    },
    submitted: () => undefined,
    succeeded: (result) =>
      host.record('LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: outputOf(result) }),
    failed: (failure) =>
      isTimeout(failure)
        ? host.record('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: namesOf(failure) })
        : host.record('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: namesOf(failure) }),
  };
}

function integrationEvents(arn: string, host: Pick<TaskHost, 'record' | 'environment'>): TaskEvents {
  const names = { resourceType: arn.split(':')[5], resource: arn.split(':').slice(6).join(':') };
  return {
    scheduled: (parameters, { timeout, heartbeat }) => {
      host.record('TaskScheduled', {
        taskScheduledEventDetails: {
          ...names,
          region: host.environment.region,
          parameters: JSON.stringify(parameters),
          ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
          ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
        },
      });
      host.record('TaskStarted', { taskStartedEventDetails: names });
    },
    submitted: (output) =>
      host.record('TaskSubmitted', { taskSubmittedEventDetails: { ...names, ...outputOf(output) } }),
    succeeded: (result) =>
      host.record('TaskSucceeded', { taskSucceededEventDetails: { ...names, ...outputOf(result) } }),
    failed: (failure) =>
      isTimeout(failure)
        ? host.record('TaskTimedOut', { taskTimedOutEventDetails: { ...names, ...namesOf(failure) } })
        : host.record('TaskFailed', { taskFailedEventDetails: { ...names, ...namesOf(failure) } }),
  };
}

function isTimeout(failure: StateFailure): boolean {
  return failure.error === TIMEOUT || failure.error === HEARTBEAT_TIMEOUT;
}

function outputOf(output: Json): { output: string; outputDetails: { truncated: boolean } } {
  return { output: JSON.stringify(output), outputDetails: { truncated: false } };
}

function namesOf(failure: StateFailure): { error: string; cause?: string } {
  return { error: failure.error, ...(failure.reason === undefined ? {} : { cause: failure.reason }) };
}
