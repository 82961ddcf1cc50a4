import type { DeployableAssembly } from '../../../rehearsal/assembly/describe/deployable';
import { createAuthorizer } from '../../../rehearsal/assembly/policies/authorizer';
import { type AskedPermission, observeAuthorizer } from '../../../rehearsal/assembly/policies/observed';
import { createManualClock } from '../../../rehearsal/clock/manual-clock';
import { createStateMachineEngine } from '../../../rehearsal/state-machine/engine';

/** What functions answer of a rollout that goes on in a second execution, by the function's name without environment. */
const ANSWERS: Readonly<Record<string, object>> = {
  'claim-rollout': { next: 'wait_for_traffic', wait_seconds: 1, service: 'red' },
  'evaluate-health': {
    next: 'continue',
    service: 'red',
    continuation: {
      name: 'red-1--continued-1',
      resume: { rollout_id: 'red-1', why: 'continue', generation: 1 },
    },
  },
};
const SETTLED = { next: 'end', outcome: 'Promoted' };

/**
 * Leads the machine of rollouts through its continuation: 2,000 checks come before it in a real rollout, so the functions
 * are played, and machine, engine and role are the real ones.
 */
export async function continueInAnother(
  deployed: DeployableAssembly,
  onAsked: (asked: AskedPermission) => void,
): Promise<void> {
  const { region, account, roles, stateMachines } = deployed;
  const machine = stateMachines.find(({ definition }) => definition.includes('startExecution.sync:2'));
  if (machine === undefined) {
    throw new Error('no state machine of the assembly goes on in another execution');
  }
  const clock = createManualClock();
  const seen = new Set<string>();
  const engine = createStateMachineEngine({
    clock,
    region,
    account,
    machines: [machine],
    authorize: observeAuthorizer(createAuthorizer(roles), onAsked),
    functions: {
      invoke: async (arn) => {
        const name = Object.keys(ANSWERS).find((each) => arn.endsWith(`-${each}`)) ?? '';
        const isFirst = !seen.has(name);
        seen.add(name);
        return isFirst ? (ANSWERS[name] ?? SETTLED) : SETTLED;
      },
    },
  });
  const input = JSON.stringify({ service: 'red' });
  const { executionArn } = engine.start({ stateMachineArn: machine.arn, name: 'red-1', input });
  await clock.advance(60_000);
  const { status, cause } = engine.describe(executionArn) ?? {};
  engine.dispose();
  if (status !== 'SUCCEEDED') {
    throw new Error(`a rollout that goes on in a second execution ended ${status}: ${cause}`);
  }
}
