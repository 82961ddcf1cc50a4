import { createHash } from 'node:crypto';
import type { FunctionName } from '../../../core/config/function-environment';
import {
  type ServiceBinding,
  serviceParameterName,
  versionResourceName,
} from '../../../core/config/service-binding';
import { functionName } from '../../../lib/naming';
import { executionArnOf } from '../../../rehearsal/aws/services/step-functions/engine';
import type { ApiFault, FunctionFault } from '../../../rehearsal/contracts';
import type { TrackedRollout } from '../../../rehearsal/environment/rollout-tracker';
import type { Behaviour } from '../../../rehearsal/headless/callers';
import type { HeadlessRelease } from '../../../rehearsal/headless/release';
import type { EvidenceStage } from './stage';

/** A rollout that was started. */
export interface Started {
  readonly id: string;
  readonly version: string;
  readonly commit: string;
}

/** One service of the stage, and what people do to it. */
export class Lane {
  private releases = 0;
  private changes = 0;

  constructor(
    readonly stage: EvidenceStage,
    readonly service: string,
  ) {}

  /** Starts a rollout of a new commit, at a pace that tells as little as possible twice. */
  async release(given: Omit<HeadlessRelease, 'commit'> = {}): Promise<Started> {
    this.releases += 1;
    const commit = createHash('sha1').update(`${this.service} ${this.releases}`).digest('hex');
    const deploy = { strategy: 'blue_green', wait_time: 60, bake_time: 60, ...given.deploy };
    const id = await this.stage.headless.release(this.service, { ...given, commit, deploy });
    return { id, commit, version: commit.slice(0, 8) };
  }

  /** Waits for a rollout's end, its recovery included. @throws {Error} for another outcome. */
  async ended({ id }: Started, outcome: string): Promise<void> {
    await this.stage.until(
      `the end of ${id}`,
      () => !this.stage.isRunning('rollout', id) && this.of(id).endedAt !== null,
    );
    this.demand(outcome, this.of(id).outcome, `rollout ${id}`, this.of(id).reason);
  }

  async released(outcome: string, given: Omit<HeadlessRelease, 'commit'> = {}): Promise<Started> {
    const started = await this.release(given);
    await this.ended(started, outcome);
    return started;
  }

  /** Waits until a rollout has entered a state. */
  inState({ id }: Started, state: string, times = 1): Promise<void> {
    const entered = (): number => this.of(id).states.filter((seen) => seen.state === state).length;
    return this.stage.until(`${id} in ${state}`, () => entered() >= times);
  }

  of(id: string): TrackedRollout {
    return this.stage.headless.outcomeOf(id);
  }

  /** Starts a change of the service's split; answers its execution's name. */
  startSplit(weights: Readonly<Record<string, number>>): string {
    this.changes += 1;
    const name = `${this.service}-by-hand-${this.changes}`;
    const split = Object.entries(weights).map(([version, weight]) => ({ version, weight }));
    this.stage.headless.aws.engine.start({
      stateMachineArn: this.stage.machineArn('split'),
      name,
      input: JSON.stringify({ service: this.service, split }),
    });
    return name;
  }

  /** Waits for a change's end, its recovery included. */
  async splitEnded(name: string, status: string): Promise<void> {
    await this.stage.until(`the end of ${name}`, () => !this.stage.isRunning('split', name));
    this.demand(status, this.stage.statusOf('split', name), `change ${name}`, '');
  }

  async splitApplied(weights: Readonly<Record<string, number>>, status = 'SUCCEEDED'): Promise<void> {
    await this.splitEnded(this.startSplit(weights), status);
  }

  /** Delivers the event of an execution's end once more, as EventBridge may. */
  async deliverAgain(kind: 'rollout' | 'split', id: string): Promise<void> {
    const { engine, functions, deployed } = this.stage.headless.aws;
    const executionArn = executionArnOf(this.stage.machineArn(kind), id);
    const { input, status } = engine.describe(executionArn) ?? {};
    const name = functionName(this.stage.environment, `recover-${kind}`);
    const arn = deployed.functions.find((each) => each.name === name)?.arn ?? '';
    let isDone = false;
    const invoked = functions
      .invoke(arn, { detail: { executionArn, name: id, status, input } })
      .finally(() => {
        isDone = true;
      });
    await this.stage.until('the event to be delivered', () => isDone);
    await invoked;
  }

  /** Waits until a change has entered a state. */
  splitInState(name: string, state: string, times = 1): Promise<void> {
    const { engine } = this.stage.headless.aws;
    const arn = executionArnOf(this.stage.machineArn('split'), name);
    return this.stage.until(
      `${name} in ${state}`,
      () =>
        (engine.history(arn) ?? []).filter((event) => event.stateEnteredEventDetails?.name === state)
          .length >= times,
    );
  }

