import { functionName } from '../../../lib/naming';
import { createAuthorizer } from '../../../rehearsal/assembly/policies/authorizer';
import type { AskedPermission } from '../../../rehearsal/assembly/policies/observed';
import { executionArnOf } from '../../../rehearsal/aws/services/step-functions/engine';
import { splitsIn } from '../../../rehearsal/environment/splits';
import { type Headless, startHeadless } from '../../../rehearsal/headless/headless';
import type { Use } from '../../../tools/permissions/types';

/** Virtual seconds between two looks at what stories wait for. */
const LOOK_SECONDS = 1;

/** Virtual seconds that all parts take which are played alone, one after the other. */
const MOST_SECONDS_IN_LINE = 86_400;

interface Waiter {
  readonly isSo: () => boolean;
  readonly what: string;
  /** Virtual milliseconds. */
  readonly until: number;
  readonly go: () => void;
  readonly fail: (error: Error) => void;
}

/** A headless environment in which stories are played beside one another, and every permission that is asked for is kept. */
export class EvidenceStage {
  private readonly waiters = new Set<Waiter>();
  /** Stories that have not ended. */
  private open = 0;
  /** Stories that wait to be alone. */
  private inLine = 0;
  private isTaken = false;

  private readonly reactions: {
    readonly role: string;
    readonly action: string;
    readonly react: () => void;
  }[] = [];

  private constructor(
    readonly headless: Headless,
    private readonly noted: Use[],
  ) {}

  static async start(assembly: string): Promise<EvidenceStage> {
    const noted: Use[] = [];
    const late: { stage?: EvidenceStage } = {};
    const headless = await startHeadless({
      assembly,
      // Nothing is learnt from waiting.
      tasks: { startMillis: 1000, healthyAfterMillis: 1000 },
      metricLatenessMillis: 1000,
      requestsPerSecond: 50,
      onAsked: (asked) => {
        noted.push(...usesOf(asked));
        late.stage?.react(asked);
      },
    });
    late.stage = new EvidenceStage(headless, noted);
    return late.stage;
  }

  /** Every permission that was asked for, oldest first. */
  get uses(): readonly Use[] {
    return this.noted;
  }

  /** Adds what was asked for beside the headless environment. */
  note(asked: AskedPermission): void {
    this.noted.push(...usesOf(asked));
  }

  /** Adds what AWS would do by itself, with the answer that it would get. */
  noteImplied(implied: readonly Omit<Use, 'isAllowed'>[]): void {
    const authorize = createAuthorizer(this.headless.aws.deployed.roles);
    for (const { role: principal, action, resource, context } of implied) {
      const resources = [resource];
      const { allowed: isAllowed } = authorize({ principal, action, resources, context });
      this.note({ principal, action, resources, context, isAllowed });
    }
  }

  get environment(): string {
    return this.headless.services[0]?.environment ?? '';
  }

