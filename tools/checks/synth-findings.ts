import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Check, type CheckResult, fromComplaints } from './check';

/** A reason shorter than this explains nothing. */
const SHORTEST_REASON = 15;

const finding = z.looseObject({ ruleName: z.string().optional(), reason: z.string().optional() });

const reportSchema = z.looseObject({
  pluginReports: z.array(
    z.looseObject({
      violations: z.array(finding).default([]),
      suppressedViolations: z.array(finding).default([]),
    }),
  ),
});

/** The last `make synth` left no finding of cdk-nag or of the template validation without a reason. */
export const synthFindings: Check = {
  name: 'synth findings',
  run: async (root) => {
    const file = join(root, 'cdk.out/validation-report.json');
    return existsSync(file)
      ? judgeReport(JSON.parse(readFileSync(file, 'utf8')))
      : { passed: true, note: 'nothing synthesized yet', output: '' };
  },
};

/**
 * Judges a `validation-report.json`.
 * @throws {z.ZodError} when the CDK's report has another shape than known.
 */
export function judgeReport(report: unknown): CheckResult {
  const { pluginReports } = reportSchema.parse(report);
  const open = pluginReports.flatMap((plugin) => plugin.violations);
  const excused = pluginReports.flatMap((plugin) => plugin.suppressedViolations);
  const unexplained = excused.filter(({ reason = '' }) => reason.trim().length < SHORTEST_REASON);
  return fromComplaints(
    [
      ...open.map(
        (each) => `finding: ${describe(each)}; correct it, or acknowledge it with a reason in lib/`,
      ),
      ...unexplained.map((each) => `acknowledged without a reason: ${describe(each)}; say why in lib/`),
    ],
    `${excused.length} excused with a reason`,
  );
}

function describe(each: z.infer<typeof finding>): string {
  return JSON.stringify(each).slice(0, 400);
}
