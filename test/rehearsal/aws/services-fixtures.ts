import type { ApiContext, ApiService } from '../../../rehearsal/aws/api';
import { type AwsEndpoint, createAwsEndpoint } from '../../../rehearsal/aws/server/endpoint';
import { PrincipalRegistry } from '../../../rehearsal/aws/server/principals';
import { createManualClock, type ManualClock } from '../../../rehearsal/clock/manual-clock';
import type { TaskChange, TaskRequest, TaskRunner } from '../../../rehearsal/contracts';

/** A context whose time moves by `clock.advance`, and the changes that were told to it. */
export function aContext(): ApiContext & { readonly clock: ManualClock; readonly changes: string[] } {
  const changes: string[] = [];
  return {
    clock: createManualClock(),
    region: 'eu-west-1',
    account: '111122223333',
    changes,
    changed: (what) => changes.push(what),
  };
}

/** An endpoint that serves `services`, and the configuration of clients for it. */
export async function serve(context: ApiContext, services: readonly ApiService[]) {
  const endpoint: AwsEndpoint = await createAwsEndpoint({
    clock: context.clock,
    region: context.region,
    account: context.account,
    services,
    authorize: () => ({ allowed: true }),
    principals: new PrincipalRegistry(),
  });
  const config = {
    endpoint: endpoint.url,
    region: context.region,
    credentials: { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'none' },
    maxAttempts: 1,
  };
  return { endpoint, config };
}

/** A task runner that does what a test says. */
export interface ScriptedRunner extends TaskRunner {
  readonly started: { readonly request: TaskRequest; readonly tell: (change: TaskChange) => void }[];
  readonly stopped: string[];
}

/** Starts nothing; `onStart` may report at once. Stopping ends the task with exit code 143. */
export function aRunner(
  onStart: (tell: (change: TaskChange) => void, request: TaskRequest) => void = () => undefined,
  log: string[] = [],
): ScriptedRunner {
  const started: ScriptedRunner['started'] = [];
  const stopped: string[] = [];
  return {
    started,
    stopped,
    start: (request, tell) => {
      started.push({ request, tell });
      onStart(tell, request);
    },
    stop: async (taskArn, reason) => {
      stopped.push(taskArn);
      log.push('sigterm');
      const running = started.find(({ request }) => request.taskArn === taskArn);
      running?.tell({ kind: 'stopped', stoppedReason: reason, exitCode: 143, lastLogLines: [] });
    },
    kill: () => undefined,
    stopAll: async () => undefined,
  };
}

/** Lets everything that is due now happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
