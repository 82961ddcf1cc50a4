import type { Lane, Started } from './lane';

/**
 * What is played for evidence: between them, the stories lead every function through every branch that makes a call of
 * its own. A pattern that admits every service is narrowed by comparing what several of them used, so that the functions
 * of either machine work on two services at least.
 */

const IN_THE_MIDDLE = 'EvaluateHealth';
const UNREADABLE = { action: 'appmesh:DescribeRoute', kind: 'denied', times: 99 } as const;
/** Versions that crash are given up after their third task. */
const CRASHING = { behaviour: 'crashing' } as const;

/** One release after another: bad ones, checked ones, and what people and chance do to them. */
export async function releases(lane: Lane): Promise<void> {
  await lateRoute(lane);
  await lane.stage.haveAlarm('an-alarm-of-the-service');
  const checks = [
    { type: 'success_rate', min: 99 },
    { type: 'alarm', name: 'an-alarm-of-the-service' },
  ];
  const stable = await lane.released('Promoted', { deploy: { health: { checks } } });
  await lane.released('FailedNoChange', CRASHING);
  await loseTheRoute(lane, stable);
  await overUnchecked(lane, stable);
}

/** A first release is bad, and after it was taken out of traffic a late call puts it back. */
async function lateRoute(lane: Lane): Promise<void> {
  const started = await lane.release({ behaviour: 'failing' });
  await lane.inState(started, 'WaitForDrain');
  await lane.editRoute([started, 100]);
  await lane.ended(started, 'RolledBack');
}

/** Somebody deletes the route while two versions serve, and again when it was made anew; then a late call shares traffic. */
async function loseTheRoute(lane: Lane, stable: Started): Promise<void> {
  const started = await lane.release();
  await lane.inState(started, IN_THE_MIDDLE);
  await lane.loseRoute();
  await lane.inState(started, 'WaitForDrain');
  await lane.loseRoute();
  await lane.inState(started, 'WaitForDrain', 2);
  await lane.editRoute([stable, 50], [started, 50]);
  await lane.ended(started, 'RolledBack');
}

/** Tasks whose first health check has not ended: whether they have one at all must be asked. */
async function overUnchecked(lane: Lane, stable: Started): Promise<void> {
  await lane.renew(stable, 'unchecked');
  const started = await lane.release({ deploy: { strategy: 'canary', steps: [50] } });
  await lane.inState(started, IN_THE_MIDDLE);
  await lane.renew(started, 'unchecked');
  await lane.inState(started, 'WasTrafficShifted', 2);
  await lane.renew(started, 'healthy');
  await lane.ended(started, 'Promoted');
}

/** Releases in each other's way, and functions that are interrupted. */
export async function interruptions(lane: Lane): Promise<void> {
  const stable = await lane.released('Promoted');
  const next = await supersede(lane, stable);
  await lane.stage.alone(() => stopAndRecover(lane));
  await lane.stage.alone(() => createTwice(lane, next));
  await lane.stage.alone(() => createHalf(lane));
  await lane.stage.alone(() => createNever(lane));
}

/** A release waits for another one, and is stopped while it waits; the next one overtakes. Stable has grown meanwhile. */
async function supersede(lane: Lane, stable: Started): Promise<Started> {
  // Long enough for the recovery of the second one, which may try twice, a minute apart.
  const first = await lane.release({ deploy: { bake_time: 300 } });
  await lane.inState(first, 'WaitForTasks');
  await lane.resize(stable, 2);
  await lane.inState(first, IN_THE_MIDDLE);
  const second = await lane.release();
  await lane.inState(second, 'WaitForTurn');
  lane.stage.stopExecution('rollout', second.id);
  await lane.stage.recovered('rollout', second.id);
  const third = await lane.release();
  await lane.ended(first, 'Superseded');
  await lane.ended(third, 'Promoted');
  return third;
}

