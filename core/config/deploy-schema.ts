import * as z from 'zod';
import { METRIC_PERIOD_SECONDS } from '../health/observation';
import { checkSchema } from './check-schema';
import { refuse } from './problems';

/** Ways to replace stable with canary. */
export const STRATEGIES = ['canary', 'blue_green', 'all_at_once'] as const;

const healthSchema = z
  .strictObject({
    interval: z.int().min(10).max(3600).default(60).describe('Seconds between two checks.'),
    checks: z
      .array(checkSchema)
      .min(1)
      .max(20)
      .default([{ type: 'success_rate', min: 99 }])
      .describe('Limits that every whole minute of the canary must keep. All of them must hold.'),
    min_requests: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(20)
      .describe(
        'Requests per minute that the canary must get before its minute is judged; fewer is thin data: hold. For tcp these are new connections; with strategy blue_green or all_at_once fewer are enough while all tasks pass their container health check and no connection fails.',
      ),
    failed_checks: z
      .int()
      .min(1)
      .max(60)
      .default(2)
      .describe(
        'Minutes in a row that must break a limit before the rollout is rolled back; until then the weight is held.',
      ),
    no_data_deadline: z
      .int()
      .min(120)
      .max(86_400)
      .default(600)
      .describe('Seconds without any data of the canary under traffic after which `on_no_data` applies.'),
    on_no_data: z
      .enum(['roll_back', 'hold'])
      .default('roll_back')
      .describe('What to do at `no_data_deadline`: roll back, or hold the weight for a person.'),
    max_data_age: z
      .int()
      .min(60)
      .max(3600)
      .default(180)
      .describe(
        'Seconds that the end of the newest judged minute may lie back when a step is taken; must exceed the lateness of the metrics.',
      ),
    fresh_data_per_step: z
      .boolean()
      .default(false)
      .describe('Demand for every step a whole minute that began after the last shift.'),
  })
  .describe('How the canary is judged.');

/** `specfiles/deploy.json`: how to roll out. Durations are in seconds, weights in percent. */
export const deploySchema = z
  .strictObject({
    $schema: z.string().optional().describe('For editors; ignored.'),
    strategy: z
      .enum(STRATEGIES)
      .default('canary')
      .describe(
        'canary: move traffic step by step. blue_green: move all traffic at once, after the new version is ready. all_at_once: for what cannot run twice, such as a database: stop the old version, start the new one, give it all traffic when it is ready; nobody answers in between. A rollback does the same in reverse.',
      ),
    percent_step: z
      .int()
      .min(1)
      .max(99)
      .optional()
      .describe(
        'Weight added per step, in percent. Default 10. Not together with `steps`; 100 is strategy blue_green.',
      ),
    steps: z
      .array(z.int().min(1).max(100))
      .min(1)
      .max(100)
      .optional()
      .describe(
        'Weights of the canary in percent, rising; 100 is added at the end when it is not there. Not together with `percent_step`.',
      ),
    wait_time: z
      .int()
      .min(METRIC_PERIOD_SECONDS)
      .max(86_400)
      .default(60)
      .describe('Seconds from one step to the next, at least. Not below 60: metrics arrive once a minute.'),
    bake_time: z
      .int()
      .min(60)
      .max(604_800)
      .default(300)
      .describe('Seconds at weight 100 with checks still running and the old version still warm.'),
    progress_deadline: z
      .int()
      .min(60)
      .max(86_400)
      .default(600)
      .describe(
        'Seconds in which the tasks must become ready, and in which a step that is due must be taken; then the rollout is rolled back.',
      ),
    health: healthSchema.prefault({}),
  })
  .superRefine((deploy, context) => {
    if (deploy.percent_step !== undefined && deploy.steps !== undefined) {
      refuse(context, ['steps'], deploy.steps, 'either percent_step or steps', 'remove one of the two');
    }
    if (deploy.strategy !== 'canary' && (deploy.percent_step !== undefined || deploy.steps !== undefined)) {
      const key = deploy.steps === undefined ? 'percent_step' : 'steps';
      refuse(
        context,
        [key],
        deploy[key],
        `no steps with strategy ${deploy.strategy}`,
        `remove ${key}, or use strategy canary`,
      );
    }
    const falling =
      deploy.steps?.findIndex((step, index, steps) => index > 0 && step <= (steps[index - 1] ?? 0)) ?? -1;
    if (falling > 0) {
      refuse(
        context,
        ['steps', falling],
        deploy.steps?.[falling],
        'steps that rise',
        `make it greater than ${deploy.steps?.[falling - 1]}, or remove it`,
      );
    }
    if (deploy.strategy === 'canary' && deploy.steps?.length === 1 && deploy.steps[0] === 100) {
      refuse(
        context,
        ['steps'],
        deploy.steps,
        'at least one step below 100',
        'add a step below 100, or use strategy blue_green',
      );
    }
    if (deploy.health.no_data_deadline <= deploy.health.max_data_age) {
      refuse(
        context,
        ['health', 'no_data_deadline'],
        deploy.health.no_data_deadline,
        `more than health.max_data_age (${deploy.health.max_data_age})`,
        'raise no_data_deadline or lower max_data_age',
      );
    }
  })
  .describe('specfiles/deploy.json: how a service is rolled out.');

/** A valid deploy.json with every default filled in. */
export type DeployConfig = z.infer<typeof deploySchema>;
export type HealthConfig = DeployConfig['health'];
