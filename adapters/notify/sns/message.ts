import { withinLine } from '../../../core/config/describe-value';
import type { RolloutEvent } from '../../../core/events';
import { describeSplit } from '../../../core/traffic/split';

/** SNS takes ASCII subjects of at most 100 characters. */
const MAX_SUBJECT = 100;

/** An event as a person reads it. */
export interface Message {
  readonly subject: string;
  readonly text: string;
  /** Subscriptions may filter by these. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The subject, text and attributes under which an event is published. */
export function renderMessage(event: RolloutEvent): Message {
  const facts = [
    `Environment: ${event.environment}`,
    `Service: ${event.service}`,
    `Version: ${event.version}`,
    `Rollout: ${event.rollout}`,
    `Time: ${event.at}`,
    ...details(event),
  ];
  const subject = `[${event.environment}] ${event.service} ${event.version}: ${headline(event)}`;
  return {
    subject: subject.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT),
    text: facts.join('\n'),
    attributes: {
      type: event.type,
      environment: event.environment,
      service: event.service,
      version: event.version,
      ...('outcome' in event ? { outcome: event.outcome } : {}),
    },
  };
}

function headline(event: RolloutEvent): string {
  switch (event.type) {
    case 'RolloutStarted':
      return 'rollout started';
    case 'TrafficShifted':
      return 'traffic shifted';
    case 'StepHeld':
      return 'step held';
    case 'RollbackStarted':
      return 'rolling back';
    case 'SplitStarted':
      return 'split started';
    case 'SplitCompleted':
    case 'RolloutCompleted':
      return event.outcome;
  }
}

function details(event: RolloutEvent): readonly string[] {
  switch (event.type) {
    case 'RolloutStarted':
      return [`Serving until now: ${event.stable ?? 'nothing, this is the first release'}`];
    case 'TrafficShifted':
      return [`Split: ${describeSplit({ weights: event.weights })}`, `Reason: ${withinLine(event.reason)}`];
    case 'SplitStarted':
      return [`Wanted: ${describeSplit({ weights: event.weights })}`];
    case 'StepHeld':
    case 'RollbackStarted':
      return [`Reason: ${withinLine(event.reason)}`];
    case 'SplitCompleted':
    case 'RolloutCompleted':
      return [
        `Outcome: ${event.outcome}`,
        `Reason: ${withinLine(event.reason)}`,
        ...(event.leftovers.length === 0 ? [] : [`Left behind: ${event.leftovers.join(', ')}`]),
      ];
  }
}
