import type { ApiContext, ApiService } from '../../api';
import type { StateMachineEngine } from './engine';
import { executionOperations } from './executions';
import { machineOperations } from './machines';

/** The AWS Step Functions API over an engine that interprets the machines. */
export function createStepFunctionsService(context: ApiContext, engine: StateMachineEngine): ApiService {
  return {
    signingName: 'states',
    protocols: [{ kind: 'json', version: '1.0', targetPrefix: 'AWSStepFunctions' }],
    operations: { ...executionOperations(engine), ...machineOperations(context, engine) },
  };
}
