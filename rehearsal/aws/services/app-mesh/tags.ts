import * as z from 'zod';
import { type ApiContext, ApiError, type ApiOperation } from '../../api';
import { parseInput, textOf } from '../../server/validation';
import { pageOf } from '../paging';
import type { MeshStore } from './store';

const MAX_TAGS = 50;

/** Tags as requests carry them; their number is checked apart, because it has an error of its own. */
export const tagList = z.array(z.object({ key: z.string().min(1).max(128), value: z.string().max(256) }));

/** @throws ApiError `TooManyTagsException` above 50. */
export function mergeTags(
  existing: ReadonlyMap<string, string>,
  added: z.output<typeof tagList>,
): Map<string, string> {
  const merged = new Map([...existing, ...added.map(({ key, value }) => [key, value] as const)]);
  if (merged.size > MAX_TAGS)
    throw new ApiError('TooManyTagsException', `${merged.size} tags; a resource has at most ${MAX_TAGS}`);
  return merged;
}

const arnInput = z.object({ resourceArn: z.string().min(1) });

/** `TagResource`, `UntagResource` and `ListTagsForResource`. */
export function tagOperations(store: MeshStore, context: ApiContext): Record<string, ApiOperation> {
  const onResource = (name: string, run: ApiOperation['run']): ApiOperation => ({
    iamAction: `appmesh:${name}`,
    resources: ({ resourceArn }) => [textOf(resourceArn)],
    run,
  });
  return {
    TagResource: onResource('TagResource', (input) => {
      const { resourceArn, tags } = parse(arnInput.extend({ tags: tagList }), input);
      const resource = store.getByArn(resourceArn);
      for (const [key, value] of mergeTags(resource.tags, tags)) resource.tags.set(key, value);
      context.changed(resourceArn);
      return {};
    }),
    UntagResource: onResource('UntagResource', (input) => {
      const schema = arnInput.extend({ tagKeys: z.array(z.string()).max(MAX_TAGS) });
      const { resourceArn, tagKeys } = parse(schema, input);
      const { tags } = store.getByArn(resourceArn);
      for (const key of tagKeys) tags.delete(key);
      context.changed(resourceArn);
      return {};
    }),
    ListTagsForResource: onResource('ListTagsForResource', (input) => {
      const schema = arnInput.extend({
        limit: z.coerce.number().int().min(1).max(MAX_TAGS).optional(),
        nextToken: z.string().optional(),
      });
      const { resourceArn, limit, nextToken } = parse(schema, input);
      const tags = [...store.getByArn(resourceArn).tags].map(([key, value]) => ({ key, value }));
      const page = pageOf(tags, nextToken, limit, {
        defaultSize: MAX_TAGS,
        maxSize: MAX_TAGS,
        tokenError: 'BadRequestException',
      });
      return { tags: page.items, nextToken: page.nextToken };
    }),
  };
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  return parseInput(schema, input, 'BadRequestException');
}
