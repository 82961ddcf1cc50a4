import type { RoutingModel } from '../plan/model';
import { appCluster, type ClusterSettings, redirectCluster, targetCluster } from './clusters';
import { egressListener, gatewayListener, ingressListener, type ListenerSettings } from './listeners';
import { routeConfiguration } from './routes';
import { type Json, ROUTES_NAME } from './types';
import type { Resources } from './xds';

/** The whole configuration of Envoy for a model, in the parts between which order matters. */
export interface Rendered {
  /** Clusters and listeners of the inbound hops. */
  readonly ingressClusters: Resources;
  readonly ingressListeners: Resources;
  readonly clusters: Resources;
  readonly listeners: Resources;
  readonly routes: Resources;
  /** Names of clusters that some route or tcp listener may choose. */
  readonly targets: readonly string[];
}

function named(resources: readonly Json[]): Resources {
  return new Map(resources.map((resource) => [String(resource.name), resource]));
}

/** Renders a model; pure. */
export function render(model: RoutingModel, settings: ClusterSettings & ListenerSettings): Rendered {
  const gateways = new Set(model.gateways.map(({ gateway }) => gateway));
  const redirects = model.egress
    .filter(({ caller }) => gateways.has(caller))
    .map(({ id, address, protocol }) => redirectCluster(id, address, protocol));
  const ingressClusters = named(model.ingress.map((one) => appCluster(one, settings)));
  const ingressListeners = named(model.ingress.map(ingressListener));
  return {
    ingressClusters,
    ingressListeners,
    clusters: new Map([
      ...ingressClusters,
      ...named(model.targets.map((target) => targetCluster(target, settings))),
      ...named(redirects),
    ]),
    listeners: new Map([
      ...ingressListeners,
      ...named(model.egress.map((one) => egressListener(one, settings))),
      ...named(model.gateways.map((one) => gatewayListener(one, settings))),
    ]),
    routes: new Map([[ROUTES_NAME, routeConfiguration(model)]]),
    targets: model.targets.map(({ id }) => id),
  };
}
