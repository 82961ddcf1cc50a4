import type { Check } from '../config/check-schema';
import type { AlarmState } from '../ports/metrics';

/** What was read for one check that is not about the proxies' counters. */
export type OtherReading =
  | { readonly check: Extract<Check, { type: 'alarm' }>; readonly alarm: AlarmState }
  | {
      readonly check: Extract<Check, { type: 'metric' | 'metric_math' }>;
      readonly values: readonly { readonly start: string; readonly value: number }[];
    };
