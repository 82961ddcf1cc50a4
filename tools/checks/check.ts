/** What a check found: nothing, or the text that says what is wrong and what to do. */
export interface CheckResult {
  readonly passed: boolean;
  /** One short remark for the line of the check, such as `527 files`. */
  readonly note?: string;
  /** Why there was nothing to look at, or nobody to ask: the check says that it did not look, never that all is well. */
  readonly notChecked?: string;
  /** Printed when the check failed. */
  readonly output: string;
}

/** One of the checks that `tools/check.ts` runs beside the tests. */
export interface Check {
  readonly name: string;
  /** Looks and reports; throws only when it cannot look. */
  run(root: string): Promise<CheckResult>;
}

/** A result from a list of complaints, one per line. */
export function fromComplaints(complaints: readonly string[], note?: string): CheckResult {
  return {
    passed: complaints.length === 0,
    output: complaints.join('\n'),
    ...(note === undefined ? {} : { note }),
  };
}
