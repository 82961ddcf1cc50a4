import type { Tag } from '@aws-sdk/client-ecs';
import type { ApiOperation, ApiService } from '../../api';
import { requiredText } from './names';
import type { EcsStore } from './store';

interface TagInput {
  readonly resourceArn?: string;
  readonly tags?: readonly Tag[];
  readonly tagKeys?: readonly string[];
}

/** TagResource, UntagResource and ListTagsForResource. */
export function tagOperations(store: EcsStore): ApiService['operations'] {
  const operation = (name: string, act: (input: TagInput, target: { tags: Tag[] }) => unknown) =>
    ({
      iamAction: `ecs:${name}`,
      resources: (input) => [input.resourceArn ?? ''],
      run: (input) => act(input, store.tagged(requiredText(input.resourceArn, 'resourceArn'))),
    }) satisfies ApiOperation<TagInput>;
  return {
    TagResource: operation('TagResource', ({ tags = [] }, target) => {
      const replaced = new Set(tags.map(({ key }) => key));
      target.tags = [...target.tags.filter(({ key }) => !replaced.has(key)), ...tags];
      return {};
    }),
    UntagResource: operation('UntagResource', ({ tagKeys = [] }, target) => {
      target.tags = target.tags.filter(({ key }) => !tagKeys.includes(key ?? ''));
      return {};
    }),
    ListTagsForResource: operation('ListTagsForResource', (_input, target) => ({ tags: target.tags })),
  };
}
