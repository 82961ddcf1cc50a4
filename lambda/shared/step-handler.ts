import type { Ports } from '../../core/ports/index';
import type { StepInput } from '../../core/rollout/progress';
import { parseStepInput } from '../../core/rollout/step-input';
import { composePorts } from './compose';
import { logger } from './logger';
import type { Parts } from './parts';

/**
 * Makes the handler of one step of a state machine: parse, build the ports, call the use case.
 * @param parse Reads the event. @default `parseStepInput`
 */
export function createStepHandler<Input extends Pick<StepInput, 'execution'>, Answer>(
  useCase: (ports: Ports, input: Input) => Promise<Answer>,
  parts: Parts,
  parse: (event: unknown) => unknown = parseStepInput,
): (event: unknown) => Promise<Answer> {
  const ports = composePorts(parts);
  return async (event) => {
    const input = parse(event) as Input;
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