  /**
   * Plays stories side by side: time goes on whenever all of them wait.
   * @throws {AggregateError} with all that went otherwise than it is told.
   */
  async play(stories: readonly Promise<void>[]): Promise<void> {
    this.open = stories.length;
    const failures: unknown[] = [];
    for (const story of stories) {
      story
        .catch((error: unknown) => failures.push(error))
        .finally(() => {
          this.open -= 1;
        });
    }
    while (this.open > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.waiters.size === this.open) {
        await this.headless.advance(LOOK_SECONDS);
        this.wakeUp();
      }
    }
    if (failures.length > 0) {
      throw new AggregateError(failures, failures.map(String).join('\n'));
    }
  }

  /** Waits for something to become so, in virtual time. */
  until(what: string, isSo: () => boolean, mostSeconds = 7200): Promise<void> {
    const until = this.headless.clock.now() + mostSeconds * 1000;
    return new Promise((go, fail) => this.waiters.add({ isSo, what, until, go, fail }));
  }

  /** Plays a part with faults, which hit whoever comes next, when every other story has ended or waits for the same. */
  async alone(part: () => Promise<void>): Promise<void> {
    this.inLine += 1;
    await this.until('its turn', () => this.takeTurn(), MOST_SECONDS_IN_LINE);
    try {
      await part();
    } finally {
      this.headless.aws.endpoint.clearFaults();
      this.isTaken = false;
      this.inLine -= 1;
    }
  }

  /** Status of an execution of the machine `<environment>-<kind>`. */
  statusOf(kind: 'rollout' | 'split', name: string): string {
    return this.headless.aws.engine.describe(executionArnOf(this.machineArn(kind), name))?.status ?? 'NONE';
  }

  /** Whether any execution runs whose name begins so: the first one, or one that recovers or continues it. */
  isRunning(kind: 'rollout' | 'split', name: string): boolean {
    return this.headless.aws.engine
      .list(this.machineArn(kind))
      .some((execution) => execution.name.startsWith(name) && execution.status === 'RUNNING');
  }

  /** Waits until the execution that recovers another one has begun. */
  recovering(kind: 'rollout' | 'split', name: string): Promise<void> {
    return this.until(`the recovery of ${name}`, () => this.statusOf(kind, `${name}--recovery-1`) !== 'NONE');
  }

  /** Waits until recovery has heard of an execution's end, and was content. */
  recovered(kind: 'rollout' | 'split', name: string): Promise<void> {
    const recover = functionName(this.environment, `recover-${kind}`);
    const before = this.headless.runner.invocations.length;
    return this.until(`recovery to hear of ${name}`, () =>
      this.headless.runner.invocations
        .slice(before)
        .some(({ functionName: each, error }) => each === recover && error === null),
    );
  }

  stopExecution(kind: 'rollout' | 'split', name: string): void {
    this.headless.aws.engine.stop(executionArnOf(this.machineArn(kind), name), {
      error: 'Stopped',
      cause: 'by hand',
    });
  }

  machineArn(kind: 'rollout' | 'split'): string {
    const name = `${this.environment}-${kind}`;
    const found = this.headless.aws.deployed.stateMachines.find((machine) => machine.name === name);
    if (found === undefined) {
      throw new Error(`the assembly has no state machine "${name}"`);
    }
    return found.arn;
  }

  hasRoute(service: string): boolean {
    const { appMesh } = this.headless.aws;
    return Object.keys(splitsIn(this.environment, appMesh).get(service) ?? {}).length > 0;
  }

  /** Makes an alarm that is well. */
  async haveAlarm(AlarmName: string): Promise<void> {
    const { PutMetricAlarm, SetAlarmState } = this.headless.aws.cloudWatch.operations;
    await PutMetricAlarm?.run({
      AlarmName,
      Namespace: 'Shop',
      MetricName: 'Refused',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
    await SetAlarmState?.run({ AlarmName, StateValue: 'OK', StateReason: 'nothing is wrong' });
  }

  /** Does something as soon as a role makes a call, once. */
  whenAsked(role: string, action: string, react: () => void): void {
    this.reactions.push({ role, action, react });
  }

  private react({ principal, action }: AskedPermission): void {
    const index = this.reactions.findIndex((each) => each.role === principal && each.action === action);
    const [found] = index < 0 ? [] : this.reactions.splice(index, 1);
    found?.react();
  }

  private takeTurn(): boolean {
    const isFree = !this.isTaken && this.inLine === this.open;
    if (isFree) {
      this.isTaken = true;
    }
    return isFree;
  }

  private wakeUp(): void {
    const now = this.headless.clock.now();
    for (const waiter of this.waiters) {
      // One by one: what the first does may change what the next waits for.
      if (waiter.isSo()) {
        this.waiters.delete(waiter);
        waiter.go();
      } else if (now >= waiter.until) {
        this.waiters.delete(waiter);
        waiter.fail(new Error(`in vain waited for ${waiter.what}`));
      }
    }
  }
}

function usesOf({ principal, resources, ...rest }: AskedPermission): readonly Use[] {
  return resources.map((resource) => ({ role: principal, resource, ...rest }));
}
