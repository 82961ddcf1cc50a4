import { ApiError, type ApiOperation } from '../../api';
import { textOf } from '../../server/validation';
import { inputs, parse } from './inputs';
import type { ParameterStore, StoredParameter } from './store';

const MAX_TAGS = 50;

/** Tags of parameters. */
export function parameterTagOperations(store: ParameterStore): Record<string, ApiOperation> {
  const on = (name: string, run: ApiOperation['run']): ApiOperation => ({
    iamAction: `ssm:${name}`,
    resources: ({ ResourceId }) => [store.arn(textOf(ResourceId))],
    run,
  });
  return {
    AddTagsToResource: on('AddTagsToResource', (input) => {
      const { Tags, ...resource } = parse(inputs.AddTagsToResource, input);
      const { tags } = tagged(store, resource);
      const size = new Set([...tags.keys(), ...Tags.map(({ Key }) => Key)]).size;
      if (size > MAX_TAGS)
        throw new ApiError('TooManyTagsError', `${size} tags; at most ${MAX_TAGS} are allowed`);
      for (const { Key, Value } of Tags) tags.set(Key, Value);
      return {};
    }),
    RemoveTagsFromResource: on('RemoveTagsFromResource', (input) => {
      const { TagKeys, ...resource } = parse(inputs.RemoveTagsFromResource, input);
      for (const key of TagKeys) tagged(store, resource).tags.delete(key);
      return {};
    }),
    ListTagsForResource: on('ListTagsForResource', (input) => {
      const { tags } = tagged(store, parse(inputs.ListTagsForResource, input));
      return { TagList: [...tags].map(([Key, Value]) => ({ Key, Value })) };
    }),
  };
}

function tagged(
  store: ParameterStore,
  { ResourceType, ResourceId }: { ResourceType: string; ResourceId: string },
): StoredParameter {
  if (ResourceType !== 'Parameter')
    throw new ApiError(
      'InvalidResourceType',
      `resource type "${ResourceType}"; the rehearsal offers Parameter`,
    );
  const found = store.find(ResourceId);
  if (found) return found;
  throw new ApiError('InvalidResourceId', `there is no parameter "${ResourceId}"`);
}
