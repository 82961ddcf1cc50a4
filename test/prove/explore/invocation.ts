import type { FunctionName } from '../../../core/config/function-environment';
import { FunctionError } from '../../../rehearsal/contracts';
import type { Caller, Chronicle } from './chronicle';
import type { PortName } from './verbs';

/** What a function awaits that was killed or timed out: nothing of it goes on. */
export const NEVER = new Promise<never>(() => undefined);

/** One run of a function. */
export interface Invocation extends Caller {
  /** Rejects when the function is killed. */
  readonly death: Promise<never>;
  /** Ports that it has called. */
  readonly ports: Set<PortName>;
  isDead: boolean;
  /** Ends it as Lambda would say: no further call of it is made. */
  kill(error: FunctionError): Promise<never>;
}

/** The run of a function that an event begins: a step of an execution, or the recovery of one. */
export function invocationOf(name: FunctionName, event: unknown, chronicle: Chronicle): Invocation {
  const { state, execution, detail } = event as {
    state?: { progress?: { rollout_id?: string; change_id?: string } };
    execution?: { id: string; name: string };
    detail?: { name: string; executionArn: string };
  };
  const own = execution?.name ?? detail?.name ?? '';
  const rollout = state?.progress?.rollout_id ?? state?.progress?.change_id ?? own;
  let reject: (error: FunctionError) => void = () => undefined;
  const death = new Promise<never>((_resolve, fail) => {
    reject = fail;
  });
  death.catch(() => undefined);
  const invocation: Invocation = {
    name,
    rollout,
    begun: chronicle.noteInvocation(name, rollout),
    execution: execution?.id ?? detail?.executionArn ?? '',
    death,
    ports: new Set(),
    isDead: false,
    kill: (error) => {
      invocation.isDead = true;
      reject(error);
      return NEVER;
    },
  };
  return invocation;
}

/** The failure of a function that was killed. */
export function died(): FunctionError {
  return functionError('Lambda.Unknown', 'killed, as it was told to');
}

/** A failure as Lambda reports it. */
export function functionError(errorType: string, errorMessage: string): FunctionError {
  return new FunctionError(errorType, errorMessage, JSON.stringify({ errorType, errorMessage }));
}