/** Somebody stops an execution in the middle, and the one that recovers it at once: the first one's event comes again. */
async function stopAndRecover(lane: Lane): Promise<void> {
  const started = await lane.release();
  await lane.inState(started, IN_THE_MIDDLE);
  lane.stage.stopExecution('rollout', started.id);
  // Often enough that it has not begun when it is stopped.
  lane.functionFault('claim-rollout', { kind: 'killed_before', times: 3 });
  await lane.stage.recovering('rollout', started.id);
  lane.stage.stopExecution('rollout', `${started.id}--recovery-1`);
  await lane.deliverAgain('rollout', started.id);
  await lane.ended(started, 'Aborted');
}

/** The answer of a creation is lost: it is repeated, and finds everything there, and stable grown. */
async function createTwice(lane: Lane, stable: Started): Promise<void> {
  lane.functionFault('create-version', { kind: 'killed_after', times: 5 });
  const started = await lane.release();
  await lane.exists(started);
  await lane.resize(stable, 3);
  await lane.ended(started, 'Promoted');
}

/** A creation stops half-way: it is repeated, and finds half of everything there. */
async function createHalf(lane: Lane): Promise<void> {
  lane.callFault('create-version', { action: 'ecs:CreateService', kind: 'server_error', times: 4 });
  await lane.released('Promoted');
}

/** A creation never succeeds: half of everything is there, and is removed. */
async function createNever(lane: Lane): Promise<void> {
  lane.callFault('create-version', { action: 'ecs:CreateService', kind: 'denied', times: 99 });
  await lane.released('FailedNoChange');
}

/** What cannot run twice: stable is stopped first, and started again when the new version is bad. */
export async function allAtOnce(lane: Lane): Promise<void> {
  const deploy = { strategy: 'all_at_once' };
  const stable = await lane.released('Promoted', { deploy });
  await lane.renew(stable, 'unchecked');
  const next = await lane.released('Promoted', { deploy });
  await restoreThoughEdited(lane, next, () => lane.loseRoute());
  await restoreThoughEdited(lane, next, (canary) => lane.editRoute([next, 50], [canary, 50]));
  await lane.stage.alone(() => adoptTheDead(lane));
  await lane.stage.alone(() => failToRestore(lane));
}

/** While stable is started again somebody changes the route, and its health checks take long. */
async function restoreThoughEdited(
  lane: Lane,
  stable: Started,
  edit: (canary: Started) => Promise<void>,
): Promise<void> {
  const started = await lane.release({ deploy: { strategy: 'all_at_once' }, behaviour: 'failing' });
  await lane.inState(started, 'WaitForStable');
  await edit(started);
  lane.behaves(stable, 'unchecked');
  await lane.inState(started, 'WaitForStable', 4);
  await lane.renew(stable, 'healthy');
  await lane.ended(started, 'RolledBack');
}

/** An execution is stopped and its recovery fails: the next release takes over what it left. */
async function adoptTheDead(lane: Lane): Promise<void> {
  const dead = await lane.release();
  await lane.inState(dead, IN_THE_MIDDLE);
  lane.callFault('recover-rollout', { action: 'states:StartExecution', kind: 'denied', times: 9 });
  lane.stage.stopExecution('rollout', dead.id);
  await lane.released('Promoted');
}

/** Stable cannot be started again: people are told what runs and where traffic is. */
async function failToRestore(lane: Lane): Promise<void> {
  const started = await lane.release({ deploy: { strategy: 'all_at_once' } });
  await lane.inState(started, IN_THE_MIDDLE);
  await lane.renew(started, 'unchecked');
  lane.callFault('restore-stable', { action: 'ecs:UpdateService', kind: 'denied', times: 99 });
  await lane.loseRoute();
  await lane.ended(started, 'RollbackFailed');
}

/** What a release finds when nobody was there: a route that was lost, one that serves nobody. */
export async function strangeBeginnings(lane: Lane): Promise<void> {
  await lane.released('Promoted', { deploy: { strategy: 'all_at_once' } });
  await lane.loseRoute();
  const stable = await lane.released('Promoted');
  await lane.resize(stable, 0);
  await lane.editRoute([stable, 0]);
  await lane.released('Promoted');
}

