import type { ApiContext } from '../../api';
import { type AlarmState, EXTRA_PERIODS, nextAlarmState } from './alarm-rules';
import type { AlarmDefinition, MetricQuery } from './inputs';
import { MetricQueries } from './metric-queries';
import type { MetricStore } from './metric-store';
import { periodStart } from './periods';

/** An alarm as the store keeps it; times in virtual milliseconds. */
export interface AlarmModel {
  readonly arn: string;
  readonly definition: AlarmDefinition;
  readonly queries: MetricQueries;
  /** The query whose values are compared with the threshold. */
  readonly judgedId: string;
  readonly updatedAt: number;
  state: AlarmState;
  stateReason: string;
  stateReasonData?: string;
  stateUpdatedAt: number;
}

/** Told when an alarm changes its state, after the change. */
export type AlarmListener = (alarm: AlarmModel, before: AlarmState) => void;

/** Holds alarms and evaluates each at every whole period of its own, in virtual time. */
export class AlarmBook {
  readonly #alarms = new Map<string, AlarmModel>();
  readonly #loops = new Map<string, AbortController>();

  constructor(
    private readonly context: ApiContext,
    private readonly store: MetricStore,
    private readonly listener: AlarmListener,
  ) {}

  /** Every alarm, by name. */
  all(): readonly AlarmModel[] {
    return [...this.#alarms.values()].sort((a, b) =>
      a.definition.AlarmName < b.definition.AlarmName ? -1 : 1,
    );
  }

  get(name: string): AlarmModel | undefined {
    return this.#alarms.get(name);
  }

  /** Adds or replaces an alarm; a replaced one keeps its state until it is evaluated. @throws ApiError `ValidationError`. */
  put(definition: AlarmDefinition): void {
    const name = definition.AlarmName;
    const queries = new MetricQueries(this.store, queriesOf(definition));
    const before = this.#alarms.get(name);
    const now = this.context.clock.now();
    this.#alarms.set(name, {
      arn: `arn:aws:cloudwatch:${this.context.region}:${this.context.account}:alarm:${name}`,
      definition,
      queries,
      judgedId: queries.queries.find(({ ReturnData }) => ReturnData)?.Id ?? '',
      updatedAt: now,
      state: before?.state ?? 'INSUFFICIENT_DATA',
      stateReason: before?.stateReason ?? 'Unchecked: Initial alarm creation',
      stateUpdatedAt: before?.stateUpdatedAt ?? now,
    });
    this.#startLoop(name);
    this.context.changed(`cloudwatch:alarm:${name}`);
  }

  delete(name: string): void {
    this.#loops.get(name)?.abort(new Error('the alarm was deleted'));
    this.#loops.delete(name);
    this.#alarms.delete(name);
  }

  /** Sets the state and tells the listener when it is another one. */
  setState(alarm: AlarmModel, state: AlarmState, reason: string, reasonData?: string): void {
    const before = alarm.state;
    alarm.stateReason = reason;
    alarm.stateReasonData = reasonData;
    if (before === state) return;
    alarm.state = state;
    alarm.stateUpdatedAt = this.context.clock.now();
    this.context.changed(`cloudwatch:alarm:${alarm.definition.AlarmName}`);
    this.listener(alarm, before);
  }

  /** Ends all evaluation. */
  close(): void {
    for (const loop of this.#loops.values()) loop.abort(new Error('CloudWatch is closed'));
    this.#loops.clear();
  }

  #startLoop(name: string): void {
    this.#loops.get(name)?.abort(new Error('the alarm was replaced'));
    const loop = new AbortController();
    this.#loops.set(name, loop);
    void this.#evaluateForever(name, loop.signal);
  }

  async #evaluateForever(name: string, signal: AbortSignal): Promise<void> {
    const { clock } = this.context;
    while (!signal.aborted) {
      const alarm = this.#alarms.get(name);
      if (alarm === undefined) return;
      const period = alarm.queries.periodOf(alarm.judgedId);
      const due = periodStart(clock.now(), period) + period;
      const isOver = await clock.sleep(due - clock.now(), signal).then(
        () => false,
        () => true, // aborted: deleted, replaced or closed
      );
      if (isOver) return;
      this.#evaluate(alarm, due, period);
    }
  }

  #evaluate(alarm: AlarmModel, now: number, period: number): void {
    const { definition } = alarm;
    const length = definition.EvaluationPeriods + EXTRA_PERIODS;
    const range = { from: now - length * period, to: now };
    const { points } = alarm.queries.evaluate(alarm.judgedId, range);
    const newestFirst = Array.from({ length }, (_, index) => points.get(now - (index + 1) * period));
    const state = nextAlarmState(definition, newestFirst, alarm.state);
    if (state !== alarm.state) this.setState(alarm, state, reasonFor(definition, newestFirst, state));
  }
}

function reasonFor(
  { EvaluationPeriods, Threshold, ComparisonOperator }: AlarmDefinition,
  points: readonly (number | undefined)[],
  state: AlarmState,
): string {
  const real = points.filter((value) => value !== undefined).slice(0, EvaluationPeriods);
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${EvaluationPeriods} datapoints were unknown.`;
  return `Threshold Crossed: the ${real.length} most recent datapoints [${real.join(', ')}] against ${ComparisonOperator} ${Threshold} made the alarm ${state}.`;
}

/** An alarm on one metric is an alarm on one query. */
function queriesOf(definition: AlarmDefinition): readonly MetricQuery[] {
  if (definition.MetricName === undefined || definition.Namespace === undefined) return definition.Metrics;
  return [
    {
      Id: 'm1',
      ReturnData: true,
      MetricStat: {
        Metric: {
          Namespace: definition.Namespace,
          MetricName: definition.MetricName,
          Dimensions: definition.Dimensions,
        },
        Period: definition.Period ?? 0,
        Stat: definition.Statistic ?? definition.ExtendedStatistic ?? '',
        Unit: definition.Unit,
      },
    },
  ];
}
