import * as z from 'zod';
import type { Ports } from '../../core/ports/index';
import type { StepInput } from '../../core/rollout/progress';
import { composePorts } from './compose';
import { logger } from './logger';
import type { Parts } from './parts';

/** What the state machine passes: its data as it stands, and who is asking. Use cases check the rest. */
const stepInputSchema = z.object({
  state: z.record(z.string(), z.unknown()),
  execution: z.object({ id: z.string().min(1), name: z.string().min(1), started_at: z.iso.datetime() }),
});

/** Makes the handler of one step of a state machine: parse, build the ports, call the use case. */
export function createStepHandler<Input extends Pick<StepInput, 'execution'>, Answer>(
  useCase: (ports: Ports, input: Input) => Promise<Answer>,
  parts: Parts,
): (event: unknown) => Promise<Answer> {
  const ports = composePorts(parts);
  return async (event) => {
    const input = stepInputSchema.parse(event) as unknown as Input;
    logger.appendKeys({ execution: input.execution.name });
    try {
      const progress = await useCase(ports(), input);
      logger.info('step done', { progress });
      return progress;
    } catch (error) {
      logger.error('step failed', error as Error);
      throw error;
    }
  };
}
