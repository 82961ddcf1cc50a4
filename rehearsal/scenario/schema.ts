import * as z from 'zod';
import { refuse } from '../../core/config/problems';
import { SPLIT_OUTCOMES } from '../../core/manual-split/split-change';
import { OUTCOMES } from '../../core/rollout/record';

const seconds = z.number().min(0).max(86_400);

const request = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    path: z.string().startsWith('/').max(2000).describe('Path and query at the ingress gateway.'),
    headers: z
      .record(
        z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'the name of an HTTP header'),
        z.string().regex(/^[\t\x20-\x7e]*$/, 'the value of an HTTP header: printable ASCII'),
      )
      .default({})
      .describe('`{{uuid}}` becomes a new UUID in each request.'),
    body: z.string().max(65_536).optional().describe('`{{uuid}}` becomes a new UUID in each request.'),
  })
  .superRefine(({ method, body }, context) => {
    if (method === 'GET' && body !== undefined) {
      refuse(
        context,
        ['body'],
        body,
        'a body with POST, PUT, PATCH or DELETE',
        'remove it, or change the method',
      );
    }
  })
  .describe('One HTTP request that users make.');

const journey = z.strictObject({
  name: z.string().min(1).max(80),
  weight: z.number().positive().max(1000).default(1).describe('How often, relative to the other journeys.'),
  steps: z.array(request).min(1).max(20),
});

const load = z
  .strictObject({
    rate: z.number().positive().max(2000).describe('Requests per wall second, all journeys together.'),
    journeys: z.array(journey).min(1).max(20),
  })
  .describe('What users do all the time.');

const change = z
  .strictObject({
    replace: z
      .array(z.strictObject({ file: z.string().min(1), find: z.string().min(1), replace: z.string() }))
      .max(50)
      .default([]),
    write: z.record(z.string().min(1), z.string()).default({}).describe('Files to write: path to content.'),
    message: z.string().min(1).max(200).describe('Commit message.'),
  })
  .describe('A commit to the service’s repository.');

const moment = z
  .strictObject({
    weight: z.int().min(0).max(100).optional().describe('When the canary first has at least this weight.'),
    state: z.string().optional().describe('When the rollout first enters this state.'),
    after: seconds.optional().describe('Virtual seconds after the release began.'),
  })
  .superRefine((when, context) => {
    if (Object.values(when).filter((value) => value !== undefined).length !== 1) {
      refuse(context, [], when, 'exactly one of weight, state, after', 'keep one of them');
    }
  });

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('api'),
    action: z
      .string()
      .regex(/^[a-z-]+:[A-Za-z*]+$/)
      .describe('IAM action, such as `appmesh:UpdateRoute` or `ecs:*`.'),
    effect: z.enum(['throttle', 'server_error', 'denied', 'timeout_before', 'timeout_after']),
    times: z.int().min(1).max(1000).default(1),
  }),
  z.strictObject({
    kind: z.literal('function'),
    name: z.string().describe('Function folder, such as `shift-traffic`.'),
    effect: z.enum(['killed_before', 'killed_after']),
    times: z.int().min(1).max(100).default(1),
  }),
  z.strictObject({
    kind: z.literal('metrics_silent'),
    for: seconds.default(86_400).describe('Virtual seconds.'),
  }),
  z.strictObject({
    kind: z.literal('metrics_late'),
    by: seconds.describe('Virtual seconds of lateness from now on.'),
  }),
  z.strictObject({ kind: z.literal('kill_task'), of: z.enum(['canary', 'stable']) }),
  z
    .strictObject({ kind: z.literal('kill_proxy') })
    .describe('Envoy, which stands for every proxy, is killed; it is started again as it was.'),
  z.strictObject({ kind: z.literal('stop_execution') }).describe('Somebody stops the execution by hand.'),
  z
    .strictObject({ kind: z.literal('set_split'), canary: z.int().min(0).max(100) })
    .describe('Somebody edits the route by hand.'),
  z
    .strictObject({ kind: z.literal('load'), rate: z.number().min(0).max(2000) })
    .describe('Users make this many requests per second from now on.'),
]);

const releaseExpectation = z
  .strictObject({
    outcome: z.enum(OUTCOMES),
    reason: z.string().optional().describe('Text that the reason must contain.'),
    max_weight: z.int().min(0).max(100).optional().describe('Greatest weight that the canary may have had.'),
  })
  .describe('How the rollout must end.');

