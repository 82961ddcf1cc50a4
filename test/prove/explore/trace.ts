import type { Fact } from './chronicle';
import { show } from './evidence';

/** What happened in a play, a line each: virtual time, what, and who did it. */
export function renderTrace(facts: readonly Fact[]): string {
  return facts
    .map(
      (fact) => `${new Date(fact.at).toISOString().slice(11, 19)} ${fact.type.padEnd(8)} ${describe(fact)}`,
    )
    .join('\n');
}

function describe(fact: Fact): string {
  switch (fact.type) {
    case 'write': {
      const late = fact.isLate ? ' (late)' : '';
      return `${fact.by} ${fact.rollout}: ${show(fact.before)} → ${show(fact.weights)}${late}`;
    }
    case 'invoked':
      return `${fact.by} ${fact.rollout}`;
    case 'check':
      return `${fact.rollout}: ${fact.verdict}`;
    case 'line':
      return `${fact.rollout}: ${fact.text}`;
    case 'removal':
      return `${fact.by}: ${fact.verb} ${fact.version}, which has ${fact.weight} %`;
    case 'record':
      return `${fact.by} ${describeRecord({ ...fact.record, intended: fact.record.intended })}`;
    case 'change':
      return `${fact.by} ${describeRecord({ ...fact.change, intended: fact.change.wanted })}`;
    case 'service': {
      const { holder, waiting, stable, leftovers = [] } = fact.state;
      const left = leftovers.length === 0 ? '' : `, left behind ${leftovers.join(', ')}`;
      const queue = waiting === null ? '' : `, ${waiting.rolloutId} waits`;
      return `${fact.by}: held by ${holder?.rolloutId ?? 'nobody'}${queue}, stable ${stable ?? 'none'}${left}`;
    }
    case 'start':
      return `${fact.version}; alive: ${fact.alive.join(', ')}`;
  }
}

function describeRecord(record: {
  readonly id: string;
  readonly phase: string;
  readonly intended: Readonly<Record<string, number>>;
  readonly outcome?: string;
  readonly reason?: string;
}): string {
  const { id, phase, intended, outcome, reason } = record;
  const end = outcome === undefined ? '' : `, ${outcome}`;
  const why = reason === undefined ? '' : `, because ${reason.slice(0, 160)}`;
  return `${id}: ${phase}, ${show(intended)}${end}${why}`;
}
