import type { FunctionName } from '../../../core/config/function-environment';
import { CanaryError } from '../../../core/errors';
import type { Ports } from '../../../core/ports/index';
import { only } from '../../../core/traffic/split';
import type { ExecutionRecord } from '../../../rehearsal/aws/services/step-functions/engine';
import { FunctionError } from '../../../rehearsal/contracts';
import { Theatre, type TheatreOptions } from '../../_helpers/theatre';
import { type Caller, Chronicle } from './chronicle';
import type { Disturbance, Kind, Point } from './disturbance';
import { invokeHandler } from './functions';
import {
  FAULTS,
  FUNCTION_KINDS,
  faultsAt,
  interceptPorts,
  isAboutTraffic,
  isRead,
  NEVER_THROW,
  type PortName,
} from './verbs';

/** Seconds after which an SDK client gives a call up, its own retries included. */
const CLIENT_PATIENCE = 9;
/** Seconds that Lambda gives a function. */
const FUNCTION_TIMEOUT = 30;
/** Seconds that a call is under way while somebody else begins something. */
const MEANWHILE = 3;
const THROTTLE_SECONDS = 10;
const OUTAGE_SECONDS = 600;
/** What a function awaits that was killed or timed out: nothing of it goes on. */
const NEVER = new Promise<never>(() => undefined);

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

/** A fault that lasts. */
interface Standing {
  readonly kind: Kind;
  readonly until: number;
  hits(call: { readonly port: PortName; readonly verb: string; readonly by: FunctionName }): boolean;
}

interface Invocation extends Caller {
  readonly execution: string;
  readonly death: Promise<never>;
  readonly kill: (error: FunctionError) => void;
  /** Ports that it has called. */
  readonly ports: Set<PortName>;
  isDead: boolean;
}

interface Call {
  readonly invocation: Invocation;
  readonly port: PortName;
  readonly verb: string;
  readonly args: readonly unknown[];
  readonly effect: () => Promise<unknown>;
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
  /** Disturbances that were met, in order. */
  readonly met: Disturbance[] = [];
  private isOn = false;
  private isTraced = true;
  private begunAt = 0;
  private waiting: Disturbance[] = [];
  private standing: Standing[] = [];
  private readonly seen = new Set<string>();
  private readonly counts = new Map<string, number>();
  /** What each read answered last, and what it had answered before that. */
  private readonly answers = new Map<string, { readonly now: unknown; readonly earlier?: unknown }>();

  constructor(
    readonly outside: Outside,
    options: Pick<TheatreOptions, 'binding' | 'definition'> = {},
  ) {
    this.theatre = new Theatre({
      ...options,
      run: (name, ports, event) => this.run(name, ports, event),
      turnsToSettle: 3,
    });
    this.chronicle = new Chronicle(this.theatre);
    this.theatre.onEntered = (state, event) => this.enter(state, event.executionArn);
  }

  /** From here on points count, and disturbances are met. */
  begin(disturbances: readonly Disturbance[], isTraced = true): void {
    this.isOn = true;
    this.isTraced = isTraced;
    this.calls = 0;
    this.begunAt = this.theatre.clock.now();
    this.waiting = [...disturbances];
    this.chronicle.facts.length = 0;
  }

  /** Ends what lasts: what a person mends who was alarmed. */
  mend(): void {
    this.standing = [];
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
    const [kind] = this.reach({ type: 'function', name, kinds: () => FUNCTION_KINDS });
    if (kind === 'throttled-invoke') {
      throw functionError('Lambda.TooManyRequestsException', 'Rate Exceeded.');
    }
    if (kind === 'kill-before') {
      throw died();
    }
    const own = interceptPorts(ports, (port, verb, args, run) =>
      this.call(invocation, { port, verb, args, run }),
    );
    const over = new AbortController();
    const { clock } = this.theatre;
    const late = clock.sleep(FUNCTION_TIMEOUT * 1000, over.signal).then(
      () =>
        this.die(
          invocation,
          functionError('Sandbox.Timedout', `timed out after ${FUNCTION_TIMEOUT}.00 seconds`),
        ),
      () => undefined,
    );
    void late;
    try {
      const answer = await Promise.race([invokeHandler(name, own, event), invocation.death]);
      if (kind === 'kill-after') {
        throw died();
      }
      return this.outside.amend?.(name, invocation.rollout, answer) ?? answer;
    } finally {
      over.abort(new Error('the function has ended'));
    }
  }