/** An operator decides who serves, from the first version on. */
export async function byHandFromTheStart(lane: Lane): Promise<void> {
  await lane.underManualSplit(true);
  const first = await lane.released('Registered');
  await lane.stage.alone(async () => {
    lane.callFaultAfter('set-split', 'appmesh:CreateRoute', UNREADABLE);
    const change = lane.startSplit({ [first.version]: 100 });
    await lane.splitInState(change, 'WaitForDrain');
    await lane.editRoute([first, 100]);
    await lane.splitEnded(change, 'FAILED');
  });
  await lane.splitApplied({ [first.version]: 100 });
  await lane.stage.alone(() => adoptADeadChange(lane, first));
}

/**
 * A change is stopped, and so is the execution that recovers it: the first one's event comes again. Then the service rolls
 * out by itself, and takes over.
 */
async function adoptADeadChange(lane: Lane, first: Started): Promise<void> {
  const second = await lane.released('Registered');
  const dead = lane.startSplit({ [first.version]: 50, [second.version]: 50 });
  await lane.splitInState(dead, 'WaitForTasks');
  lane.functionFault('claim-split', { kind: 'killed_before', times: 3 });
  lane.stage.stopExecution('split', dead);
  await lane.stage.recovering('split', dead);
  lane.stage.stopExecution('split', `${dead}--recovery-1`);
  await lane.deliverAgain('split', dead);
  await lane.underManualSplit(false);
  const third = await lane.released('Promoted');
  lane.stage.headless.aws.endpoint.clearFaults();
  await failToTakeBack(lane, third);
}

/** A split is written and cannot be verified, and taking it back fails, too: people are told where traffic is. */
async function failToTakeBack(lane: Lane, stable: Started): Promise<void> {
  await lane.underManualSplit(true);
  const fourth = await lane.released('Registered');
  lane.callFaultAfter('set-split', 'appmesh:UpdateRoute', UNREADABLE);
  lane.callFault('restore-split', { action: 'appmesh:UpdateRoute', kind: 'denied', times: 99 });
  await lane.splitApplied({ [stable.version]: 50, [fourth.version]: 50 }, 'FAILED');
}

/** An operator decides who serves a service that rolled out by itself. */
export async function byHand(lane: Lane): Promise<void> {
  const first = await lane.released('Promoted');
  await lane.underManualSplit(true);
  const second = await lane.released('Registered');
  await lane.splitApplied({ [first.version]: 60, [second.version]: 40 });
  await lane.splitApplied({ '00000000': 100 }, 'FAILED');
  await lane.resize(first, 3);
  await lane.renew(first, 'unchecked');
  await lane.splitApplied({ [first.version]: 50, [second.version]: 50 });
  await lane.renew(first, 'healthy');
  const crashing = await lane.released('Registered', CRASHING);
  await lane.splitApplied({ [second.version]: 50, [crashing.version]: 50 }, 'FAILED');
  await lane.stage.alone(() => startNever(lane, second));
  const third = await lane.released('Registered');
  const halves = { [second.version]: 50, [third.version]: 50 };
  await lane.stage.alone(() => restoreThoughLost(lane, halves));
  await lane.stage.alone(() => setHalf(lane, first, second));
  await lane.stage.alone(() => setLate(lane, first, second));
  await lane.stage.alone(() => beginHalf(lane, halves));
  await leaveTheQueue(lane, halves);
  await lane.splitApplied({ [third.version]: 100 });
}

type Weights = Readonly<Record<string, number>>;

/** A version cannot be created: what there is of it is removed. */
async function startNever(lane: Lane, second: Started): Promise<void> {
  const never = await lane.released('Registered');
  lane.callFault('start-versions', { action: 'ecs:CreateService', kind: 'denied', times: 99 });
  await lane.splitApplied({ [second.version]: 50, [never.version]: 50 }, 'FAILED');
}

