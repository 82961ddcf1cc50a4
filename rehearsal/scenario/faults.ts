import { AppMeshClient, UpdateRouteCommand } from '@aws-sdk/client-app-mesh';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { versionResourceName } from '../../core/config/service-binding';
import type { Environment } from '../environment/environment';
import type { TrackedRollout } from '../environment/rollout-tracker';
import type { Users } from '../users/users';
import type { Fault } from './schema';

/** What faults act on. */
export interface FaultTargets {
  readonly environment: Environment;
  readonly environmentName: string;
  readonly region: string;
  readonly users: Users | null;
  /** Ends faults that last, when the scenario ends. */
  readonly signal: AbortSignal;
}

/** Puts one fault in the way of a rollout. */
export async function injectFault(
  fault: Fault,
  rollout: TrackedRollout,
  targets: FaultTargets,
): Promise<void> {
  const { environment } = targets;
  switch (fault.kind) {
    case 'api':
      environment.aws.endpoint.addFault({ action: fault.action, kind: fault.effect, times: fault.times });
      return;
    case 'function':
      environment.aws.functions.addFault({
        functionName: `${targets.environmentName}-${fault.name}`,
        kind: fault.effect,
        times: fault.times,
      });
      return;
    case 'metrics_silent':
      return silenceMetrics(environment, fault.for, targets.signal);
    case 'metrics_late':
      environment.agent.setLateness(fault.by * 1000);
      return;
    case 'kill_task':
      return killTask(fault.of, rollout, targets);
    case 'kill_proxy':
      environment.dataPlane.kill();
      return;
    case 'stop_execution':
      await clientOf(SFNClient, targets).send(
        new StopExecutionCommand({
          executionArn: rollout.execution,
          error: 'StoppedByHand',
          cause: 'the scenario stopped it',
        }),
      );
      return;
    case 'set_split':
      return editRoute(fault.canary, rollout, targets);
    case 'load':
      targets.users?.setRate(fault.rate);
  }
}

async function silenceMetrics(
  { agent, clock }: Environment,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  agent.setSilent(true);
  // The scenario's end ends the silence too.
  await clock.sleep(seconds * 1000, signal).catch(() => undefined);
  agent.setSilent(false);
}

async function killTask(
  of: 'canary' | 'stable',
  rollout: TrackedRollout,
  targets: FaultTargets,
): Promise<void> {
  const version = of === 'canary' ? rollout.version : rollout.stable;
  const name = versionResourceName(
    { environment: targets.environmentName, service: rollout.service },
    version ?? '',
  );
  const victim = targets.environment.aws.ecs
    .tasks()
    .find(({ serviceName, task }) => serviceName === name && task.lastStatus === 'RUNNING');
  if (victim?.task.taskArn === undefined) {
    throw new Error(`no running task of "${name}" to kill; the fault needs one at that moment`);
  }
  await targets.environment.tasks.kill(victim.task.taskArn);
}

async function editRoute(canary: number, rollout: TrackedRollout, targets: FaultTargets): Promise<void> {
  const mesh = targets.environmentName;
  const router = targets.environment.aws.appMesh
    .snapshot(mesh)
    .virtualRouters.find(({ name }) => name === rollout.service);
  const route = router?.routes[0];
  const canaryNode = versionResourceName({ environment: mesh, service: rollout.service }, rollout.version);
  const http = route?.spec.httpRoute;
  if (route === undefined || http?.action?.weightedTargets === undefined) {
    throw new Error(`service "${rollout.service}" has no http route to edit at that moment`);
  }
  const weightedTargets = http.action.weightedTargets.map((target) => ({
    ...target,
    weight: target.virtualNode === canaryNode ? canary : 100 - canary,
  }));
  const spec = { ...route.spec, httpRoute: { ...http, action: { weightedTargets } } };
  await clientOf(AppMeshClient, targets).send(
    new UpdateRouteCommand({
      meshName: mesh,
      virtualRouterName: rollout.service,
      routeName: route.name,
      spec,
    }),
  );
}

/** A client of the local AWS, with the rights of the person at the keyboard. */
export function clientOf<Client>(
  Kind: new (settings: {
    region: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  }) => Client,
  targets: Pick<FaultTargets, 'environment' | 'region'>,
): Client {
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'none' };
  return new Kind({ region: targets.region, endpoint: targets.environment.aws.endpoint.url, credentials });
}
