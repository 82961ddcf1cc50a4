import { parse } from 'yaml';
import * as z from 'zod';
import { findProblems } from '../../core/config/problems';
import { renderProblem } from '../../core/errors';

const commands = z.array(z.union([z.string(), z.number(), z.boolean()]).transform(String));
const phase = {
  commands: commands.default([]),
  finally: commands.default([]),
  'on-failure': z.literal('ABORT').optional(),
};
const flag = z
  .union([z.enum(['yes', 'no']), z.boolean()])
  .transform((value) => value === true || value === 'yes');

/**
 * What of CodeBuild's buildspec 0.2 is rehearsed; every other key is refused, never passed over.
 * Source: AWS, "Build specification reference for CodeBuild".
 */
const buildSpecSchema = z.strictObject({
  version: z.literal(0.2),
  env: z
    .strictObject({
      shell: z.enum(['bash', 'sh', '/bin/sh']).default('sh'),
      variables: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
        .default({}),
      'exported-variables': z.array(z.string()).optional(),
      'git-credential-helper': flag.optional(),
    })
    .prefault({}),
  phases: z.strictObject({
    install: z
      .strictObject({ ...phase, 'runtime-versions': z.record(z.string(), z.unknown()).optional() })
      .optional(),
    pre_build: z.strictObject(phase).optional(),
    build: z.strictObject(phase).optional(),
    post_build: z.strictObject(phase).optional(),
  }),
  artifacts: z
    .strictObject({
      files: z.array(z.string().min(1)).min(1),
      'base-directory': z.string().optional(),
      'discard-paths': flag.default(false),
      name: z.string().optional(),
    })
    .optional(),
  // A local cache changes how long a build takes, never what comes of it.
  cache: z.strictObject({ paths: z.array(z.string()).optional() }).optional(),
});

/** A buildspec with its defaults filled in. */
export type BuildSpec = z.infer<typeof buildSpecSchema>;

/** CodeBuild's phases with commands, in their order. */
export const PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;

/** One of CodeBuild's phases with commands. */
export type Phase = (typeof PHASES)[number];

/** A buildspec that CodeBuild would refuse, or that asks for what is not rehearsed. */
export class BuildSpecRefused extends Error {
  constructor(
    /** One sentence each. */
    readonly problems: readonly string[],
  ) {
    super(problems.join('\n'));
    this.name = 'BuildSpecRefused';
  }
}

/**
 * Reads a buildspec.
 * @param shownAs how problems name it.
 * @throws {BuildSpecRefused} with every problem at once.
 */
export function readBuildSpec(text: string, shownAs: string): BuildSpec {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new BuildSpecRefused([`${shownAs}: not YAML: ${(error as Error).message.split('\n')[0]}`]);
  }
  const parsed = buildSpecSchema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  throw new BuildSpecRefused(
    findProblems(buildSpecSchema, value).map((problem) => `${shownAs}: ${renderProblem(problem)}`),
  );
}
