import * as z from 'zod';
import { refuse } from '../problems';

/** Where the services' Git repositories are. */
export const repositoriesSchema = z
  .strictObject({
    provider: z
      .enum(['codecommit', 'connection'])
      .default('codecommit')
      .describe(
        '`codecommit` makes a repository per service; `connection` uses GitHub, GitLab or Bitbucket.',
      ),
    connection_arn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[0-9a-f-]+$/,
        'ARN of a code connection',
      )
      .optional()
      .describe('The code connection; required with provider `connection`.'),
    owner: z
      .string()
      .regex(/^[A-Za-z0-9._/-]+$/)
      .optional()
      .describe('Account or group that owns the repositories; required with provider `connection`.'),
  })
  .superRefine((repositories, context) => {
    const needsConnection = repositories.provider === 'connection';
    for (const key of ['connection_arn', 'owner'] as const) {
      if (needsConnection && repositories[key] === undefined) {
        refuse(context, [key], undefined, `a value with provider connection`, `add ${key}`);
      }
      if (!needsConnection && repositories[key] !== undefined) {
        const todo = `remove ${key}, or set provider to connection`;
        refuse(context, [key], repositories[key], 'nothing with provider codecommit', todo);
      }
    }
  })
  .describe('Where the services’ Git repositories are.');

/** How images are built. */
export const buildSchema = z
  .strictObject({
    compute: z
      .enum(['small', 'medium', 'large', '2xlarge'])
      .default('small')
      .describe('Size of the build machines.'),
    timeout_minutes: z.int().min(5).max(480).default(30).describe('Minutes after which a build is given up.'),
    artifact_retention_days: z.int().min(1).max(365).default(31).describe('Days that artifacts are kept.'),
  })
  .describe('How images are built.');
