/** What one look at an execution of a state machine shows. */
export interface ExecutionLook {
  readonly status: 'running' | 'succeeded' | 'failed' | 'timed_out' | 'aborted';
  /** What the functions answered so far, oldest first: the newest progress of each. */
  readonly answers: readonly unknown[];
  /** Name and text of the failure, when it failed. */
  readonly error?: string;
  readonly cause?: string;
}

/** Starting an execution as a person does, and following it. */
export interface ExecutionWatch {
  /**
   * Starts an execution; returns its ARN.
   * @throws {CanaryError} `AwsCallRefused` when there is no such state machine, or the caller may not start it.
   */
  begin(name: string, input: unknown): Promise<string>;
  look(executionArn: string): Promise<ExecutionLook>;
}
