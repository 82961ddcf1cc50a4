import {
  type DeploymentModel,
  isKept,
  isProven,
  isServing,
  type ServiceModel,
  type TaskModel,
} from './model';

const MIN_THRESHOLD = 3;
const MAX_THRESHOLD = 200;
const FIRST_BACK_OFF_MILLIS = 5_000;
const MAX_BACK_OFF_MILLIS = 27 * 60_000;

/** Failed tasks after which the deployment circuit breaker gives up: half the desired count, 3 to 200. */
export function failureThreshold(desiredCount: number): number {
  return Math.min(MAX_THRESHOLD, Math.max(MIN_THRESHOLD, Math.ceil(desiredCount / 2)));
}

/** Virtual milliseconds to wait before the next launch, after so many failures in a row; doubles up to 27 minutes. */
export function backOffMillis(failures: number): number {
  if (failures === 0) return 0;
  return Math.min(MAX_BACK_OFF_MILLIS, FIRST_BACK_OFF_MILLIS * 2 ** Math.min(failures - 1, 30));
}

/** What one turn of the service scheduler should do. */
export interface ServicePlan {
  /** Tasks of the primary deployment to launch. */
  readonly launch: number;
  readonly stop: readonly TaskModel[];
}

/**
 * Decides the next step towards the desired count within `minimumHealthyPercent` and `maximumPercent`. Pure: the
 * same tasks give the same plan, and applying it repeatedly ends with the primary deployment's tasks alone.
 */
export function planService(service: ServiceModel, tasks: readonly TaskModel[], now: number): ServicePlan {
  const kept = tasks.filter(isKept);
  const primary = service.deployments[0];
  if (service.status !== 'ACTIVE' || primary === undefined) return { launch: 0, stop: kept };
  const own = kept.filter((task) => task.deployment === primary);
  const old = kept.filter((task) => task.deployment !== primary);
  const maximum = Math.floor((service.desiredCount * service.rules.maximumPercent) / 100);
  const missing = primary.rolloutState === 'FAILED' ? 0 : Math.max(0, service.desiredCount - own.length);
  const room = Math.max(0, maximum - kept.length);
  return {
    launch: Math.min(missing, room),
    stop: [
      ...surplus(own, service.desiredCount),
      ...replaceable(service, own.filter((task) => isProven(task, now)).length, old, missing > room),
    ],
  };
}

/** Tasks above the desired count: those that do not serve go first, then the newest. */
function surplus(own: readonly TaskModel[], desired: number): readonly TaskModel[] {
  const byWorth = [...own].sort(
    (a, b) => Number(isServing(b)) - Number(isServing(a)) || a.createdAt - b.createdAt,
  );
  return byWorth.slice(desired);
}

function replaceable(
  service: ServiceModel,
  servingOwn: number,
  old: readonly TaskModel[],
  needsRoom: boolean,
): readonly TaskModel[] {
  const servingOld = old.filter(isServing);
  const idleOld = old.filter((task) => !isServing(task));
  const minimum = Math.ceil((service.desiredCount * service.rules.minimumHealthyPercent) / 100);
  const spare = Math.max(0, servingOwn + servingOld.length - minimum);
  const wanted = needsRoom
    ? servingOld.length
    : Math.max(0, servingOld.length + servingOwn - service.desiredCount);
  return [...idleOld, ...servingOld.slice(0, Math.min(spare, wanted))];
}

/** Whether the primary deployment carries the service alone and in full. */
export function isSteady(service: ServiceModel, tasks: readonly TaskModel[], now: number): boolean {
  const kept = tasks.filter(isKept);
  const primary: DeploymentModel | undefined = service.deployments[0];
  return (
    kept.length === service.desiredCount &&
    kept.every((task) => task.deployment === primary && isProven(task, now))
  );
}
