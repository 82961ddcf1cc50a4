import * as z from 'zod';
import { definedMembers, duration, httpTimeout, port, resourceName, tcpTimeout } from './common';
import { grpcGatewayMatch, grpcMatch, httpGatewayMatch, httpMatch, tcpMatch } from './matches';

/** The API takes any weights from 0 to 100 and reads them as shares, although its guide wants a total of 100. */
const action = z.object({
  weightedTargets: z
    .array(
      z.object({
        virtualNode: resourceName,
        weight: z.number().int().min(0).max(100),
        port: port.optional(),
      }),
    )
    .min(1)
    .max(10),
});

const retryBase = {
  maxRetries: z.number().int().min(0),
  perRetryTimeout: duration,
  httpRetryEvents: z
    .array(z.enum(['server-error', 'gateway-error', 'client-error', 'stream-error']))
    .min(1)
    .max(25)
    .optional(),
  tcpRetryEvents: z
    .array(z.enum(['connection-error']))
    .length(1)
    .optional(),
};

const NO_EVENTS = 'at least one retry event must be named';

const httpRetryPolicy = z
  .object(retryBase)
  .refine((policy) => policy.httpRetryEvents ?? policy.tcpRetryEvents, NO_EVENTS);

const grpcRetryPolicy = z
  .object({
    ...retryBase,
    grpcRetryEvents: z
      .array(z.enum(['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable']))
      .min(1)
      .max(5)
      .optional(),
  })
  .refine((policy) => policy.grpcRetryEvents ?? policy.httpRetryEvents ?? policy.tcpRetryEvents, NO_EVENTS);

const httpRoute = z.object({
  action,
  match: httpMatch,
  retryPolicy: httpRetryPolicy.optional(),
  timeout: httpTimeout.optional(),
});

const grpcRoute = z.object({
  action,
  match: grpcMatch,
  retryPolicy: grpcRetryPolicy.optional(),
  timeout: httpTimeout.optional(),
});

const tcpRoute = z.object({ action, match: tcpMatch.optional(), timeout: tcpTimeout.optional() });

const priority = z.number().int().min(0).max(1000).optional();

function hasOneRoute(spec: object): boolean {
  return definedMembers(spec).filter((name) => name !== 'priority').length === 1;
}

/** A route of a virtual router. */
export const routeSpec = z
  .object({
    priority,
    httpRoute: httpRoute.optional(),
    http2Route: httpRoute.optional(),
    grpcRoute: grpcRoute.optional(),
    tcpRoute: tcpRoute.optional(),
  })
  .refine(hasOneRoute, 'exactly one of httpRoute, http2Route, grpcRoute, tcpRoute must be set');

const target = z.object({
  port: port.optional(),
  virtualService: z.object({ virtualServiceName: resourceName }),
});
const hostnameRewrite = z.object({ defaultTargetHostname: z.enum(['ENABLED', 'DISABLED']).optional() });

const httpRewrite = z.object({
  hostname: hostnameRewrite.optional(),
  path: z.object({ exact: z.string().min(1).max(255).optional() }).optional(),
  prefix: z
    .object({
      defaultPrefix: z.enum(['ENABLED', 'DISABLED']).optional(),
      value: z.string().min(1).max(255).optional(),
    })
    .refine(
      (rewrite) => definedMembers(rewrite).length === 1,
      'exactly one of defaultPrefix, value must be set',
    )
    .optional(),
});

const httpGatewayRoute = z.object({
  action: z.object({ target, rewrite: httpRewrite.optional() }),
  match: httpGatewayMatch,
});

const grpcGatewayRoute = z.object({
  action: z.object({ target, rewrite: z.object({ hostname: hostnameRewrite.optional() }).optional() }),
  match: grpcGatewayMatch,
});

/** A gateway route of a virtual gateway. */
export const gatewayRouteSpec = z
  .object({
    priority,
    httpRoute: httpGatewayRoute.optional(),
    http2Route: httpGatewayRoute.optional(),
    grpcRoute: grpcGatewayRoute.optional(),
  })
  .refine(hasOneRoute, 'exactly one of httpRoute, http2Route, grpcRoute must be set');

/** A route that passed its schema. */
export type RouteSpecInput = z.output<typeof routeSpec>;
/** A gateway route that passed its schema. */
export type GatewayRouteSpecInput = z.output<typeof gatewayRouteSpec>;
