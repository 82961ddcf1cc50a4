import type { AccountResources } from '../../account/resources';
import type { ApiContext, ApiService } from '../../api';
import { pageOf } from '../paging';
import type { TaggedResource } from './run-time-resources';

interface Input {
  readonly TagFilters?: readonly { readonly Key: string; readonly Values?: readonly string[] }[];
  readonly PaginationToken?: string;
  readonly ResourcesPerPage?: number;
}

const PAGES = { defaultSize: 100, maxSize: 100, tokenError: 'PaginationTokenExpiredException' };

/**
 * The Resource Groups Tagging API: what carries a tag, over all services.
 * @param runTime Tagged resources that no stack made, such as those of a version.
 */
export function createTaggingService(
  _context: ApiContext,
  resources: AccountResources,
  runTime: () => Promise<readonly TaggedResource[]>,
): ApiService {
  const everything = async (): Promise<readonly TaggedResource[]> => {
    const known = resources.all().flatMap(({ arn, tags }) => (arn === null ? [] : [{ arn, tags }]));
    const arns = new Set(known.map(({ arn }) => arn));
    return [...known, ...(await runTime()).filter(({ arn }) => !arns.has(arn))];
  };
  return {
    signingName: 'tagging',
    protocols: [{ kind: 'json', version: '1.1', targetPrefix: 'ResourceGroupsTaggingAPI_20170126' }],
    operations: {
      GetResources: {
        iamAction: 'tag:GetResources',
        resources: () => ['*'],
        run: async ({ TagFilters = [], PaginationToken, ResourcesPerPage }: Input) => {
          const found = (await everything()).filter(({ tags }) =>
            TagFilters.every(({ Key, Values = [] }) => {
              const value = tags[Key];
              return value !== undefined && (Values.length === 0 || Values.includes(value));
            }),
          );
          const token = PaginationToken === '' ? undefined : PaginationToken;
          const page = pageOf(found, token, ResourcesPerPage, PAGES);
          return {
            PaginationToken: page.nextToken ?? '',
            ResourceTagMappingList: page.items.map(({ arn, tags }) => ({
              ResourceARN: arn,
              Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
            })),
          };
        },
      },
    },
  };
}
