import * as z from 'zod';
import {
  connectionPools,
  definedMembers,
  duration,
  exactlyOne,
  gatewayProtocol,
  healthCheck,
  httpTimeout,
  nodeProtocol,
  port,
  tcpTimeout,
} from './common';
import { listenerTls } from './tls';

const outlierDetection = z.object({
  baseEjectionDuration: duration,
  interval: duration,
  maxEjectionPercent: z.number().int().min(0).max(100),
  maxServerErrors: z.number().int().min(1),
});

interface ListenerShape {
  readonly portMapping: { readonly port: number; readonly protocol: string };
  readonly healthCheck?: { readonly port?: number } | undefined;
  readonly timeout?: object | undefined;
  readonly connectionPool?: object | undefined;
}

/** What the model's types cannot say: health check, timeout and pool belong to the listener's own port and protocol. */
function checkListener(listener: ListenerShape, context: z.RefinementCtx): void {
  const { portMapping, healthCheck: check } = listener;
  if (check?.port !== undefined && check.port !== portMapping.port)
    context.addIssue({
      code: 'custom',
      path: ['healthCheck', 'port'],
      message: `must equal the listener's port ${portMapping.port}`,
    });
  for (const member of ['timeout', 'connectionPool'] as const) {
    const foreign = definedMembers(listener[member] ?? {}).find((name) => name !== portMapping.protocol);
    if (foreign !== undefined)
      context.addIssue({
        code: 'custom',
        path: [member],
        message: `must be for the listener's protocol ${portMapping.protocol}, not ${foreign}`,
      });
  }
}

const nodeListener = z
  .object({
    portMapping: z.object({ port, protocol: nodeProtocol }),
    healthCheck: healthCheck(nodeProtocol).optional(),
    timeout: exactlyOne({
      http: httpTimeout,
      http2: httpTimeout,
      grpc: httpTimeout,
      tcp: tcpTimeout,
    }).optional(),
    connectionPool: exactlyOne(connectionPools).optional(),
    outlierDetection: outlierDetection.optional(),
    tls: listenerTls.optional(),
  })
  .superRefine(checkListener);

const gatewayListener = z
  .object({
    portMapping: z.object({ port, protocol: gatewayProtocol }),
    healthCheck: healthCheck(gatewayProtocol).optional(),
    connectionPool: exactlyOne({
      http: connectionPools.http,
      http2: connectionPools.http2,
      grpc: connectionPools.grpc,
    }).optional(),
    tls: listenerTls.optional(),
  })
  .superRefine(checkListener);

const routerListener = z.object({ portMapping: z.object({ port, protocol: nodeProtocol }) });

function hasDistinctPorts(listeners: readonly ListenerShape[]): boolean {
  return new Set(listeners.map(({ portMapping }) => portMapping.port)).size === listeners.length;
}

const DISTINCT = 'each listener must have its own port';

export const nodeListeners = z.array(nodeListener).refine(hasDistinctPorts, DISTINCT);
export const gatewayListeners = z.array(gatewayListener).min(1).refine(hasDistinctPorts, DISTINCT);
export const routerListeners = z.array(routerListener).refine(hasDistinctPorts, DISTINCT);
