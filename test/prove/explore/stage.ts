import type { FunctionName } from '../../../core/config/function-environment';
import type { Ports } from '../../../core/ports/index';
import type { ExecutionRecord } from '../../../rehearsal/aws/services/step-functions/engine';
import { Theatre, type TheatreOptions } from '../../_helpers/theatre';
import { Answers } from './answers';
import { Chronicle } from './chronicle';
import type { Disturbance, Kind, Point } from './disturbance';
import { CLIENT_PATIENCE, Faults } from './faults';
import { invokeHandler } from './functions';
import { Hand } from './hand';
import { died, functionError, type Invocation, invocationOf, NEVER } from './invocation';
import {
  FAULTS,
  FUNCTION_KINDS,
  faultsAt,
  type Interceptor,
  interceptPorts,
  isAboutTraffic,
  isRead,
  type PortName,
} from './verbs';

/** Seconds that Lambda gives a function. */
const FUNCTION_TIMEOUT = 30;
/** Seconds that a call is under way while somebody else begins something. */
const MEANWHILE = 3;

/** What a disturbance does beside the calls: the scenario knows which versions there are. */
export interface Outside {
  release(stage: Stage): void;
  releases(stage: Stage): void;
  split(stage: Stage): void;
  /** Those of the three that make sense for the service. */
  readonly kinds: readonly Kind[];
  /** Changes what a function answers, where a scenario must begin in the midst of things. @default nothing */
  readonly amend?: (name: FunctionName, rollout: string, answer: unknown) => unknown;
}

/** What is done on a stage. */
export interface StageOptions extends Pick<TheatreOptions, 'binding' | 'definition'> {
  readonly outside: Outside;
  /** What is met once the play has begun. */
  readonly disturbances: readonly Disturbance[];
  /** Whether points are kept, with what could disturb them. */
  readonly isTraced: boolean;
}

/**
 * A theatre in which every call, function and state is a point, and in which disturbances wait at points. The state
 * machines' definitions, the functions' handlers and all of core are the real ones.
 */
export class Stage {
  readonly theatre: Theatre;
  readonly chronicle: Chronicle;
  /** Points that were met since the play began, in order. */
  readonly points: Point[] = [];
  /** Calls since the play began. */
  calls = 0;
  private isOn = false;
  /** Earlier answers are kept, from the very beginning, where one may be given again. */
  private readonly needsAnswers: boolean;
  private begunAt = 0;
  private waiting: readonly Disturbance[];
  private readonly seen = new Set<string>();
  private readonly counts = new Map<string, number>();
  private readonly answers = new Answers();
  private readonly faults: Faults;
  private readonly hand: Hand;

  constructor(private readonly options: StageOptions) {
    const { outside: _outside, disturbances, isTraced, ...theatre } = options;
    this.waiting = disturbances;
    this.needsAnswers = isTraced || disturbances.some(({ kind }) => kind === 'stale');
    this.theatre = new Theatre({
      ...theatre,
      run: (name, ports, event) => this.run(name, ports, event),
      turnsToSettle: 3,
    });
    this.chronicle = new Chronicle(this.theatre);
    this.faults = new Faults(this.theatre.clock, this.answers);
    this.hand = new Hand(this.theatre, this.chronicle);
    this.theatre.onEntered = (state, event) => this.enter(state, event.executionArn);
  }

  /** From here on points count, and disturbances are met. */
  begin(): void {
    this.isOn = true;
    this.begunAt = this.theatre.clock.now();
    this.chronicle.facts.length = 0;
  }

  /** Ends what lasts: what a person mends who was alarmed. */
  mend(): void {
    this.faults.mend();
  }

  /** From here on nothing counts any more. */
  end(): void {
    this.isOn = false;
    this.mend();
  }

  /** Releases and splits that were started since the play began. */
  executions(): readonly ExecutionRecord[] {
    return this.theatre.engine
      .list()
      .filter(({ name, startedAt }) => startedAt >= this.begunAt && /^(shop|split)-\d$/.test(name));
  }

  /** Disturbances that wait in vain so far. */
  unmet(): readonly Disturbance[] {
    return this.waiting;
  }

  /**
   * Moves time on until nothing runs any more, `hours` at most.
   * @returns whether everything came to rest.
   */
  async rest(hours: number): Promise<boolean> {
    const { clock } = this.theatre;
    const end = clock.now() + hours * 3_600_000;
    do {
      await this.theatre.advance(300);
    } while (this.isBusy() && clock.now() < end);
    return !this.isBusy();
  }

  /** Tasks in memory get ready by being looked at. */
  async letTasksStart(): Promise<void> {
    const { workload } = this.theatre.service;
    for (const version of workload.existing()) {
      await workload.describe(version);
      await workload.describe(version);
    }
  }

  private isBusy(): boolean {
    const { clock, engine } = this.theatre;
    return clock.pending() > 0 || engine.list().some(({ status }) => status === 'RUNNING');
  }