/** A change is stopped while its versions start, and the route is lost: what served before is put back. */
async function restoreThoughLost(lane: Lane, wanted: Weights): Promise<void> {
  const stopped = lane.startSplit(wanted);
  await lane.splitInState(stopped, 'WaitForTasks');
  await lane.loseRoute();
  lane.stage.stopExecution('split', stopped);
  await lane.stage.recovering('split', stopped);
  await lane.splitEnded(stopped, 'ABORTED');
}

/** A split is written and cannot be verified: it is taken back, and so are late calls after that. */
async function setHalf(lane: Lane, first: Started, second: Started): Promise<void> {
  lane.callFaultAfter('set-split', 'appmesh:UpdateRoute', UNREADABLE);
  const change = lane.startSplit({ [first.version]: 10, [second.version]: 90 });
  await lane.splitInState(change, 'WaitForDrain');
  await lane.loseRoute();
  await lane.splitInState(change, 'WaitForDrain', 2);
  await lane.editRoute([first, 10], [second, 90]);
  await lane.splitEnded(change, 'FAILED');
}

/** Tasks are renewed just before the split is set: it waits for their first health check. */
async function setLate(lane: Lane, first: Started, second: Started): Promise<void> {
  lane.functionFault('set-split', { kind: 'killed_before', times: 3 });
  const change = lane.startSplit({ [first.version]: 40, [second.version]: 60 });
  await lane.splitInState(change, 'SetSplit');
  await lane.renew(second, 'unchecked');
  await lane.splitInState(change, 'WaitForTasks');
  await lane.renew(second, 'healthy');
  await lane.splitEnded(change, 'SUCCEEDED');
}

/** A change fails between writing its record and taking the service. */
async function beginHalf(lane: Lane, wanted: Weights): Promise<void> {
  const fault = { action: 'dynamodb:PutItem', kind: 'denied', times: 99 } as const;
  lane.callFaultAfter('claim-split', 'dynamodb:PutItem', fault);
  await lane.splitApplied(wanted, 'FAILED');
}

/** A change waits for another one, and is stopped while it waits. */
async function leaveTheQueue(lane: Lane, wanted: Weights): Promise<void> {
  const first = lane.startSplit(wanted);
  await lane.splitInState(first, 'WaitForTasks');
  const second = lane.startSplit(wanted);
  await lane.splitInState(second, 'WaitForTurn');
  lane.stage.stopExecution('split', second);
  await lane.splitEnded(first, 'SUCCEEDED');
}

/**
 * A rollout ends without freeing its service, and its recovery fails: a change looks whether it still runs, and takes over.
 * Every rollout completes by the same function, so that no other may run meanwhile.
 */
export async function takeOverTheEnded(lane: Lane): Promise<void> {
  await lane.underManualSplit(false);
  const ended = await lane.release();
  await lane.inState(ended, IN_THE_MIDDLE);
  lane.callFault('recover-rollout', { action: 'states:StartExecution', kind: 'denied', times: 99 });
  const unwritable = { action: 'dynamodb:PutItem', kind: 'denied', times: 99 } as const;
  // The record is written after its pointer.
  lane.callFaultAfter('complete-rollout', 'dynamodb:PutItem', unwritable, 2);
  await lane.stage.until(
    `the end of ${ended.id}`,
    () => lane.stage.statusOf('rollout', ended.id) === 'FAILED',
  );
  await lane.underManualSplit(true);
  await lane.splitApplied({ [ended.version]: 100 });
  lane.stage.headless.aws.endpoint.clearFaults();
}

/** A service that keeps files, in two versions: who may run as any of them is wide enough. */
export async function withFiles(lane: Lane): Promise<void> {
  const taskDefinition = { container: { data_path: '/data' } };
  const deploy = { strategy: 'all_at_once' };
  await lane.released('Promoted', { deploy, taskDefinition });
  await lane.released('Promoted', { deploy, taskDefinition });
}
