import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MemoryServicePorts, MemoryWorld } from '../../adapters/memory/world';
import {
  FUNCTION_NAMES,
  type FunctionName,
  functionPlaceholder,
  isSplitFunction,
} from '../../core/config/function-environment';
import type { ServiceBinding } from '../../core/config/service-binding';
import type { Observation } from '../../core/health/observation';
import { claimSplit } from '../../core/manual-split/claim-split';
import { completeSplit } from '../../core/manual-split/complete-split';
import { recoverSplit } from '../../core/manual-split/recover-split';
import { removeUnnamedVersions } from '../../core/manual-split/remove-unnamed-versions';
import { restoreSplit } from '../../core/manual-split/restore-split';
import { setSplit } from '../../core/manual-split/set-split';
import { startVersions } from '../../core/manual-split/start-versions';
import type { Ports } from '../../core/ports/index';
import type { ObservationQuery } from '../../core/ports/metrics';
import { checkVersionReady } from '../../core/rollout/check-version-ready';
import { claimRollout } from '../../core/rollout/claim-rollout';
import { completeRollout } from '../../core/rollout/complete-rollout';
import { createVersion } from '../../core/rollout/create-version';
import { evaluateHealth } from '../../core/rollout/evaluate-health';
import { promoteVersion } from '../../core/rollout/promote-version';
import { recoverRollout, type StatusChange } from '../../core/rollout/recover-rollout';
import { removeVersion } from '../../core/rollout/remove-version';
import { restoreStable } from '../../core/rollout/restore-stable';
import { rollBack } from '../../core/rollout/roll-back';
import { shiftTraffic } from '../../core/rollout/shift-traffic';
import { stopStable } from '../../core/rollout/stop-stable';
import type { ExecutionRecord } from '../../rehearsal/aws/services/step-functions/engine';
import { createManualClock, type ManualClock } from '../../rehearsal/clock/manual-clock';
import { type ExecutionStatusEvent, FunctionError, type StateEvent } from '../../rehearsal/contracts';
import {
  createStateMachineEngine,
  type RehearsalStateMachineEngine,
} from '../../rehearsal/state-machine/engine';
import { aBinding, NOON } from './builders';

// biome-ignore lint/suspicious/noExplicitAny: each use case has its own input; the state machine passes it
type UseCase = (ports: Ports, input: any) => Promise<unknown>;

const USE_CASES: Readonly<Record<FunctionName, UseCase>> = {
  'claim-rollout': claimRollout,
  'stop-stable': stopStable,
  'create-version': createVersion,
  'check-version-ready': checkVersionReady,
  'shift-traffic': shiftTraffic,
  'evaluate-health': evaluateHealth,
  'promote-version': promoteVersion,
  'roll-back': rollBack,
  'restore-stable': restoreStable,
  'remove-version': removeVersion,
  'complete-rollout': completeRollout,
  'claim-split': claimSplit,
  'start-versions': startVersions,
  'set-split': setSplit,
  'restore-split': restoreSplit,
  'remove-unnamed-versions': removeUnnamedVersions,
  'complete-split': completeSplit,
  'recover-rollout': (ports, event: { readonly detail: StatusChange }) => recoverRollout(ports, event.detail),
  'recover-split': (ports, event: { readonly detail: StatusChange }) => recoverSplit(ports, event.detail),
};

const MACHINE = 'demo-rollout';
const ARN = `arn:aws:states:us-west-2:000000000000:stateMachine:${MACHINE}`;
const SPLIT_MACHINE = 'demo-split';
const SPLIT_ARN = `arn:aws:states:us-west-2:000000000000:stateMachine:${SPLIT_MACHINE}`;
const ROLE = 'arn:aws:iam::000000000000:role/machine';

/** A definition with every placeholder filled, as `cdk deploy` would. */
export function filledDefinition(file: 'rollout' | 'split' = 'rollout'): string {
  const known = filled.get(file) ?? fillDefinition(file);
  filled.set(file, known);
  return known;
}

const filled = new Map<'rollout' | 'split', string>();

function fillDefinition(file: 'rollout' | 'split'): string {
  const text = readFileSync(join(__dirname, `../../state-machine/${file}.asl.json`), 'utf8');
  return FUNCTION_NAMES.reduce(
    (text, name) =>
      text.replaceAll(
        `\${${functionPlaceholder(name)}}`,
        `arn:aws:lambda:us-west-2:000000000000:function:${name}`,
      ),
    text,
  ).replaceAll('${StateMachineArn}', ARN);
}

