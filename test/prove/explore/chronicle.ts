import type { FunctionName } from '../../../core/config/function-environment';
import type { Verdict } from '../../../core/health/verdict';
import type { SplitChange } from '../../../core/manual-split/split-change';

import type { RolloutEntry, RolloutRecord, ServiceState } from '../../../core/rollout/record';
import { describeSplit, type Split, type Weights } from '../../../core/traffic/split';
import type { Theatre } from '../../_helpers/theatre';

/** What the tasks of a version showed at a moment. */
export interface Tasks {
  readonly desired: number;
  readonly running: number;
  readonly ready: number;
  readonly alive: number;
}

/** Where traffic and tasks were at a moment, looked at from outside. */
export interface Truth {
  readonly split: Weights;
  /** Versions of which anything is left. */
  readonly tasks: Readonly<Record<string, Tasks>>;
  readonly targets: readonly string[];
  /** The stable version on record. */
  readonly stable: string | null;
}

/** One thing that happened, in order. */
export type Fact = { readonly at: number } & (
  | {
      readonly type: 'write';
      readonly by: FunctionName | 'hand';
      readonly rollout: string;
      readonly before: Weights;
      readonly weights: Weights;
      readonly truth: Truth;
      /** Number of facts when the function that wrote was invoked. */
      readonly begun: number;
      /** Whether the execution that it was written for had ended by then. */
      readonly isLate: boolean;
    }
  /** A function was invoked. */
  | { readonly type: 'invoked'; readonly by: FunctionName; readonly rollout: string }
  | { readonly type: 'check'; readonly rollout: string; readonly verdict: Verdict }
  /** A line of a rollout's history that is about traffic. */
  | { readonly type: 'line'; readonly rollout: string; readonly text: string }
  | {
      readonly type: 'removal';
      readonly by: FunctionName;
      readonly verb: string;
      readonly version: string;
      readonly weight: number;
      readonly begun: number;
    }
  | {
      readonly type: 'record';
      readonly by: FunctionName;
      readonly record: RolloutRecord;
      readonly truth: Truth;
    }
  | {
      readonly type: 'change';
      readonly by: FunctionName;
      readonly change: SplitChange;
      readonly truth: Truth;
    }
  | {
      readonly type: 'service';
      readonly by: FunctionName;
      readonly rollout: string;
      readonly state: ServiceState;
    }
  | { readonly type: 'start'; readonly version: string; readonly alive: readonly string[] }
);

/** Who makes a call. */
export interface Caller {
  readonly name: FunctionName;
  readonly rollout: string;
  /** ARN; of what it recovers for a recovery. */
  readonly execution: string;
  /** Number of facts when it was invoked. */
  readonly begun: number;
}

/** Keeps what happened, seen from outside: the invariants are checked on it, not on what the product says of itself. */
export class Chronicle {
  readonly facts: Fact[] = [];

  constructor(private readonly theatre: Theatre) {}

  /** Where traffic and tasks are now. */
  truth(): Truth {
    const { router, workload } = this.theatre.service;
    const tasks = Object.fromEntries(
      workload.existing().map((version) => {
        const { desired, running, ready, alive } = workload.peek(version);
        return [version, { desired, running, ready, alive }];
      }),
    );
    return {
      split: router.current().weights,
      tasks,
      targets: router.knownTargets(),
      stable: this.theatre.world.store.peekService('shop').stable,
    };
  }

  /** Notes what a call did once it has taken effect. */
  async around(caller: Caller, verb: string, args: readonly unknown[], run: () => Promise<unknown>) {
    const before = this.theatre.service.router.current().weights;
    const answer = await run();
    const at = this.theatre.clock.now();
    this.note(caller, verb, args, { before, at });
    return answer;
  }

  /** Notes a split that somebody set by hand. */
  noteEdit(before: Weights, weights: Weights): void {
    const at = this.theatre.clock.now();
    this.facts.push({
      type: 'write',
      at,
      by: 'hand',
      rollout: '',
      before,
      weights,
      truth: this.truth(),
      begun: 0,
      isLate: false,
    });
  }

  /** Notes that a function was invoked; returns the number of facts before. */
  noteInvocation(by: FunctionName, rollout: string): number {
    return this.facts.push({ type: 'invoked', at: this.theatre.clock.now(), by, rollout }) - 1;
  }

  private note(
    { name: by, rollout, execution, begun }: Caller,
    verb: string,
    args: readonly unknown[],
    { before, at }: { readonly before: Weights; readonly at: number },
  ): void {
    const [first] = args;
    if (verb === 'setSplit') {
      const { weights } = first as Split;
      const isLate = this.theatre.engine.describe(execution)?.status !== 'RUNNING';
      this.facts.push({
        type: 'write',
        at,
        by,
        rollout,
        before,
        weights,
        truth: this.truth(),
        begun,
        isLate,
      });
    } else if (verb === 'appendEntry') {
      const entry = args[1] as RolloutEntry;
      if (entry.kind === 'check') {
        this.facts.push({ type: 'check', at, rollout, verdict: entry.verdict });
      } else {
        const text = entry.kind === 'split' ? describeSplit(entry) : entry.text;
        this.facts.push({ type: 'line', at, rollout, text });
      }
    } else if (verb === 'remove' || verb === 'removeTarget' || (verb === 'scale' && args[1] === 0)) {
      const version = String(first);
      this.facts.push({ type: 'removal', at, by, verb, version, weight: before[version] ?? 0, begun });
    } else if (verb === 'saveRollout') {
      this.facts.push({ type: 'record', at, by, record: first as RolloutRecord, truth: this.truth() });
    } else if (verb === 'saveSplitChange') {
      this.facts.push({ type: 'change', at, by, change: first as SplitChange, truth: this.truth() });
    } else if (verb === 'saveService') {
      this.facts.push({ type: 'service', at, by, rollout, state: first as ServiceState });
    } else if (verb === 'create' || verb === 'scale') {
      const version = verb === 'create' ? (first as { version: string }).version : String(first);
      this.facts.push({ type: 'start', at, version, alive: this.theatre.service.workload.alive() });
    }
  }
}