  private die(invocation: Invocation, error: FunctionError): Promise<never> {
    invocation.isDead = true;
    invocation.kill(error);
    return NEVER;
  }

  private async call(
    invocation: Invocation,
    {
      port,
      verb,
      args,
      run,
    }: Pick<Call, 'port' | 'verb' | 'args'> & { readonly run: () => Promise<unknown> },
  ): Promise<unknown> {
    if (invocation.isDead) {
      return NEVER;
    }
    const key = `${verb} ${JSON.stringify(args)}`;
    const reached = this.reach({
      type: 'call',
      name: verb,
      kinds: () => this.kindsOf(invocation, port, verb, key),
    });
    this.calls += this.isOn ? 1 : 0;
    const outer = reached.filter((each) => !FAULTS.has(each));
    for (const kind of outer) {
      this.intervene(kind, invocation.execution);
    }
    const effect = async () => {
      const answer = await this.chronicle.around(invocation, verb, args, run);
      if (isRead(verb) && port !== 'store') {
        this.remember(key, answer);
      }
      return answer;
    };
    const fault = reached.find((each) => FAULTS.has(each));
    const call: Call = { invocation, port, verb, args, effect: this.underWay(outer, verb, effect) };
    const answer = await this.disturbed(call, fault ?? this.standingFault(call), key);
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
    return isRead(verb) ? () => this.lateAnswer(effect, wait) : () => wait().then(effect);
  }

  /** Runs a call with the fault that it meets. */
  private async disturbed(call: Call, fault: Kind | undefined, key: string): Promise<unknown> {
    const { invocation, port, verb, effect } = call;
    const { clock } = this.theatre;
    const wait = () => clock.sleep(CLIENT_PATIENCE * 1000);
    switch (fault) {
      case undefined:
        return effect();
      case 'throttled':
        this.last(fault, THROTTLE_SECONDS, (other) => other.verb === verb);
        return failing(verb, 'AwsThrottled', 'was throttled');
      case 'outage':
        this.last(fault, OUTAGE_SECONDS, (other) => other.port === port);
        return failing(verb, 'AwsCallFailed', 'met an outage');
      case 'forbidden':
        this.last(
          fault,
          Number.POSITIVE_INFINITY,
          (other) => other.verb === verb && other.by === invocation.name,
        );
        return failing(verb, 'AwsCallRefused', 'is not allowed');
      case 'denied':
        return failing(verb, 'AwsCallRefused', 'was denied');
      case 'timeout-before':
        await wait();
        return failing(verb, 'AwsCallFailed', 'timed out');
      case 'timeout-after':
        await effect();
        await wait();
        return failing(verb, 'AwsCallFailed', 'timed out');
      case 'late':
        await wait();
        return effect();
      case 'stale':
        return verb === 'verifySplit' ? 'pending' : structuredClone(this.answers.get(key)?.earlier);
      case 'kill-after':
        await effect();
        return this.die(invocation, died());
      default:
        return failing(verb, 'AwsCallFailed', 'failed');
    }
  }

  private async lateAnswer(effect: () => Promise<unknown>, wait: () => Promise<void>): Promise<unknown> {
    const answer = await effect();
    await wait();
    return answer;
  }

  private last(kind: Kind, seconds: number, hits: Standing['hits']): void {
    const until = this.theatre.clock.now() + seconds * 1000;
    if (!this.standing.some((each) => each.kind === kind && each.until > this.theatre.clock.now())) {
      this.standing.push({ kind, until, hits });
    }
  }

  private standingFault({ invocation, port, verb }: Call): Kind | undefined {
    const now = this.theatre.clock.now();
    const call = { port, verb, by: invocation.name };
    return this.standing.find((each) => each.until > now && each.hits(call))?.kind;
  }

  private enter(state: string, executionArn: string): void {
    const isWait = state.startsWith('WaitFor');
    const kinds = () => ['stop', ...(isWait ? [...this.outside.kinds, ...this.edits()] : [])] as const;
    for (const kind of this.reach({ type: 'state', name: state, kinds })) {
      this.intervene(kind, executionArn);
    }
  }

  private intervene(kind: Kind, execution: string): void {
    if (kind === 'stop' || kind === 'orphan') {
      this.theatre.stop(execution);
    } else if (kind === 'release' || kind === 'releases' || kind === 'split') {
      this.outside[kind](this);
    } else {
      this.edit(kind === 'edit-all');
    }
  }

