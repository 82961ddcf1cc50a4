import * as z from 'zod';
import { splitSchema } from '../config/platform/service-schema';
import { SERVICE_NAME_PATTERN } from '../config/service-name';
import type { Weights } from '../traffic/split';

/** The input of the split's state machine: which service, and the split that platform.yaml wants. */
export const splitInputSchema = z.strictObject({
  service: z.string().regex(SERVICE_NAME_PATTERN),
  split: splitSchema,
});

export type SplitInput = z.infer<typeof splitInputSchema>;

/** The weights of a split as platform.yaml writes it. */
export function wantedWeights(split: SplitInput['split']): Weights {
  return Object.fromEntries(split.map(({ version, weight }) => [version, weight]));
}
