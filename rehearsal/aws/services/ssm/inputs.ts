import * as z from 'zod';
import { parseInput } from '../../server/validation';

const name = z.string().min(1).max(2048);
const names = z.array(name).min(1).max(10);
const nextToken = z.string().optional();

const tagList = z.array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) })).max(1000);

const stringFilters = z
  .array(
    z.object({
      Key: z.string().min(1).max(132),
      Option: z.string().min(1).max(10).optional(),
      Values: z.array(z.string().min(1).max(1024)).min(1).max(50).optional(),
    }),
  )
  .optional();

const resource = { ResourceType: z.string(), ResourceId: z.string().min(1) };

/** Every operation's input. */
export const inputs = {
  PutParameter: z.object({
    Name: name,
    Value: z.string().min(1),
    Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
    Description: z.string().max(1024).optional(),
    KeyId: z.string().min(1).max(256).optional(),
    Overwrite: z.boolean().optional(),
    AllowedPattern: z.string().max(1024).optional(),
    Tags: tagList.optional(),
    Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional(),
    DataType: z.string().max(128).optional(),
  }),
  GetParameter: z.object({ Name: name, WithDecryption: z.boolean().optional() }),
  GetParameters: z.object({ Names: names, WithDecryption: z.boolean().optional() }),
  GetParametersByPath: z.object({
    Path: name.startsWith('/', 'must start with /'),
    Recursive: z.boolean().optional(),
    ParameterFilters: stringFilters,
    WithDecryption: z.boolean().optional(),
    MaxResults: z.number().int().min(1).max(10).optional(),
    NextToken: nextToken,
  }),
  DeleteParameter: z.object({ Name: name }),
  DeleteParameters: z.object({ Names: names }),
  DescribeParameters: z.object({
    Filters: z
      .array(
        z.object({
          Key: z.enum(['Name', 'Type', 'KeyId']),
          Values: z.array(z.string().min(1).max(1024)).min(1).max(50),
        }),
      )
      .optional(),
    ParameterFilters: stringFilters,
    MaxResults: z.number().int().min(1).max(50).optional(),
    NextToken: nextToken,
  }),
  AddTagsToResource: z.object({ ...resource, Tags: tagList }),
  RemoveTagsFromResource: z.object({ ...resource, TagKeys: z.array(z.string().min(1).max(128)) }),
  ListTagsForResource: z.object(resource),
};

/** A filter of `GetParametersByPath` and `DescribeParameters`. */
export type StringFilter = NonNullable<z.output<typeof stringFilters>>[number];

/** @throws ApiError `ValidationException`. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  return parseInput(schema, input);
}