/** An execution that ended otherwise than it should, and which recovery hears of it. */
export interface LostEvent {
  readonly isSplit: boolean;
  readonly change: StatusChange;
}

/** Seconds before the second and the third try of an event, as Lambda takes. */
const RECOVERY_PAUSES = [60, 120];

/** What a play may need otherwise than usual. */
export interface TheatreOptions {
  /** The service that is played. @default aBinding() */
  readonly binding?: ServiceBinding;
  /** The definition of a state machine, with every placeholder filled. @default filledDefinition */
  readonly definition?: (file: 'rollout' | 'split') => string;
  /** Runs a function. @default its use case */
  readonly run?: (name: FunctionName, ports: Ports, event: unknown) => Promise<unknown>;
  /** Turns of the event loop after each sleep; ports that only compute need few. @default as the clock */
  readonly turnsToSettle?: number;
}

const runUseCase = (name: FunctionName, ports: Ports, event: unknown): Promise<unknown> =>
  USE_CASES[name](ports, event);

/**
 * The real state machine and the real use cases on ports in memory, under a clock that moves only when told to:
 * a rollout of half an hour takes milliseconds.
 */
export class Theatre {
  readonly clock: ManualClock;
  readonly world = new MemoryWorld(NOON);
  readonly states: StateEvent[] = [];
  /** Splits in the order in which they were written. */
  readonly splits: Readonly<Record<string, number>>[] = [];
  readonly service: MemoryServicePorts;
  /** Runs around each function: throw to make it fail, before or after its work. */
  around: (name: string, run: () => Promise<unknown>) => Promise<unknown> = (_name, run) => run();
  /** False loses the events that recovery would hear of. */
  recovers = true;
  /** Called whenever a state is entered. */
  onEntered: (state: string, event: StateEvent) => void = () => undefined;
  private readonly ports: Ports;
  private readonly splitPorts: Ports;
  /** The state machines, for an endpoint in front of them. */
  readonly engine: RehearsalStateMachineEngine;

  constructor(private readonly options: TheatreOptions = {}) {
    const { binding = aBinding(), turnsToSettle } = options;
    this.clock = createManualClock({
      start: NOON,
      ...(turnsToSettle === undefined ? {} : { turnsToSettle }),
    });
    this.service = this.world.forService(binding);
    this.ports = this.portsOf(ARN);
    this.splitPorts = this.portsOf(SPLIT_ARN);
    this.engine = this.createEngine();
    this.world.directory.add(binding);
    this.world.clock.now = () => this.clock.now();
    const { router } = this.service;
    const setSplit = router.setSplit.bind(router);
    router.setSplit = async (split) => {
      await setSplit(split);
      this.splits.push(split.weights);
    };
    this.service.metrics.source = (query) => healthyMinutes(query, () => ({}));
  }

  private createEngine(): RehearsalStateMachineEngine {
    const { definition = filledDefinition } = this.options;
    return createStateMachineEngine({
      clock: this.clock,
      functions: { invoke: (arn, payload) => this.invoke(arn.split(':').at(-1) as FunctionName, payload) },
      region: 'us-west-2',
      account: '000000000000',
      machines: [
        { name: MACHINE, definition: definition('rollout'), roleArn: ROLE },
        { name: SPLIT_MACHINE, definition: definition('split'), roleArn: ROLE },
      ],
      onStatus: (event) => this.onStatus(event),
      onState: (event) => {
        this.states.push(event);
        if (event.kind === 'entered') {
          this.onEntered(event.state, event);
        }
      },
      random: () => 0.5,
      // Takes half a second; test/state-machine holds the definition to it.
      generalValidator: false,
    });
  }

  /** What callers see of a version, per minute. */
  callersSee(of: (version: string, minute: number) => Partial<Observation> | null): void {
    this.service.metrics.source = (query) => healthyMinutes(query, (minute) => of(query.version, minute));
  }

  start(name: string, input: Record<string, unknown>): string {
    return this.engine.start({ stateMachineArn: ARN, name, input: JSON.stringify(input) }).executionArn;
  }

  /** Starts what an operator's deploy starts. */
  startSplit(name: string, weights: Readonly<Record<string, number>>): string {
    const split = Object.entries(weights).map(([version, weight]) => ({ version, weight }));
    const input = JSON.stringify({ service: 'shop', split });
    return this.engine.start({ stateMachineArn: SPLIT_ARN, name, input }).executionArn;
  }

