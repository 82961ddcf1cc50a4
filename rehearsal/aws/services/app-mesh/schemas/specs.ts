import * as z from 'zod';
import { exactlyOne, ipPreference, logging, resourceName } from './common';
import { gatewayListeners, nodeListeners, routerListeners } from './listeners';
import { clientPolicy } from './tls';

/** A mesh; by default its proxies drop traffic to unknown destinations. */
export const meshSpec = z
  .object({
    egressFilter: z.object({ type: z.enum(['ALLOW_ALL', 'DROP_ALL']) }),
    serviceDiscovery: z.object({ ipPreference: ipPreference.optional() }),
  })
  .partial();

const cloudMapText = z.string().min(1).max(1024);

const serviceDiscovery = exactlyOne({
  awsCloudMap: z.object({
    namespaceName: cloudMapText,
    serviceName: cloudMapText,
    ipPreference: ipPreference.optional(),
    attributes: z.array(z.object({ key: z.string().min(1).max(255), value: cloudMapText })).optional(),
  }),
  dns: z.object({
    hostname: z.string(),
    ipPreference: ipPreference.optional(),
    responseType: z.enum(['LOADBALANCER', 'ENDPOINTS']).optional(),
  }),
});

const backend = z.object({
  virtualService: z.object({
    virtualServiceName: z.string().min(1),
    clientPolicy: clientPolicy.optional(),
  }),
});

/** A virtual node: where a version's tasks are found, what they listen on, what they call. */
export const virtualNodeSpec = z
  .object({
    listeners: nodeListeners.optional(),
    serviceDiscovery: serviceDiscovery.optional(),
    backends: z.array(backend).optional(),
    backendDefaults: z.object({ clientPolicy: clientPolicy.optional() }).optional(),
    logging: logging.optional(),
  })
  .refine((spec) => (spec.listeners ?? []).length === 0 || spec.serviceDiscovery !== undefined, {
    path: ['serviceDiscovery'],
    message: 'must be set when the virtual node has a listener',
  });

/** A virtual router. */
export const virtualRouterSpec = z.object({ listeners: routerListeners.optional() });

/** A virtual service; without a provider it drops its traffic. */
export const virtualServiceSpec = z.object({
  provider: exactlyOne({
    virtualNode: z.object({ virtualNodeName: resourceName }),
    virtualRouter: z.object({ virtualRouterName: resourceName }),
  }).optional(),
});

/** A virtual gateway. */
export const virtualGatewaySpec = z.object({
  listeners: gatewayListeners,
  backendDefaults: z.object({ clientPolicy: clientPolicy.optional() }).optional(),
  logging: logging.optional(),
});

/** Specs that passed their schema, by kind. */
export type VirtualNodeSpecInput = z.output<typeof virtualNodeSpec>;
export type VirtualRouterSpecInput = z.output<typeof virtualRouterSpec>;
export type VirtualServiceSpecInput = z.output<typeof virtualServiceSpec>;
export type VirtualGatewaySpecInput = z.output<typeof virtualGatewaySpec>;
