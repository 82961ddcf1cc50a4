import type { Ports } from '../../../core/ports/index';
import type { Kind } from './disturbance';

/** The AWS service behind a port, as far as outages go. */
export type PortName =
  | 'store'
  | 'notifier'
  | 'executions'
  | 'directory'
  | 'router'
  | 'workload'
  | 'metrics'
  | 'taskLogs';

/** Verbs that change nothing. A lost answer of a read is the same as no answer, so it is played once. */
const READS = new Set([
  'loadService',
  'loadRollout',
  'loadSplitChange',
  'loadVersion',
  'listVersions',
  'listEntries',
  'listRollouts',
  'stateOf',
  'load',
  'getSplit',
  'verifySplit',
  'describe',
  'countRunning',
  'list',
  'observe',
  'readMetric',
  'alarmState',
  'lastLines',
]);

/** Verbs that may change something. */
const WRITES = new Set([
  'saveService',
  'saveRollout',
  'saveSplitChange',
  'fenceRollout',
  'fenceSplitChange',
  'saveVersion',
  'appendEntry',
  'notify',
  'start',
  'addTarget',
  'setSplit',
  'removeTarget',
  'create',
  'scale',
  'remove',
]);

/**
 * Whether a verb changes nothing.
 * @throws {Error} for a verb that is new: what can disturb it has to be said first.
 */
export function isRead(verb: string): boolean {
  if (!READS.has(verb) && !WRITES.has(verb)) {
    throw new Error(`the explorer does not know the verb "${verb}"; name it as a read or as a write here`);
  }
  return READS.has(verb);
}

/** Adapters that never fail their caller, by verb, with what they answer when AWS does not. */
export const NEVER_THROW: Readonly<Record<string, unknown>> = { notify: undefined, lastLines: [] };

/** Faults of a call; of the others a call is the moment only. */
export const FAULTS: ReadonlySet<Kind> = new Set<Kind>([
  'throttled',
  'failed',
  'timeout-before',
  'timeout-after',
  'denied',
  'forbidden',
  'outage',
  'lost',
  'stale',
  'late',
  'kill-after',
]);

/** What is known of a call when it is asked what could disturb it. */
export interface Moment {
  readonly port: PortName;
  readonly verb: string;
  /** Whether it is the first call of this verb by this function in the play. */
  readonly isFirstOfFunction: boolean;
  /** Whether it is the first call to this port in this invocation. */
  readonly isFirstOfPort: boolean;
  /** Whether this very read once had another answer. */
  readonly hadAnother: boolean;
}

/**
 * Faults that are worth playing at a call. Left out is what another play shows already: a lost answer of a read is no
 * answer; between two reads a dying function has done no more and no less; a late read is a function that is slow; and
 * what lasts is played from its beginning. The release table is read strongly consistent: never stale.
 */
export function faultsAt(moment: Moment): readonly Kind[] {
  const { port, verb, hadAnother } = moment;
  const isStale = port !== 'store' && (hadAnother || verb === 'verifySplit');
  return [
    'throttled',
    'failed',
    'timeout-before',
    'denied',
    ...(moment.isFirstOfFunction ? (['forbidden'] as const) : []),
    ...(moment.isFirstOfPort ? (['outage'] as const) : []),
    ...(isRead(verb)
      ? isStale
        ? (['stale'] as const)
        : []
      : (['timeout-after', 'late', 'kill-after', 'orphan'] as const)),
    ...(verb === 'setSplit' ? (['lost'] as const) : []),
    // A function that is invoked late, after its execution was stopped, finds the lease taken.
    ...(verb === 'loadService' ? (['orphan'] as const) : []),
  ];
}

/** Whether a call has to do with what somebody changes who edits the router: before any other it is no other edit. */
export function isAboutTraffic(port: PortName, verb: string): boolean {
  return port === 'router' || verb === 'remove';
}

/** Kinds that a function as a whole can meet. */
export const FUNCTION_KINDS: readonly Kind[] = ['throttled-invoke', 'kill-before', 'kill-after'];

type Verb = (...args: readonly unknown[]) => Promise<unknown>;
/** Called in place of a verb; `run` is the verb itself. */
export type Interceptor = (
  port: PortName,
  verb: string,
  args: readonly unknown[],
  run: () => Promise<unknown>,
) => Promise<unknown>;

/** Ports of which every verb goes through an interceptor. The clock and the log are no calls. */
export function interceptPorts(ports: Ports, intercept: Interceptor): Ports {
  const through = <Port extends object>(name: PortName, port: Port): Port =>
    new Proxy(port, {
      get: (target, member) => {
        const verb = Reflect.get(target, member) as unknown;
        return typeof verb !== 'function' || typeof member === 'symbol'
          ? verb
          : (...args: readonly unknown[]) =>
              intercept(name, member, args, () => (verb as Verb).apply(target, [...args]));
      },
    });
  return {
    clock: ports.clock,
    log: ports.log,
    store: through('store', ports.store),
    notifier: through('notifier', ports.notifier),
    executions: through('executions', ports.executions),
    directory: through('directory', ports.directory),
    forService: (binding) => {
      const own = ports.forService(binding);
      return {
        router: through('router', own.router),
        workload: through('workload', own.workload),
        metrics: through('metrics', own.metrics),
        taskLogs: through('taskLogs', own.taskLogs),
      };
    },
  };
}
