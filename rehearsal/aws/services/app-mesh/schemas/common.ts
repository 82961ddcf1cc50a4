import * as z from 'zod';

/** Name of a mesh, node, router, route, service or gateway; a slash would make its ARN ambiguous. */
export const resourceName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^/]+$/, 'must not contain /');

/** TCP port. */
export const port = z.number().int().min(1).max(65535);

/** A length of time with its unit. */
export const duration = z.object({ unit: z.enum(['s', 'ms']), value: z.number().int().min(0) });

/** An object of which exactly one member may be set. */
export function exactlyOne<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape);
  return z
    .object(shape)
    .partial()
    .refine((value) => definedMembers(value).length === 1, `exactly one of ${names.join(', ')} must be set`);
}

/** Names of the members that have a value. */
export function definedMembers(value: object): readonly string[] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name]) => name);
}

export const nodeProtocol = z.enum(['http', 'http2', 'grpc', 'tcp']);
export const gatewayProtocol = z.enum(['http', 'http2', 'grpc']);

const ipPreference = z.enum(['IPv6_PREFERRED', 'IPv4_PREFERRED', 'IPv4_ONLY', 'IPv6_ONLY']);

export { ipPreference };

/** A listener's active health check. */
export function healthCheck(protocol: typeof nodeProtocol | typeof gatewayProtocol) {
  return z
    .object({
      protocol,
      healthyThreshold: z.number().int().min(2).max(10),
      unhealthyThreshold: z.number().int().min(2).max(10),
      intervalMillis: z.number().int().min(5_000).max(300_000),
      timeoutMillis: z.number().int().min(2_000).max(60_000),
      path: z.string().optional(),
      port: port.optional(),
    })
    .refine(
      ({ protocol: own, path }) => path === undefined || own === 'http' || own === 'http2',
      'path is allowed only for protocols http and http2',
    );
}

export const httpTimeout = z.object({ idle: duration, perRequest: duration }).partial();
export const tcpTimeout = z.object({ idle: duration }).partial();

const count = z.number().int().min(1);

/** Connection pool sizes, by protocol. */
export const connectionPools = {
  http: z.object({ maxConnections: count, maxPendingRequests: count.optional() }),
  http2: z.object({ maxRequests: count }),
  grpc: z.object({ maxRequests: count }),
  tcp: z.object({ maxConnections: count }),
};

const filePath = z.string().min(1).max(255);

/** Where the proxy writes its access log. */
export const logging = z.object({
  accessLog: z
    .object({
      file: z.object({
        path: filePath,
        format: exactlyOne({
          text: z.string().min(1).max(1000),
          json: z.array(z.object({ key: z.string().min(1).max(100), value: z.string().min(1).max(100) })),
        }).optional(),
      }),
    })
    .optional(),
});
