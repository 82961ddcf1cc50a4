import * as z from 'zod';
import { VERDICTS } from '../../core/health/verdict';
import { OUTCOMES } from '../../core/rollout/record';

const weights = z.record(z.string(), z.number().min(0).max(100));
const count = z.int().min(0);
const instant = z.string().describe('ISO 8601, virtual time.');

const evidence = z.looseObject({ check: z.string(), result: z.enum(['kept', 'broken', 'unknown']) });

const rollout = z.strictObject({
  id: z.string(),
  service: z.string(),
  version: z.string(),
  stable: z.string().nullable(),
  outcome: z.enum([...OUTCOMES, 'Running']),
  reason: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  splits: z.array(z.strictObject({ at: instant, weights })),
  checks: z.array(
    z.strictObject({
      at: instant,
      verdict: z.enum(VERDICTS),
      reason: z.string(),
      evidence: z.array(evidence),
    }),
  ),
});

const versionTraffic = z.strictObject({
  requests: count,
  failed: count,
  p50Millis: z.number().nullable(),
  p99Millis: z.number().nullable(),
});

/** `report.json`: what a rehearsal did and found. Other programs read it, so members are only ever added. */
export const reportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    scenario: z.string(),
    passed: z.boolean().describe('Every expectation was met.'),
    dataPlane: z.enum(['envoy', 'embedded']),
    speed: z.number(),
    rollouts: z.array(rollout),
    traffic: z.strictObject({
      requests: count,
      failed: count,
      byVersion: z.record(z.string(), versionTraffic),
    }),
    calls: z.strictObject({
      total: count,
      denied: z.array(
        z.strictObject({
          at: instant,
          principal: z.string(),
          action: z.string(),
          resources: z.array(z.string()),
        }),
      ),
      byAction: z.record(z.string(), count),
    }),
    expectations: z.array(z.strictObject({ text: z.string(), met: z.boolean(), found: z.string() })),
  })
  .describe('report.json of a rehearsal.');

export type Report = z.infer<typeof reportSchema>;
export type RolloutReport = Report['rollouts'][number];
export type Expectation = Report['expectations'][number];