  private async run(name: FunctionName, ports: Ports, event: unknown): Promise<unknown> {
    const invocation = invocationOf(name, event, this.chronicle);
    const [kind] = this.reach('function', name, () => FUNCTION_KINDS);
    if (kind === 'throttled-invoke') {
      throw functionError('Lambda.TooManyRequestsException', 'Rate Exceeded.');
    }
    if (kind === 'kill-before') {
      throw died();
    }
    const own = interceptPorts(ports, (...call) => this.call(invocation, ...call));
    const over = new AbortController();
    void this.theatre.clock.sleep(FUNCTION_TIMEOUT * 1000, over.signal).then(
      () =>
        invocation.kill(functionError('Sandbox.Timedout', `timed out after ${FUNCTION_TIMEOUT}.00 seconds`)),
      () => undefined,
    );
    try {
      const answer = await Promise.race([invokeHandler(name, own, event), invocation.death]);
      if (kind === 'kill-after') {
        throw died();
      }
      return this.options.outside.amend?.(name, invocation.rollout, answer) ?? answer;
    } finally {
      over.abort(new Error('the function has ended'));
    }
  }

  private async call(invocation: Invocation, ...[port, verb, args, run]: Parameters<Interceptor>) {
    if (invocation.isDead) {
      return NEVER;
    }
    const isKept = isRead(verb) && port !== 'store' && this.needsAnswers;
    const key = isKept ? `${verb} ${JSON.stringify(args)}` : verb;
    const reached = this.reach('call', verb, () => this.kindsOf(invocation, port, verb, key));
    this.calls += this.isOn ? 1 : 0;
    const outer = reached.filter((each) => !FAULTS.has(each));
    for (const kind of outer) {
      this.intervene(kind, invocation.execution);
    }
    const effect = async () => {
      const answer = await this.chronicle.around(invocation, verb, args, run);
      if (isKept) {
        this.answers.keep(key, answer);
      }
      return answer;
    };
    const own = reached.find((each) => FAULTS.has(each));
    const call = { invocation, port, verb, key, effect: this.underWay(outer, verb, effect) };
    const answer = await this.faults.meet(call, own);
    return invocation.isDead ? NEVER : answer;
  }

  /** A read has its answer, and a write is still to take effect, when somebody begins something meanwhile. */
  private underWay(
    outer: readonly Kind[],
    verb: string,
    effect: () => Promise<unknown>,
  ): () => Promise<unknown> {
    const isOrphan = outer.includes('orphan');
    if (!isOrphan && !outer.some((kind) => kind.startsWith('release') || kind === 'split')) {
      return effect;
    }
    const wait = () => this.theatre.clock.sleep((isOrphan ? CLIENT_PATIENCE : MEANWHILE) * 1000);
    return async () => {
      const isAnswered = isRead(verb);
      const early = isAnswered ? await effect() : undefined;
      await wait();
      return isAnswered ? early : effect();
    };
  }

  private enter(state: string, executionArn: string): void {
    const isWait = state.startsWith('WaitFor');
    const kinds = () =>
      ['stop', ...(isWait ? [...this.options.outside.kinds, ...this.hand.edits()] : [])] as const;
    for (const kind of this.reach('state', state, kinds)) {
      this.intervene(kind, executionArn);
    }
  }

  private intervene(kind: Kind, execution: string): void {
    if (kind === 'stop' || kind === 'orphan') {
      this.theatre.stop(execution);
    } else if (kind === 'release' || kind === 'releases' || kind === 'split') {
      this.options.outside[kind](this);
    } else {
      this.hand.edit(kind);
    }
  }

  private kindsOf(invocation: Invocation, port: PortName, verb: string, key: string): readonly Kind[] {
    const isFirstOfFunction = this.isFirst(`${invocation.name} ${verb}`);
    const isFirstOfPort = !invocation.ports.has(port);
    invocation.ports.add(port);
    const hadAnother = this.answers.hasEarlier(key);
    return [
      ...faultsAt({ port, verb, isFirstOfFunction, isFirstOfPort, hadAnother }),
      ...this.options.outside.kinds.filter((kind) => kind !== 'releases' || !isRead(verb)),
      ...(isAboutTraffic(port, verb) ? this.hand.edits() : []),
    ];
  }

  private isFirst(key: string): boolean {
    const isKnown = this.seen.has(key);
    this.seen.add(key);
    return !isKnown;
  }

  /** Counts a point, and answers what waits there. */
  private reach(type: Point['type'], name: string, kinds: () => readonly Kind[]): readonly Kind[] {
    if (!this.isOn) {
      return [];
    }
    const nth = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, nth);
    if (this.options.isTraced) {
      this.points.push({ type, name, nth, kinds: kinds() });
    }
    const here = this.waiting.filter((each) => each.name === name && each.nth === nth);
    if (here.length === 0) {
      return [];
    }
    this.waiting = this.waiting.filter((each) => !here.includes(each));
    return here.map(({ kind }) => kind);
  }
}
