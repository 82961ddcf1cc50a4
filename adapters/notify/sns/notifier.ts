import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { CanaryError } from '../../../core/errors';
import type { RolloutEvent } from '../../../core/events';
import type { Notifier } from '../../../core/ports/notifier';
import { toCanaryError } from '../../aws-errors';
import { renderMessage } from './message';

/** Publishes events to an SNS topic. A topic that cannot be reached never stops a rollout: it is told to `onFailure`. */
export class SnsNotifier implements Notifier {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
    private readonly onFailure: (error: CanaryError, event: RolloutEvent) => void,
  ) {}

  async notify(event: RolloutEvent): Promise<void> {
    const { subject, text, attributes } = renderMessage(event);
    try {
      await this.client.send(
        new PublishCommand({
          TopicArn: this.topicArn,
          Subject: subject,
          Message: text,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [
              name,
              { DataType: 'String', StringValue: value },
            ]),
          ),
        }),
      );
    } catch (error) {
      const call = { action: 'sns:Publish', on: { topic: this.topicArn, rollout: event.rollout } };
      this.onFailure(toCanaryError(call, error), event);
    }
  }
}
