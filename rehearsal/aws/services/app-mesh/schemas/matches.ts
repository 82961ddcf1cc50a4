import * as z from 'zod';
import { exactlyOne, port } from './common';

const text = z.string().min(1).max(255);
const range = z.object({ start: z.number().int(), end: z.number().int() });

/** How a header or a metadata entry is compared. */
const comparison = exactlyOne({ exact: text, prefix: text, range, regex: text, suffix: text });

const namedMatch = z.object({
  name: z.string().min(1).max(50),
  invert: z.boolean().optional(),
  match: comparison.optional(),
});

const namedMatches = z.array(namedMatch).min(1).max(10);

const queryParameters = z
  .array(z.object({ name: z.string(), match: z.object({ exact: z.string().optional() }).optional() }))
  .min(1)
  .max(10);

const prefix = z.string().startsWith('/', 'must start with /');
const path = exactlyOne({ exact: text.startsWith('/', 'must start with /'), regex: text });
const method = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']);
const hostname = exactlyOne({ exact: z.string().min(1).max(253), suffix: z.string().min(1).max(253) });

/** What an HTTP or HTTP/2 route matches: a prefix or a path, and whatever narrows it. */
export const httpMatch = z
  .object({
    prefix: prefix.optional(),
    path: path.optional(),
    method: method.optional(),
    scheme: z.enum(['http', 'https']).optional(),
    headers: namedMatches.optional(),
    queryParameters: queryParameters.optional(),
    port: port.optional(),
  })
  .refine(
    (match) => (match.prefix === undefined) !== (match.path === undefined),
    'exactly one of prefix, path must be set',
  );

/** What a gRPC route matches. */
export const grpcMatch = z
  .object({
    serviceName: z.string().optional(),
    methodName: z.string().min(1).max(50).optional(),
    metadata: namedMatches.optional(),
    port: port.optional(),
  })
  .refine(
    (match) => match.methodName === undefined || match.serviceName !== undefined,
    'methodName needs serviceName as well',
  );

/** What a TCP route matches: at most a port. */
export const tcpMatch = z.object({ port: port.optional() });

const RESERVED = /^\/aws-app-?mesh/;

/** What an HTTP or HTTP/2 gateway route matches. */
export const httpGatewayMatch = z
  .object({
    prefix: prefix
      .refine(
        (value) => !RESERVED.test(value),
        'must not start with /aws-appmesh or /aws-app-mesh, which are reserved',
      )
      .optional(),
    path: path.optional(),
    method: method.optional(),
    hostname: hostname.optional(),
    headers: namedMatches.optional(),
    queryParameters: queryParameters.optional(),
    port: port.optional(),
  })
  .refine(
    (match) => match.prefix === undefined || match.path === undefined,
    'prefix and path exclude each other',
  );

/** What a gRPC gateway route matches. */
export const grpcGatewayMatch = z.object({
  serviceName: z.string().optional(),
  hostname: hostname.optional(),
  metadata: namedMatches.optional(),
  port: port.optional(),
});
