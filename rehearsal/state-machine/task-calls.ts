import { randomUUID } from 'node:crypto';
import {
  type ExecutionRecord,
  executionArnOf,
  type StateMachineEngine,
} from '../aws/services/step-functions/engine';
import { type Authorizer, FunctionError, type FunctionRunner } from '../contracts';
import { isFunctionArn, type Json } from './definition';
import { StateFailure } from './errors';

/** What task states call. */
export interface TaskEnvironment {
  readonly functions: Pick<FunctionRunner, 'invoke'>;
  readonly region: string;
  readonly account: string;
  /** Asked before each call with the machine's role as principal. @default everything is allowed */
  readonly authorize?: Authorizer;
  readonly executions: Pick<StateMachineEngine, 'start' | 'describe' | 'stop' | 'machine'> & {
    /** Resolves with the record once the execution is closed. */
    settled(executionArn: string): Promise<ExecutionRecord>;
  };
}

/** One call of a task's resource. */
export interface TaskCall {
  readonly resource: string;
  readonly parameters: Readonly<Record<string, Json>>;
  /** Name of the machine's role. */
  readonly principal: string;
  /** Aborted when the calling execution is closed. */
  readonly signal: AbortSignal;
  /** Called with the result of the first call where the task then waits for an outcome. */
  readonly onSubmitted: (result: Json) => void;
}

/** Calls the resource and returns the task's result. Throws {@link StateFailure} with the name Step Functions gives. */
export async function callResource(call: TaskCall, environment: TaskEnvironment): Promise<Json> {
  if (isFunctionArn(call.resource)) return payloadOf(call.resource, call.parameters, call, environment);
  if (call.resource === 'arn:aws:states:::lambda:invoke') return invokeFunction(call, environment);
  const child = startChild(call, environment);
  const submitted = {
    ExecutionArn: child.executionArn,
    ...sdkMembers('application/x-amz-json-1.0'),
    StartDate: child.startedAt,
  };
  if (!call.resource.endsWith('.sync:2')) return submitted;
  requireFollowing(child.executionArn, call, environment);
  call.onSubmitted(submitted);
  return childOutcome(child.executionArn, call, environment);
}

async function invokeFunction(call: TaskCall, environment: TaskEnvironment): Promise<Json> {
  const name = String(call.parameters.FunctionName);
  const payload = await payloadOf(name, eventOf(call.parameters.Payload), call, environment);
  return { ExecutedVersion: '$LATEST', Payload: payload, ...sdkMembers('application/json'), StatusCode: 200 };
}

/** Invokes a function by name or ARN and returns what it returned. */
async function payloadOf(
  name: string,
  event: Json,
  call: TaskCall,
  environment: TaskEnvironment,
): Promise<Json> {
  const functionArn = functionArnOf(name, environment);
  requirePermission(call, environment, 'lambda:InvokeFunction', functionArn);
  try {
    return ((await environment.functions.invoke(functionArn, event)) ?? null) as Json;
  } catch (thrown) {
    if (thrown instanceof FunctionError) throw new StateFailure(thrown.errorType, thrown.payload);
    throw new StateFailure(
      'Lambda.ServiceException',
      thrown instanceof Error ? thrown.message : String(thrown),
    );
  }
}

/** The event a function gets: no payload is an empty object, and text that is JSON is sent as it is, hence read as JSON. */
function eventOf(payload: Json): Json {
  if (typeof payload !== 'string') return payload ?? {};
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

function functionArnOf(name: string, environment: TaskEnvironment): string {
  const { region, account } = environment;
  const arn = name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${account}:function:${name}`;
  return arn.split(':').slice(0, 7).join(':');
}

/**
 * Step Functions follows a child by a rule that it manages, by asking, and stops it with its parent. AWS checks the rule's
 * permissions when a machine is created.
 * Source: AWS Step Functions developer guide, "IAM policies for calling AWS Step Functions".
 */
function requireFollowing(executionArn: string, call: TaskCall, environment: TaskEnvironment): void {
  const { region, account } = environment;
  const rule = `arn:aws:events:${region}:${account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;
  for (const action of ['events:PutTargets', 'events:PutRule', 'events:DescribeRule']) {
    requirePermission(call, environment, action, rule);
  }
  for (const action of ['states:DescribeExecution', 'states:StopExecution']) {
    requirePermission(call, environment, action, executionArn);
  }
}

function startChild(call: TaskCall, environment: TaskEnvironment): ExecutionRecord {
  const stateMachineArn = String(call.parameters.StateMachineArn);
  requirePermission(call, environment, 'states:StartExecution', stateMachineArn);
  const { executions } = environment;
  if (executions.machine(stateMachineArn) === undefined) {
    const message = `State Machine Does Not Exist: '${stateMachineArn}'`;
    throw serviceFailure('StateMachineDoesNotExist', message);
  }
  const name = String(call.parameters.Name ?? randomUUID());
  const input = JSON.stringify(call.parameters.Input ?? {});
  const executionArn = executionArnOf(stateMachineArn, name);
  const existing = executions.describe(executionArn);
  if (existing === undefined) return executions.start({ stateMachineArn, name, input });
  // The same name with the same input is the same request, as long as that execution runs.
  if (existing.status === 'RUNNING' && existing.input === input) return existing;
  throw serviceFailure('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
}

async function childOutcome(
  executionArn: string,
  call: TaskCall,
  environment: TaskEnvironment,
): Promise<Json> {
  const stopChild = () => environment.executions.stop(executionArn, {});
  call.signal.addEventListener('abort', stopChild, { once: true });
  const child = await environment.executions.settled(executionArn);
  call.signal.removeEventListener('abort', stopChild);
  const description = describeChild(child);
  if (child.status === 'SUCCEEDED') return description;
  throw new StateFailure('States.TaskFailed', JSON.stringify(description));
}

/** What `.sync:2` returns: DescribeExecution with capitals, input and output as JSON rather than as text. */
function describeChild(child: ExecutionRecord): Json {
  return {
    ...(child.cause === undefined ? {} : { Cause: child.cause }),
    ...(child.error === undefined ? {} : { Error: child.error }),
    ExecutionArn: child.executionArn,
    Input: JSON.parse(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    ...(child.output === undefined
      ? {}
      : { Output: JSON.parse(child.output), OutputDetails: { Included: true } }),
    StartDate: child.startedAt,
    StateMachineArn: child.stateMachineArn,
    Status: child.status,
    StopDate: child.stoppedAt,
  };
}

function requirePermission(call: TaskCall, environment: TaskEnvironment, action: string, arn: string): void {
  const verdict = environment.authorize?.({
    principal: call.principal,
    action,
    resources: [arn],
    context: {},
  });
  if (verdict === undefined || verdict.allowed) return;
  throw new StateFailure(
    'States.Permissions',
    `role "${call.principal}" of the state machine is not authorized to perform ${action} on ${arn}: ${verdict.reason}`,
  );
}

function serviceFailure(code: string, message: string): StateFailure {
  const details = `Service: AWSStepFunctions; Status Code: 400; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null`;
  return new StateFailure(`StepFunctions.${code}Exception`, `${message} (${details})`);
}

/** The members that an SDK adds to a response; they count for the payload limit, and sloppy definitions keep them. */
function sdkMembers(contentType: string): Readonly<Record<string, Json>> {
  const requestId = randomUUID();
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: { 'x-amzn-RequestId': [requestId], 'Content-Type': [contentType] },
      HttpHeaders: { 'Content-Type': contentType, 'x-amzn-RequestId': requestId },
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
