import type { RestRoute } from '../../api';
import { KINDS, type KindRow } from './kinds';

const OWNER = { meshOwner: 'meshOwner' };
const PAGE = { limit: 'limit', nextToken: 'nextToken' };
const RESOURCE = { resourceArn: 'resourceArn' };

/** App Mesh's REST bindings, version 2019-01-25. */
export function restRoutes(): readonly RestRoute[] {
  return [
    ...Object.values(KINDS).flatMap(kindRoutes),
    {
      method: 'GET',
      path: '/v20190125/tags',
      operation: 'ListTagsForResource',
      query: { ...RESOURCE, ...PAGE },
    },
    { method: 'PUT', path: '/v20190125/tag', operation: 'TagResource', query: RESOURCE },
    { method: 'PUT', path: '/v20190125/untag', operation: 'UntagResource', query: RESOURCE },
  ];
}

function kindRoutes({ title, plural, nameMember, collection }: KindRow): readonly RestRoute[] {
  const one = `${collection}/{${nameMember}}`;
  return [
    { method: 'PUT', path: collection, operation: `Create${title}`, query: OWNER },
    { method: 'GET', path: collection, operation: `List${plural}`, query: { ...OWNER, ...PAGE } },
    { method: 'GET', path: one, operation: `Describe${title}`, query: OWNER },
    { method: 'PUT', path: one, operation: `Update${title}`, query: OWNER },
    { method: 'DELETE', path: one, operation: `Delete${title}`, query: OWNER },
  ];
}