type Release = {
  service: string;
  as?: string | undefined;
  change?: z.infer<typeof change> | undefined;
  revision?: string | undefined;
  during: {
    when: z.infer<typeof moment>;
    fault?: z.infer<typeof fault> | undefined;
    release?: Release | undefined;
  }[];
  expect: z.infer<typeof releaseExpectation>;
};

const release: z.ZodType<Release, unknown> = z.strictObject({
  service: z.string().describe('Service whose repository is released.'),
  as: z
    .string()
    .regex(/^[a-z0-9]+$/, 'lower-case letters and digits')
    .optional()
    .describe('Name under which later splits of the scenario name its version.'),
  change: change
    .optional()
    .describe('Committed first; without it the repository’s newest commit is released.'),
  revision: z.string().optional().describe('Revision to release instead of the newest commit.'),
  during: z
    .array(
      z.strictObject({
        when: moment,
        fault: fault.optional(),
        get release() {
          return release.optional();
        },
      }),
    )
    .max(50)
    .default([])
    .describe('What happens while this rollout runs.'),
  expect: releaseExpectation,
});

const probe = z
  .strictObject({
    text: z.string().min(1).describe('What is shown, such as `one click counts 1 vote`.'),
    request,
    increase: z.number().describe('The number in the answer must grow by this from one request to the next.'),
    throughout: z
      .boolean()
      .default(false)
      .describe(
        'Asked all the time from the start of the stage to its end, each request repeated unchanged until it is answered, instead of twice at the end: what was acknowledged must still count.',
      ),
  })
  .describe('A question put to the running application.');

const split = z
  .strictObject({
    service: z.string().describe('Service that the operator puts, or has put, under manual split.'),
    weights: z
      .record(z.string(), z.int().min(0).max(100))
      .describe('Percent of requests by the name that a release gave its version with `as`.'),
    outcome: z.enum(SPLIT_OUTCOMES).default('Applied').describe('How applying it must end.'),
    requests: z
      .int()
      .min(100)
      .max(100_000)
      .optional()
      .describe(
        'So many users’ requests are counted afterwards: each version’s share must be its weight, give or take four standard errors.',
      ),
  })
  .superRefine(({ outcome, requests }, context) => {
    if (requests !== undefined && outcome !== 'Applied') {
      const allowed = 'requests only with outcome Applied';
      refuse(
        context,
        ['requests'],
        requests,
        allowed,
        'count them in a further split, of what was there before',
      );
    }
  })
  .describe('An operator’s `split:` in platform.yaml, deployed and applied.');

const stage = z
  .strictObject({
    title: z.string().min(1).max(120),
    releases: z
      .array(release)
      .max(20)
      .default([])
      .describe('Released at the same time; the stage ends when all have ended.'),
    splits: z
      .array(split)
      .max(20)
      .default([])
      .describe('Applied one after the other, after the releases have ended.'),
    probes: z
      .array(probe)
      .max(20)
      .default([])
      .describe('Asked after the releases have ended, or throughout.'),
  })
  .describe('One act of the scenario.');

/** A scenario: which services, which changes, which load, which faults, and what must come of it. */
export const scenarioSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by dashes'),
    description: z.string().max(1000).default(''),
    platform: z
      .string()
      .default('platform.yaml')
      .describe('platform.yaml of the environment, relative to the working directory.'),
    speed: z.number().min(1).max(120).default(15).describe('Virtual seconds per wall second.'),
    metric_lateness: z
      .number()
      .min(0)
      .max(600)
      .default(30)
      .describe('Virtual seconds after its end that a minute of metrics arrives.'),
    deploy: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('Members that replace those of each service’s deploy.json, for short drills.'),
    secrets: z
      .record(z.string(), z.string())
      .default({})
      .describe('Values of SSM parameters that task definitions name as secrets; others get a random value.'),
    load: load.optional(),
    stages: z.array(stage).min(1).max(50),
    expect: z
      .strictObject({
        only_rolled_back_versions_fail: z
          .boolean()
          .default(true)
          .describe('No request may fail but those that a version failed which was then rolled back.'),
        max_failed: z.int().min(0).optional().describe('Requests that may fail in all.'),
      })
      .prefault({}),
  })
  .describe('A scenario of the rehearsal.');

export type Scenario = z.infer<typeof scenarioSchema>;
export type Stage = Scenario['stages'][number];
export type ReleaseStep = Stage['releases'][number];
export type SplitStep = Stage['splits'][number];
export type Probe = Stage['probes'][number];
export type LoadSpec = NonNullable<Scenario['load']>;
export type Fault = z.infer<typeof fault>;
export type Moment = z.infer<typeof moment>;