  private edit(isAll: boolean): void {
    const weights = this.editFor(isAll);
    const { router } = this.theatre.service;
    const before = router.current().weights;
    if (weights !== null) {
      void router.setSplit({ weights });
      this.chronicle.noteEdit(before, weights);
    }
  }

  /** The split that a hand would set; null when it would change nothing. */
  private editFor(isAll: boolean): Readonly<Record<string, number>> | null {
    const { router } = this.theatre.service;
    const [other, newest] = router.knownTargets().slice(-2);
    const { weights } = router.current();
    const last = newest ?? other;
    if (last === undefined) {
      return null;
    }
    if (isAll) {
      return weights[last] === 100 ? null : only(last).weights;
    }
    const isHalf = weights[last] === 50 && Object.keys(weights).length === 2;
    return other === undefined || newest === undefined || isHalf ? null : { [other]: 50, [newest]: 50 };
  }

  private edits(): readonly Kind[] {
    return [
      ...(this.editFor(false) === null ? [] : (['edit-half'] as const)),
      ...(this.editFor(true) === null ? [] : (['edit-all'] as const)),
    ];
  }

  private kindsOf(invocation: Invocation, port: PortName, verb: string, key: string): readonly Kind[] {
    const isFirstOfFunction = this.isFirst(`${invocation.name} ${verb}`);
    const isFirstOfPort = !invocation.ports.has(port);
    invocation.ports.add(port);
    const hadAnother = this.answers.get(key)?.earlier !== undefined;
    return [
      ...faultsAt({ port, verb, isFirstOfFunction, isFirstOfPort, hadAnother }),
      ...this.outside.kinds.filter((kind) => kind !== 'releases' || !isRead(verb)),
      ...(isAboutTraffic(port, verb) ? this.edits() : []),
    ];
  }

  private isFirst(key: string): boolean {
    const isKnown = this.seen.has(key);
    this.seen.add(key);
    return !isKnown;
  }

  private remember(key: string, answer: unknown): void {
    const known = this.answers.get(key);
    if (known === undefined) {
      this.answers.set(key, { now: structuredClone(answer) });
    } else if (JSON.stringify(known.now) !== JSON.stringify(answer)) {
      this.answers.set(key, { now: structuredClone(answer), earlier: known.now });
    }
  }

  /** Counts a point, and answers what waits there. */
  private reach(
    point: Omit<Point, 'nth' | 'kinds'> & { readonly kinds: () => readonly Kind[] },
  ): readonly Kind[] {
    if (!this.isOn) {
      return [];
    }
    const { type, name } = point;
    const nth = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, nth);
    if (this.isTraced) {
      this.points.push({ type, name, nth, kinds: point.kinds() });
    }
    const here = this.waiting.filter((each) => each.name === name && each.nth === nth);
    this.waiting = this.waiting.filter((each) => !here.includes(each));
    this.met.push(...here);
    return here.map(({ kind }) => kind);
  }
}

function invocationOf(name: FunctionName, event: unknown, chronicle: Chronicle): Invocation {
  const { state, execution, detail } = event as {
    state?: { progress?: { rollout_id?: string; change_id?: string } };
    execution?: { id: string; name: string };
    detail?: { name: string; executionArn: string };
  };
  const own = execution?.name ?? detail?.name ?? '';
  let kill: (error: FunctionError) => void = () => undefined;
  const death = new Promise<never>((_resolve, reject) => {
    kill = reject;
  });
  death.catch(() => undefined);
  const rollout = state?.progress?.rollout_id ?? state?.progress?.change_id ?? own;
  return {
    name,
    rollout,
    begun: chronicle.noteInvocation(name, rollout),
    execution: execution?.id ?? detail?.executionArn ?? '',
    death,
    kill,
    ports: new Set(),
    isDead: false,
  };
}

async function failing(
  verb: string,
  code: 'AwsThrottled' | 'AwsCallFailed' | 'AwsCallRefused',
  how: string,
): Promise<unknown> {
  if (verb in NEVER_THROW) {
    return NEVER_THROW[verb];
  }
  throw new CanaryError(code, `${verb} ${how}, as it was told to`, { verb });
}

function died(): FunctionError {
  return functionError('Lambda.Unknown', 'killed, as it was told to');
}

function functionError(errorType: string, errorMessage: string): FunctionError {
  return new FunctionError(errorType, errorMessage, JSON.stringify({ errorType, errorMessage }));
}
