import { isDeepStrictEqual } from 'node:util';
import { CanaryError } from '../../core/errors';
import type { ExecutionState, Executions } from '../../core/ports/executions';
import { MemoryFaults } from './faults';

/** Executions that nobody runs: their states are set by hand. */
export class MemoryExecutions implements Executions {
  /** Inputs of the executions that were started, by name. */
  readonly started = new Map<string, unknown>();
  private readonly states = new Map<string, ExecutionState>();

  constructor(private readonly faults = new MemoryFaults()) {}

  /** Sets the state of an execution; one that was never set is `unknown`. */
  setState(executionArn: string, state: ExecutionState): void {
    this.states.set(executionArn, state);
  }

  stateOf(executionArn: string): Promise<ExecutionState> {
    return this.faults.around('executions.stateOf', () => this.states.get(executionArn) ?? 'unknown');
  }

  start(name: string, input: unknown): Promise<void> {
    return this.faults.around('executions.start', () => {
      const json: unknown = JSON.parse(JSON.stringify(input));
      if (this.started.has(name) && !isDeepStrictEqual(this.started.get(name), json)) {
        throw new CanaryError(
          'AwsCallRefused',
          `execution "${name}" cannot be started: one of that name has another input; choose another name`,
          { name },
        );
      }
      this.started.set(name, json);
    });
  }
}
