import type { Verdict } from '../../core/health/verdict';
import type { RolloutReport } from '../report/schema';

/** An outcome as reports have it; `Running` when the rehearsal ended first. */
export type ShownOutcome = RolloutReport['outcome'];

/** How an outcome is told: a mark, a verb, and whether it is good news. */
export interface OutcomeWords {
  readonly mark: string;
  readonly text: string;
  readonly tone: 'good' | 'warn' | 'bad';
}

const OUTCOME_WORDS: Readonly<Record<ShownOutcome, OutcomeWords>> = {
  Promoted: { mark: '✓', text: 'promoted', tone: 'good' },
  RolledBack: { mark: '↩', text: 'rolled back', tone: 'warn' },
  RollbackFailed: { mark: '✗', text: 'rollback failed', tone: 'bad' },
  Rejected: { mark: '✗', text: 'rejected, nothing touched', tone: 'bad' },
  FailedNoChange: { mark: '✗', text: 'failed, no traffic had moved', tone: 'bad' },
  Superseded: { mark: '↩', text: 'superseded by a newer rollout', tone: 'warn' },
  Aborted: { mark: '✗', text: 'aborted', tone: 'bad' },
  Registered: { mark: '✓', text: 'available for the split', tone: 'good' },
  Running: { mark: '…', text: 'still running', tone: 'warn' },
};

/** An outcome in words. */
export function outcomeWords(outcome: ShownOutcome): OutcomeWords {
  return OUTCOME_WORDS[outcome];
}

const VERDICT_WORDS: Readonly<Record<Verdict, { readonly mark: string; readonly text: string }>> = {
  advance: { mark: '✓', text: 'advance' },
  hold: { mark: '‖', text: 'hold' },
  roll_back: { mark: '✗', text: 'roll back' },
};

/** A verdict in words. */
export function verdictWords(verdict: Verdict): { readonly mark: string; readonly text: string } {
  return VERDICT_WORDS[verdict];
}

const STATE_WORDS: Readonly<Record<string, string>> = {
  ClaimRollout: 'claiming the service',
  IsItOurTurn: 'claiming the service',
  WaitForTurn: 'waiting for its turn',
  StopStable: 'stopping the old version: two may not run at once',
  WaitForStop: 'stopping the old version: two may not run at once',
  CreateVersion: 'starting the new version',
  WaitForTasks: 'tasks are starting',
  CheckVersionReady: 'tasks are starting',
  AreTasksReady: 'tasks are starting',
  ShiftTraffic: 'moving traffic',
  WasTrafficShifted: 'moving traffic',
  WaitForTraffic: 'users are on both versions',
  EvaluateHealth: 'checking health',
  WhatDoesTheVerdictSay: 'checking health',
  ContinueRollout: 'going on in a new execution',
  PromoteVersion: 'promoting the canary',
  WasItPromoted: 'promoting the canary',
  RollBack: 'giving all traffic back to stable',
  WhatIsLeftToDo: 'settling what is left',
  RestoreStable: 'starting the old version again',
  WaitForStable: 'starting the old version again',
  WaitForDrain: 'letting requests in flight finish',
  RemoveVersion: 'removing the version that lost',
  IsVersionRemoved: 'removing the version that lost',
  ReportRollbackFailure: 'raising the alarm: the rollback failed',
  CompleteRollout: 'recording the outcome',
  HowDidItEnd: 'recording the outcome',
};

/** What a state of the machine means to somebody who watches; an unknown one is told by its own name. */
export function stateWords(state: string, canaryWeight: number | null = null): string {
  if (state === 'WaitForTraffic' && canaryWeight === 100) {
    return 'baking: all users on the canary';
  }
  const words = Object.hasOwn(STATE_WORDS, state) ? STATE_WORDS[state] : undefined;
  return words ?? (state === '' ? 'starting' : state.replaceAll(/(?<!^)(?=[A-Z])/g, ' ').toLowerCase());
}

/** Whether a state that rollouts pass has words of its own. */
export function hasStateWords(state: string): boolean {
  return Object.hasOwn(STATE_WORDS, state);
}

/** A span of time: `45 s`, `3 min 5 s`, `2 h 10 min`. */
export function durationText(millis: number): string {
  if (!Number.isFinite(millis)) {
    return '?';
  }
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  if (seconds < 3600) {
    return seconds % 60 === 0
      ? `${Math.floor(seconds / 60)} min`
      : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Time of day of a virtual instant, UTC: `10:03:15`. */
export function clockText(at: number | string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '--:--:--' : date.toISOString().slice(11, 19);
}

/** A count with thousands apart: `21,431`. */
export function countText(count: number): string {
  return Number.isFinite(count) ? Math.round(count).toLocaleString('en-US') : '?';
}

/** A measured value with at most three digits after the point. */
export function valueText(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : String(value);
}

/** Milliseconds for people: `4 ms`, `1.2 s`. */
export function millisText(millis: number | null): string {
  if (millis === null || !Number.isFinite(millis)) {
    return '–';
  }
  return millis < 1000
    ? `${millis < 10 ? valueText(Math.round(millis * 10) / 10) : Math.round(millis)} ms`
    : `${(millis / 1000).toFixed(1)} s`;
}

/** `1 check`, `3 checks`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
