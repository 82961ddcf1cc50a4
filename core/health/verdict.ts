/** The three verdicts of a check. Hold is the answer to missing, partial or thin data. */
export const VERDICTS = ['advance', 'hold', 'roll_back'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What one limit was held against in one period or window. */
export interface CheckEvidence {
  /** The limit, such as `success_rate >= 99 %`. */
  readonly check: string;
  readonly result: 'kept' | 'broken' | 'unknown';
  /** The measured value in the check's unit; left out when there was none. */
  readonly value?: number;
  readonly limit?: number;
  /** Requests behind the value, where the check counts requests. */
  readonly requests?: number;
  /** Period or window judged, ISO 8601. */
  readonly from?: string;
  readonly to?: string;
  readonly source?: 'callers' | 'own' | 'cloudwatch' | 'tasks';
}

/** A verdict with its reason and everything it was based on. */
export interface Judgement {
  readonly verdict: Verdict;
  /** One sentence for people. */
  readonly reason: string;
  readonly evidence: readonly CheckEvidence[];
  /** Set on a hold for want of data: nothing is known to be wrong. */
  readonly missingData?: boolean;
}
