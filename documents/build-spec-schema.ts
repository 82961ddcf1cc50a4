import * as z from 'zod';

const phase = z.looseObject({ commands: z.array(z.string()).min(1).describe('Commands, run in order.') });

/**
 * `specfiles/build.yml` as far as a rollout depends on it: CodeBuild reads the file and knows many more keys, so
 * others are let through.
 */
export const buildSpecSchema = z
  .looseObject({
    version: z.literal(0.2).describe('Version of CodeBuild’s format.'),
    phases: z
      .looseObject({
        install: phase.optional(),
        pre_build: phase.optional(),
        build: phase.optional(),
        post_build: phase.optional(),
      })
      .refine((phases) => Object.keys(phases).length > 0, 'at least one phase, such as build')
      .describe('What the build does.'),
  })
  .describe('specfiles/build.yml: how the image is built and rollout.json is written.');
