import * as z from 'zod';
import { deploySchema } from './deploy-schema';
import { SERVICE_NAME_PATTERN } from './service-name';
import { taskDefinitionSchema } from './task-definition-schema';

/** `rollout.json`, the input of the state machine: written by the last script of a service's build. */
export const rolloutInputSchema = z
  .strictObject({
    service: z.string().regex(SERVICE_NAME_PATTERN).describe('Name of the service in platform.yaml.'),
    commit: z
      .string()
      .regex(/^[0-9a-f]{40}$/)
      .describe('The commit that was built: 40 hexadecimal digits.'),
    image: z
      .string()
      .min(1)
      .max(1024)
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._:@/-]*$/,
        'an image such as registry/name:tag or registry/name@sha256:…',
      )
      .describe('The image that was built, with tag or digest.'),
    sequence: z
      .int()
      .min(0)
      .optional()
      .describe(
        'Rises with each build of the service, such as the milliseconds of its start: a build that comes to its rollout after a newer one did ends as Superseded. Without it the rollout that starts last is the newest.',
      ),
    deploy: deploySchema,
    task_definition: taskDefinitionSchema,
  })
  .describe('rollout.json: the input of one rollout.');

export type RolloutInput = z.infer<typeof rolloutInputSchema>;
