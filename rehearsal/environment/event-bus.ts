import { matchEvent } from '../assembly/events/match-event';
import type { ExecutionStatusEvent, FunctionRunner } from '../contracts';

/** A synthesized rule: which events go to which functions. */
export interface EventRule {
  readonly name: string;
  readonly eventPattern: Readonly<Record<string, unknown>>;
  /** Function ARNs. */
  readonly targets: readonly string[];
}

/** What the bus is made of. */
export interface EventBusOptions {
  readonly rules: readonly EventRule[];
  readonly functions: Pick<FunctionRunner, 'invoke'>;
  readonly account: string;
  readonly region: string;
  readonly onError: (error: unknown) => void;
  /** Wall milliseconds before a failed delivery is tried again; EventBridge retries for a day, this four times. */
  readonly retryMillis?: number;
  /** Waits so many milliseconds. @default on the wall */
  readonly wait?: (millis: number) => Promise<void>;
}

const DELIVERIES = 5;

/** Delivers Step Functions' status changes to the functions whose rules match, at least once, as EventBridge does. */
export class EventBus {
  private readonly deliveries = new Set<Promise<void>>();

  constructor(private readonly options: EventBusOptions) {}

  /** Delivers in the background. */
  publish(status: ExecutionStatusEvent): void {
    const event = this.toEvent(status);
    for (const rule of this.options.rules.filter(({ eventPattern }) => matchEvent(eventPattern, event))) {
      for (const target of rule.targets) {
        const delivery = this.deliver(target, event).finally(() => this.deliveries.delete(delivery));
        this.deliveries.add(delivery);
      }
    }
  }

  /** Resolves when nothing is being delivered. */
  async settled(): Promise<void> {
    await Promise.all(this.deliveries);
  }

  private async deliver(target: string, event: unknown): Promise<void> {
    for (let delivery = 1; ; delivery += 1) {
      try {
        await this.options.functions.invoke(target, event);
        return;
      } catch (error) {
        if (delivery >= DELIVERIES) {
          this.options.onError(error);
          return;
        }
        await this.wait((this.options.retryMillis ?? 250) * delivery);
      }
    }
  }

  private wait(millis: number): Promise<void> {
    return this.options.wait?.(millis) ?? new Promise((resolve) => setTimeout(resolve, millis));
  }

  /** Shape: AWS, "Step Functions Execution Status Change" events. */
  private toEvent(status: ExecutionStatusEvent): Record<string, unknown> {
    const { account, region } = this.options;
    return {
      version: '0',
      id: status.executionArn,
      'detail-type': 'Step Functions Execution Status Change',
      source: 'aws.states',
      account,
      region,
      time: new Date(status.stopDate ?? status.startDate).toISOString(),
      resources: [status.executionArn],
      detail: {
        executionArn: status.executionArn,
        stateMachineArn: status.stateMachineArn,
        name: status.name,
        status: status.status,
        startDate: status.startDate,
        stopDate: status.stopDate ?? null,
        input: status.input,
        output: status.output ?? null,
        error: status.error ?? null,
        cause: status.cause ?? null,
      },
    };
  }
}