  /** What a deployment of the service with or without `split:` in platform.yaml changes. */
  async underManualSplit(manualSplit: boolean): Promise<void> {
    const Value = JSON.stringify({ ...this.binding, ...(manualSplit ? { manualSplit } : {}) });
    const Name = serviceParameterName(this.binding.environment, this.service);
    await this.stage.headless.aws.ssm.operations.PutParameter?.run({
      Name,
      Value,
      Type: 'String',
      Overwrite: true,
    });
  }

  /** From now on a version is like this. */
  behaves({ commit }: Started, behaviour: Behaviour): void {
    this.stage.headless.behaves(this.service, { commit, behaviour });
  }

  /** Waits until the ECS service of a version exists. */
  exists({ version }: Started): Promise<void> {
    const name = versionResourceName(this.binding, version);
    return this.stage.until(`the service ${name}`, () =>
      this.stage.headless.aws.ecs.services().some(({ serviceName }) => serviceName === name),
    );
  }

  /** From now on a version is like this, and its tasks are new. */
  async renew(version: Started, behaviour: Behaviour): Promise<void> {
    const { headless, environment } = this.stage;
    this.behaves(version, behaviour);
    const before = this.tasksOf(version).map(({ task }) => task.taskArn ?? '');
    for (const task of before) {
      await headless.aws.ecs.operations.StopTask?.run({ cluster: environment, task });
    }
    const isNew = (): boolean =>
      this.tasksOf(version).some(
        ({ task }) => task.lastStatus === 'RUNNING' && !before.includes(task.taskArn ?? ''),
      );
    await this.stage.until(`new tasks of ${version.version}`, isNew);
  }

  /** Somebody gives a version another number of tasks. */
  async resize(version: Started, desiredCount: number): Promise<void> {
    await this.stage.headless.aws.ecs.operations.UpdateService?.run({
      cluster: this.stage.environment,
      service: versionResourceName(this.binding, version.version),
      desiredCount,
    });
    await this.stage.until(`${desiredCount} tasks of ${version.version}`, () => {
      const running = this.tasksOf(version).filter(({ task }) => task.lastStatus === 'RUNNING');
      return running.length === desiredCount;
    });
  }

  /** Somebody deletes the service's route. */
  async loseRoute(): Promise<void> {
    await this.stage.headless.aws.appMesh.operations.DeleteRoute?.run(this.routeId);
  }

  /** Somebody writes a split of their own into the route. */
  async editRoute(...weights: readonly (readonly [version: Started, weight: number])[]): Promise<void> {
    const weightedTargets = weights.map(([{ version }, weight]) => ({
      virtualNode: versionResourceName(this.binding, version),
      weight,
    }));
    const spec = { httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
    const { UpdateRoute, CreateRoute } = this.stage.headless.aws.appMesh.operations;
    const hasRoute = this.stage.hasRoute(this.service);
    await (hasRoute ? UpdateRoute : CreateRoute)?.run({ ...this.routeId, spec });
  }

  private get routeId() {
    const { mesh: meshName, virtualRouter: virtualRouterName, route: routeName } = this.binding.router;
    return { meshName, virtualRouterName, routeName };
  }

  /** The next calls of a function go wrong; of which service, nobody can choose. */
  callFault(name: FunctionName, fault: Omit<ApiFault, 'principal'>): void {
    this.stage.headless.aws.endpoint.addFault({ ...fault, principal: this.roleOf(name) });
  }

  /** As soon as a function has made a call so many times, further ones go wrong. */
  callFaultAfter(name: FunctionName, action: string, fault: Omit<ApiFault, 'principal'>, times = 1): void {
    this.stage.whenAsked(this.roleOf(name), action, () =>
      times === 1 ? this.callFault(name, fault) : this.callFaultAfter(name, action, fault, times - 1),
    );
  }

  functionFault(name: FunctionName, fault: Omit<FunctionFault, 'functionName'>): void {
    this.stage.headless.runner.addFault({
      ...fault,
      functionName: functionName(this.stage.environment, name),
    });
  }

  private roleOf(name: FunctionName): string {
    const { functions } = this.stage.headless.aws.deployed;
    const wanted = functionName(this.stage.environment, name);
    const found = functions.find((each) => each.name === wanted);
    if (found === undefined) {
      throw new Error(`the assembly has no function "${wanted}"`);
    }
    return found.roleName;
  }

  private tasksOf({ version }: Started): ReturnType<EvidenceStage['headless']['aws']['ecs']['tasks']> {
    const name = versionResourceName(this.binding, version);
    return this.stage.headless.aws.ecs
      .tasks()
      .filter(({ serviceName, task }) => serviceName === name && task.lastStatus !== 'STOPPED');
  }

  private get binding(): ServiceBinding {
    const found = this.stage.headless.services.find(({ service }) => service === this.service);
    if (found === undefined) {
      throw new Error(`the stage has no service "${this.service}"`);
    }
    return found;
  }

  private demand(wanted: string, found: string, what: string, why: string): void {
    if (wanted !== found) {
      throw new Error(`${what} ended ${found} instead of ${wanted}: ${why}`);
    }
  }
}
