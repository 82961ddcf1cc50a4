import { ApiError, type ApiOperation } from '../../api';
import { inputs, parse } from './inputs';
import { OperationBuilder } from './operation';
import type { DiscoveryStore } from './store';

const MAX_TAGS = 200;

/** Tags of namespaces and services. */
export function discoveryTagOperations(store: DiscoveryStore): Record<string, ApiOperation> {
  const build = new OperationBuilder(store);
  return {
    TagResource: build.unscoped('TagResource', (input) => {
      const { ResourceARN, Tags } = parse(inputs.TagResource, input);
      const tags = tagsOf(store, ResourceARN);
      const merged = new Map([...tags, ...Tags.map(({ Key, Value }) => [Key, Value] as const)]);
      if (merged.size > MAX_TAGS)
        throw new ApiError('TooManyTagsException', `${merged.size} tags; a resource has at most ${MAX_TAGS}`);
      store.tags.set(ResourceARN, merged);
      return {};
    }),
    UntagResource: build.unscoped('UntagResource', (input) => {
      const { ResourceARN, TagKeys } = parse(inputs.UntagResource, input);
      for (const key of TagKeys) tagsOf(store, ResourceARN).delete(key);
      return {};
    }),
    ListTagsForResource: build.unscoped('ListTagsForResource', (input) => {
      const { ResourceARN } = parse(inputs.ListTagsForResource, input);
      return { Tags: [...tagsOf(store, ResourceARN)].map(([Key, Value]) => ({ Key, Value })) };
    }),
  };
}

function tagsOf(store: DiscoveryStore, arn: string): Map<string, string> {
  const tags = store.tags.get(arn);
  if (tags) return tags;
  throw new ApiError('ResourceNotFoundException', `no resource has the ARN "${arn}"`);
}
