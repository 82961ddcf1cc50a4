import type { RolloutEvent } from '../events';

/** Tells people about a rollout. A failure to tell is logged by the implementation and never stops a rollout. */
export interface Notifier {
  notify(event: RolloutEvent): Promise<void>;
}
