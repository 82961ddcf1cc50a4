import { parseEvent } from '../../core/config/problems';
import { recoverSplit } from '../../core/manual-split/recover-split';
import { type Recovery, statusChangeSchema } from '../../core/rollout/recover-rollout';
import { composePorts } from '../shared/compose';
import { executions } from '../shared/executions-part';
import { logger } from '../shared/logger';

const ports = composePorts({ executions });

/** Invoked by EventBridge when an execution of the split's state machine ended other than SUCCEEDED. */
export async function handler(event: unknown): Promise<Recovery> {
  const { detail } = parseEvent(statusChangeSchema, event, 'the event');
  logger.appendKeys({ execution: detail.name });
  const recovery = await recoverSplit(ports(), detail);
  logger.info(recovery.action, { reason: recovery.reason });
  return recovery;
}
