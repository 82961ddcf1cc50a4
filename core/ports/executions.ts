/** Whether a state-machine execution still drives its rollout. `unknown`: no execution of that ARN exists. */
export type ExecutionState = 'running' | 'ended' | 'unknown';

/** State-machine executions. */
export interface Executions {
  stateOf(executionArn: string): Promise<ExecutionState>;
  /** Starts an execution of the rollout's state machine; the same name and input again is not an error. */
  start(name: string, input: unknown): Promise<void>;
}
