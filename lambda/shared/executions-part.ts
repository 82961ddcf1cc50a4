import { createStepFunctionsClient } from '../../adapters/clients';
import { StepFunctionsExecutions } from '../../adapters/executions/step-functions/executions';
import type { Parts } from './parts';

/** Executions of the rollout's own state machine. */
export const executions: NonNullable<Parts['executions']> = (environment) =>
  new StepFunctionsExecutions(createStepFunctionsClient(), environment.stateMachine);
