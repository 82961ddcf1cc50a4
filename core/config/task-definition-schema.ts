import * as z from 'zod';
import { refuse } from './problems';

/**
 * CPU units and the memory (MiB) that Fargate allows with each.
 * Source: AWS, "Amazon ECS task definition parameters for Fargate", task size.
 */
const FARGATE_MEMORY: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: range(1024, 4096),
  1024: range(2048, 8192),
  2048: range(4096, 16_384),
  4096: range(8192, 30_720),
};

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: (to - from) / 1024 + 1 }, (_, index) => from + index * 1024);
}

const envName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/);

/** Names that the platform sets in every container; a repository cannot. */
export const RESERVED_ENVIRONMENT = ['HOST', 'PORT', 'SERVICE_VERSION'] as const;

const healthCheckSchema = z
  .strictObject({
    command: z
      .array(z.string().min(1))
      .min(1)
      .max(32)
      .describe('Command and arguments, run in the container; exit code 0 is healthy.'),
    interval: z.int().min(5).max(300).default(10).describe('Seconds between two runs.'),
    timeout: z.int().min(2).max(60).default(5).describe('Seconds that a run may take.'),
    retries: z
      .int()
      .min(1)
      .max(10)
      .default(3)
      .describe('Failed runs in a row that make the container unhealthy.'),
    start_period: z
      .int()
      .min(0)
      .max(300)
      .default(10)
      .describe('Seconds after start in which failed runs do not count.'),
  })
  .describe('Container health check.');

const containerSchema = z.strictObject({
  command: z.array(z.string()).max(64).optional().describe('Replaces the image’s command.'),
  environment: z.record(envName, z.string().max(4096)).default({}).describe('Plain environment variables.'),
  secrets: z
    .record(envName, z.string().min(1).max(2048))
    .default({})
    .describe(
      'Environment variables from SSM parameters or Secrets Manager: variable name to secret ARN, or to SSM parameter name (a name without a leading slash lies below `/<environment>/<service>/`).',
    ),
  health_check: healthCheckSchema.optional(),
  stop_timeout: z.int().min(2).max(120).default(30).describe('Seconds from SIGTERM to SIGKILL.'),
  user: z
    .string()
    .regex(
      /^(0|[1-9][0-9]{0,8})(:(0|[1-9][0-9]{0,8}))?$/,
      'a numeric user, perhaps with a group, such as 1000:1000: at most 9 digits each, none of them a leading zero',
    )
    .default('1000:1000')
    .describe('Numeric user (and group) that the container runs as; root (0) is refused.'),
  writable_paths: z
    .array(
      z
        .string()
        .regex(
          /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+\/?$/,
          'an absolute path below /, such as /tmp, without . and ..',
        )
        .max(255),
    )
    .max(10)
    .default([])
    .describe(
      'Paths that must be writable; each becomes an empty volume that ends with the task. The rest of the file system is read-only.',
    ),
  data_path: z
    .string()
    .regex(/^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/, 'an absolute path below /, such as /var/lib/data')
    .max(255)
    .optional()
    .describe(
      'Where the service’s volume (`volume` in platform.yaml) is mounted: files there outlive versions. Only with strategy all_at_once and desired_count 1.',
    ),
});

/** `specfiles/taskdef.json`: what runs. Data only: roles, logging, the proxy and the network are the platform’s. */
export const taskDefinitionSchema = z
  .strictObject({
    $schema: z.string().optional().describe('For editors; ignored.'),
    cpu: z
      .union([z.literal(256), z.literal(512), z.literal(1024), z.literal(2048), z.literal(4096)])
      .default(256)
      .describe('CPU units of the task (1024 is one core), proxy included.'),
    memory: z.int().default(512).describe('MiB of memory of the task, proxy included.'),
    desired_count: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe('Tasks of the version. A canary gets at least as many as stable runs.'),
    container: containerSchema.prefault({}),
  })
  .superRefine((task, context) => {
    const allowed = FARGATE_MEMORY[task.cpu] ?? [];
    if (!allowed.includes(task.memory)) {
      refuse(
        context,
        ['memory'],
        task.memory,
        `with cpu ${task.cpu}: ${allowed.length > 4 ? `${allowed[0]} to ${allowed.at(-1)} in steps of 1024` : allowed.join(', ')}`,
        'choose one of these',
      );
    }
    if (/^0(:|$)/.test(task.container.user)) {
      refuse(context, ['container', 'user'], task.container.user, 'any user but root', 'name a user above 0');
    }
    for (const kind of ['environment', 'secrets'] as const) {
      for (const name of Object.keys(task.container[kind]).filter(isReserved)) {
        refuse(
          context,
          ['container', kind, name],
          task.container[kind][name],
          'names that the platform does not set itself',
          `rename or remove "${name}"`,
        );
      }
    }
    const { data_path, writable_paths } = task.container;
    const overlap = writable_paths.findIndex((path) => data_path !== undefined && overlaps(path, data_path));
    if (overlap >= 0) {
      refuse(
        context,
        ['container', 'writable_paths', overlap],
        writable_paths[overlap],
        `paths neither above nor below data_path (${data_path})`,
        'remove it: data_path is writable itself',
      );
    }
    const twice = Object.keys(task.container.environment).find((name) =>
      Object.hasOwn(task.container.secrets, name),
    );
    refuseSharedPaths(writable_paths, context);
    refuseLarge(task.container, context);
    if (twice !== undefined) {
      refuse(
        context,
        ['container', 'secrets', twice],
        task.container.secrets[twice],
        'a name once',
        `remove "${twice}" from environment or from secrets`,
      );
    }
  })
  .describe('specfiles/taskdef.json: what a version runs.');

/** Two volumes at one place: ECS would mount neither. */
function refuseSharedPaths(paths: readonly string[], context: z.RefinementCtx): void {
  const bare = paths.map((path) => path.replace(/\/$/, ''));
  for (const [index, path] of bare.entries()) {
    if (bare.indexOf(path) < index) {
      refuse(context, ['container', 'writable_paths', index], paths[index], 'each path once', 'remove it');
    }
  }
}

/**
 * Bytes of a task definition that are left to the repository; the rest of ECS's 65,536 is the platform's: the proxy,
 * the collector, the addresses of the backends.
 * Source: AWS, "Amazon ECS service quotas", task definition size limit.
 */
const MOST_BYTES = 32_768;

function refuseLarge(container: z.infer<typeof containerSchema>, context: z.RefinementCtx): void {
  const variables = [container.environment, container.secrets].map((each) =>
    // As ECS writes them, with room for the path that a secret's plain name gets.
    Object.entries(each).map(([name, value]) => ({ name, valueFrom: `/environment-name-of-20/${value}` })),
  );
  const bytes = new TextEncoder().encode(
    JSON.stringify([container.command, container.health_check?.command, variables]),
  ).length;
  if (bytes > MOST_BYTES) {
    const allowed = `at most ${MOST_BYTES} bytes of commands, variables and secrets`;
    refuse(context, ['container'], `${bytes} bytes`, allowed, 'put long values into a file of the image');
  }
}

/** Whether one of the two paths holds the other. */
function overlaps(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => `${path.replace(/\/+$/, '')}/`) as [string, string];
  return one.startsWith(other) || other.startsWith(one);
}

function isReserved(name: string): boolean {
  return (RESERVED_ENVIRONMENT as readonly string[]).includes(name) || name.endsWith('_ENDPOINT');
}

/** A valid taskdef.json with every default filled in. */
export type TaskDefinition = z.infer<typeof taskDefinitionSchema>;
