import type { RolloutEvent } from '../../core/events';
import type { Notifier } from '../../core/ports/notifier';

/** Remembers what people would have been told. */
export class MemoryNotifier implements Notifier {
  readonly events: RolloutEvent[] = [];

  async notify(event: RolloutEvent): Promise<void> {
    this.events.push(event);
  }
}
