import type { ServiceBinding } from '../../core/config/service-binding';
import type { RolloutEvent } from '../../core/events';
import type { Clock } from '../../core/ports/clock';
import type { Ports } from '../../core/ports/index';
import { MemoryDirectory } from './directory';
import { MemoryExecutions } from './executions';
import { MemoryFaults } from './faults';
import { MemoryMetrics } from './metrics';
import { MemoryNotifier } from './notifier';
import { MemoryRouter } from './router';
import { MemoryStore } from './store';
import { MemoryTaskLogs } from './task-logs';
import { MemoryWorkload } from './workload';

/** A clock that stands until somebody moves it. */
export class ManualClock implements Clock {
  constructor(private millis: number) {}

  now(): number {
    return this.millis;
  }

  /** Moves the time forward. */
  advance(seconds: number): void {
    this.millis += seconds * 1000;
  }
}

/** One service's ports in memory. */
export interface MemoryServicePorts {
  readonly router: MemoryRouter;
  readonly workload: MemoryWorkload;
  readonly metrics: MemoryMetrics;
  readonly taskLogs: MemoryTaskLogs;
}

/** Every port in memory, under one clock and one list of faults. */
export class MemoryWorld implements Ports {
  readonly clock: ManualClock;
  readonly faults = new MemoryFaults();
  readonly store = new MemoryStore(this.faults);
  readonly notifier = new MemoryNotifier();
  readonly executions = new MemoryExecutions(this.faults);
  readonly directory = new MemoryDirectory();
  /** Every event that was logged, oldest first. */
  readonly logged: RolloutEvent[] = [];
  private readonly services = new Map<string, MemoryServicePorts>();

  /** @param startMillis Time at which the world begins, in milliseconds since the Unix epoch. */
  constructor(startMillis: number) {
    this.clock = new ManualClock(startMillis);
  }

  readonly log = (event: RolloutEvent): void => {
    this.logged.push(event);
  };

  forService(binding: ServiceBinding): MemoryServicePorts {
    const known = this.services.get(binding.service);
    if (known !== undefined) {
      return known;
    }
    const fresh = {
      router: new MemoryRouter(binding.service, this.faults),
      workload: new MemoryWorkload(this.clock, this.faults),
      metrics: new MemoryMetrics(this.faults),
      taskLogs: new MemoryTaskLogs(),
    };
    this.services.set(binding.service, fresh);
    return fresh;
  }
}
