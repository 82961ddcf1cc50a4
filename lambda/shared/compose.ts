import { createDynamoDbClient, createSsmClient } from '../../adapters/clients';
import { SsmServiceDirectory } from '../../adapters/directory/ssm/directory';
import { DynamoDbRolloutStore } from '../../adapters/store/dynamodb/store';
import type { Ports } from '../../core/ports/index';
import { type FunctionEnvironment, readEnvironment } from './environment';
import { logEvent } from './logger';
import { absentPort, type Parts } from './parts';

/** Builds the ports of one function, once per sandbox. */
export function composePorts(parts: Parts): () => Ports {
  let ports: Ports | undefined;
  return () => {
    ports ??= build(parts, readEnvironment());
    return ports;
  };
}

function build(parts: Parts, environment: FunctionEnvironment): Ports {
  return {
    clock: { now: () => Date.now() },
    store: new DynamoDbRolloutStore(createDynamoDbClient(), environment.releaseTable),
    directory: new SsmServiceDirectory(createSsmClient(), environment.environment),
    notifier: parts.notifier?.(environment) ?? absentPort('notifier'),
    executions: parts.executions?.(environment) ?? absentPort('executions'),
    log: logEvent,
    forService: (binding) => ({
      router: parts.router?.(binding) ?? absentPort('router'),
      workload: parts.workload?.(binding) ?? absentPort('workload'),
      metrics: parts.metrics?.(binding) ?? absentPort('metrics'),
      taskLogs: parts.taskLogs?.(binding) ?? absentPort('taskLogs'),
    }),
  };
}
