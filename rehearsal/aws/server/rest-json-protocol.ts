import { ApiError, type RestRoute, type WireProtocol } from '../api';
import { jsonCodec } from './json-protocol';
import { type Protocol, parseJsonObject, type WireRequest } from './wire';

interface CompiledRoute {
  readonly route: RestRoute;
  readonly segments: readonly string[];
}

/** REST-JSON: method and path name the operation; path, query string and body together are its input. */
export function createRestJsonProtocol(protocol: Extract<WireProtocol, { kind: 'rest-json' }>): Protocol {
  const compiled = protocol.routes.map((route) => ({ route, segments: splitPath(route.path) }));
  return {
    accepts: (request) => request.headers['x-amz-target'] === undefined && request.path !== '/',
    decode: (request) => {
      const { route, segments } = findRoute(compiled, request);
      return {
        operation: route.operation,
        input: {
          ...parseJsonObject(request.body),
          ...queryMembers(route, request.query),
          ...pathMembers(segments, splitPath(request.path)),
        },
      };
    },
    codec: () => jsonCodec('application/json'),
  };
}

function splitPath(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function findRoute(routes: readonly CompiledRoute[], request: WireRequest): CompiledRoute {
  const actual = splitPath(request.path);
  const found = routes.find(
    ({ route, segments }) =>
      route.method === request.method &&
      segments.length === actual.length &&
      segments.every((segment, index) => segment.startsWith('{') || segment === actual[index]),
  );
  if (found) return found;
  throw new ApiError(
    'UnknownOperationException',
    `no operation at ${request.method} ${request.path}; the rehearsal offers ${routes
      .map(({ route }) => route.operation)
      .sort()
      .join(', ')}`,
    404,
  );
}

function queryMembers(route: RestRoute, query: URLSearchParams): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(route.query ?? {})) {
    const value = query.get(name);
    if (value !== null) members[member] = value;
  }
  return members;
}

function pathMembers(template: readonly string[], actual: readonly string[]): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  template.forEach((segment, index) => {
    if (segment.startsWith('{')) members[segment.slice(1, -1)] = decodeSegment(actual[index] ?? '');
  });
  return members;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ApiError('BadRequestException', `path segment "${segment}" is not percent-encoded UTF-8`);
  }
}
