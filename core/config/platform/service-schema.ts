import * as z from 'zod';
import { refuse } from '../problems';
import { PROTOCOLS } from '../protocols';
import { VERSION_PATTERN } from '../service-binding';
import { SERVICE_NAME_PATTERN } from '../service-name';

const splitEntrySchema = z.strictObject({
  version: z
    .string()
    .regex(VERSION_PATTERN, 'a version: 8 hexadecimal digits, perhaps with -2, -3 …')
    .describe('A version that the service’s pipeline has built.'),
  weight: z.int().min(0).max(100).describe('Percent of requests that it gets.'),
});

/** An operator's split: any number of versions, whose weights sum to 100. */
export const splitSchema = z
  .array(splitEntrySchema)
  .min(1)
  .max(10)
  .superRefine((entries, context) => {
    const sum = entries.reduce((total, { weight }) => total + weight, 0);
    if (sum !== 100) {
      refuse(context, [], `weights that sum to ${sum}`, 'weights that sum to 100', 'correct the weights');
    }
    for (const [index, { version }] of entries.entries()) {
      if (entries.findIndex((other) => other.version === version) < index) {
        refuse(context, [index, 'version'], version, 'each version once', 'add the two weights up');
      }
    }
  });

/** One microservice that the platform manages. */
export const serviceSchema = z.strictObject({
  name: z
    .string()
    .regex(
      SERVICE_NAME_PATTERN,
      'lower-case letters, digits and single dashes, starting with a letter, at most 28',
    )
    .describe('Name of the service.'),
  port: z.int().min(1).max(65_535).describe('Port that the application listens on.'),
  protocol: z.enum(PROTOCOLS).default('http').describe('What the application speaks on that port.'),
  backends: z
    .array(z.string())
    .max(50)
    .default([])
    .describe('Services that this one calls; everything else is refused by its proxy.'),
  source: z
    .string()
    .min(1)
    .optional()
    .describe('Folder that seeds the service’s repository; without it the repository is empty.'),
  repository: z
    .string()
    .regex(/^[A-Za-z0-9._-]+$/)
    .optional()
    .describe('Name of the repository at the owner of a connection. Default: the service’s name.'),
  volume: z
    .strictObject({
      user: z
        .string()
        .regex(
          /^[1-9][0-9]{0,8}:[1-9][0-9]{0,8}$/,
          'a numeric user and group above 0, of at most 9 digits each, such as 1000:1000',
        )
        .default('1000:1000')
        .describe('User and group that own the files.'),
    })
    .optional()
    .describe(
      'Encrypted storage that outlives versions, mounted at `container.data_path` of taskdef.json. Only for strategy all_at_once; not together with `split`.',
    ),
  split: splitSchema
    .optional()
    .describe(
      'Puts the service under manual split: its pipeline builds versions, and a deploy gives them these weights. Without it releases roll out by themselves.',
    ),
});

export type ServiceConfig = z.infer<typeof serviceSchema>;