  /** Applies an operator's split and waits for its end. */
  async applySplit(name: string, weights: Readonly<Record<string, number>>): Promise<ExecutionRecord> {
    return this.run(this.startSplit(name, weights));
  }

  /** What a deploy of the service's stack says about manual split. */
  putUnderManualSplit(isManual: boolean): void {
    this.world.directory.add(aBinding(isManual ? { manualSplit: true } : {}));
  }

  stop(executionArn: string): void {
    this.engine.stop(executionArn, { error: 'ByHand', cause: 'an operator' });
  }

  /** Moves time until the execution has ended, a virtual day at most. */
  async run(executionArn: string): Promise<ExecutionRecord> {
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      const record = this.engine.describe(executionArn);
      if (record !== undefined && record.status !== 'RUNNING') {
        return record;
      }
      await this.advance(60);
    }
    throw new Error(`execution ${executionArn} did not end within a day`);
  }

  advance(seconds: number): Promise<void> {
    return this.clock.advance(seconds * 1000);
  }

  /** Releases `commit` and waits for its end. */
  async release(name: string, input: Record<string, unknown>): Promise<ExecutionRecord> {
    return this.run(this.start(name, input));
  }

  split(): Promise<Readonly<Record<string, number>>> {
    return this.service.router.getSplit().then((split) => split.weights);
  }

  private onStatus(event: ExecutionStatusEvent): void {
    if (!this.recovers) {
      return;
    }
    if (event.status === 'FAILED' || event.status === 'TIMED_OUT' || event.status === 'ABORTED') {
      const change: StatusChange = {
        executionArn: event.executionArn,
        name: event.name,
        status: event.status,
        input: event.input,
        stopDate: event.stopDate,
      };
      void this.recover({ isSplit: event.stateMachineArn === SPLIT_ARN, change });
    }
  }

  readonly recoveryErrors: unknown[] = [];
  /** The failure queue: events that recovery tried three times in vain. */
  readonly unrecovered: LostEvent[] = [];

  /** Lambda tries an asynchronous invocation three times before it gives the event to the failure queue. */
  async recover(lost: LostEvent): Promise<void> {
    const { run = runUseCase } = this.options;
    const name = lost.isSplit ? 'recover-split' : 'recover-rollout';
    for (const pause of [0, ...RECOVERY_PAUSES]) {
      await this.clock.sleep(pause * 1000);
      try {
        await run(name, lost.isSplit ? this.splitPorts : this.ports, { detail: lost.change });
        return;
      } catch (error) {
        this.recoveryErrors.push(error);
      }
    }
    this.unrecovered.push(lost);
  }

  private portsOf(stateMachineArn: string): Ports {
    return {
      ...this.world,
      clock: { now: () => this.clock.now() },
      log: this.world.log,
      forService: (binding) => this.world.forService(binding),
      executions: {
        stateOf: async (arn) => {
          const found = this.engine.describe(arn);
          return found === undefined ? 'unknown' : found.status === 'RUNNING' ? 'running' : 'ended';
        },
        start: async (name, input) => {
          const text = JSON.stringify(input);
          const known = this.engine.list(stateMachineArn).find((each) => each.name === name);
          // The adapter forgives the same name with the same input.
          if (known?.input !== text) {
            this.engine.start({ stateMachineArn, name, input: text });
          }
        },
      },
    };
  }

  private async invoke(name: FunctionName, payload: unknown): Promise<unknown> {
    const { run = runUseCase } = this.options;
    const ports = isSplitFunction(name) ? this.splitPorts : this.ports;
    try {
      return await this.around(name, () => run(name, ports, payload));
    } catch (error) {
      if (error instanceof FunctionError) {
        throw error;
      }
      const { name: errorType, message } = error as Error;
      throw new FunctionError(errorType, message, JSON.stringify({ errorType, errorMessage: message }));
    }
  }
}

/** A minute of good traffic for each whole minute asked for, changed by `of`; null leaves the minute out. */
function healthyMinutes(
  query: ObservationQuery,
  of: (minute: number) => Partial<Observation> | null,
): Observation[] {
  const found: Observation[] = [];
  for (let start = Date.parse(query.from); start < Date.parse(query.to); start += 60_000) {
    const changes = of((start - NOON) / 60_000);
    if (changes !== null) {
      const base = {
        requests: 1000,
        errors: 0,
        latencyMillis: { p50: 5, p99: 20 },
        source: 'callers' as const,
      };
      found.push({
        version: query.version,
        start: new Date(start).toISOString(),
        periodSeconds: 60,
        ...base,
        ...changes,
      });
    }
  }
  return found;
}
