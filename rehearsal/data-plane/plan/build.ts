import type { MeshPlan } from '../../contracts';
import { UnsupportedMeshFeature } from '../errors';
import { type AddressBook, OutOfPorts } from './addresses';
import { type GatewayDestination, gatewayDestinations, gatewayRoutes } from './gateways';
import {
  compoundId,
  type EgressListener,
  type GatewayListener,
  type MeshProtocol,
  type RoutingModel,
  type Target,
} from './model';
import { nodeTarget, taskIngress } from './nodes';
import { servicePorts } from './virtual-services';

function egressListeners(
  plan: MeshPlan,
  book: AddressBook,
  caller: string,
  virtualService: string,
  behindGateway: boolean,
): readonly EgressListener[] {
  return servicePorts(plan.mesh, virtualService).map((behind) => ({
    id: compoundId('egress', caller, virtualService, behind.port),
    caller,
    virtualService,
    port: behind.port,
    address: book.egress(caller, virtualService, behind.port),
    protocol: behind.protocol,
    ...(behindGateway ? {} : { host: `${virtualService}:${behind.port}` }),
    routes: behind.routes,
    ...(behind.tcp === undefined ? {} : { tcp: behind.tcp }),
  }));
}

function nodeEgress(plan: MeshPlan, book: AddressBook): readonly EgressListener[] {
  const running = new Set(plan.tasks.map((task) => task.node));
  return plan.mesh.virtualNodes
    .filter((node) => running.has(node.name))
    .flatMap((node) => {
      const backends = (node.spec.backends ?? []).flatMap(
        (backend) => backend.virtualService?.virtualServiceName ?? [],
      );
      return [...new Set(backends)].flatMap((name) => egressListeners(plan, book, node.name, name, false));
    });
}

function gatewayEgress(plan: MeshPlan, book: AddressBook): readonly EgressListener[] {
  return plan.mesh.virtualGateways.flatMap((gateway) => {
    const destinations = gatewayDestinations(plan.mesh, gateway);
    const wanted = new Set(destinations.map((one) => `${one.virtualService}:${one.port}`));
    return [...new Set(destinations.map((one) => one.virtualService))]
      .flatMap((name) => egressListeners(plan, book, gateway.name, name, true))
      .filter((one) => wanted.has(`${one.virtualService}:${one.port}`));
  });
}

function gatewayListeners(plan: MeshPlan, book: AddressBook): readonly GatewayListener[] {
  return plan.mesh.virtualGateways.map((gateway) => ({
    id: compoundId('gateway', gateway.name),
    gateway: gateway.name,
    address: book.gateway(gateway.name),
    protocol: (gateway.spec.listeners?.[0]?.portMapping?.protocol ?? 'http') as MeshProtocol,
    routes: gatewayRoutes(plan.mesh, gateway, ({ virtualService, port }: GatewayDestination) =>
      compoundId('egress', gateway.name, virtualService, port),
    ),
  }));
}

function targetsOf(plan: MeshPlan, egress: readonly EgressListener[]): readonly Target[] {
  const targets = new Map<string, Target>();
  for (const listener of egress) {
    const nodes = [...listener.routes.flatMap((route) => route.targets), ...(listener.tcp?.targets ?? [])];
    for (const { node } of nodes) {
      const target = nodeTarget(plan, listener.caller, node);
      targets.set(target.id, target);
    }
  }
  return [...targets.values()];
}

function refuseUnsupported(plan: MeshPlan): void {
  const problems = plan.mesh.virtualNodes.flatMap(({ name, spec }) => {
    const found: string[] = [];
    const listeners = spec.listeners ?? [];
    if (listeners.some((one) => one.tls !== undefined)) found.push('listener tls');
    if (listeners.some((one) => one.outlierDetection !== undefined)) found.push('outlierDetection');
    if (spec.serviceDiscovery?.dns !== undefined) found.push('serviceDiscovery.dns');
    return found.map(
      (feature) =>
        `virtual node "${name}" uses ${feature}, which the rehearsal does not have; remove it or rehearse without it`,
    );
  });
  if (problems.length > 0) throw new UnsupportedMeshFeature(problems);
}

/**
 * What the proxies must do for `plan`; `book` hands out an address for each new listener.
 * @throws {UnsupportedMeshFeature} when the mesh asks for TLS, outlier detection or DNS discovery.
 */
export async function planRoutes(plan: MeshPlan, book: AddressBook): Promise<RoutingModel> {
  refuseUnsupported(plan);
  for (;;) {
    await book.fill();
    try {
      return buildRoutingModel(plan, book);
    } catch (error) {
      // A large plan: what was given so far stays given, so each round gets further.
      if (!(error instanceof OutOfPorts)) throw error;
    }
  }
}

function buildRoutingModel(plan: MeshPlan, book: AddressBook): RoutingModel {
  const egress = [...nodeEgress(plan, book), ...gatewayEgress(plan, book)];
  return {
    egress,
    gateways: gatewayListeners(plan, book),
    ingress: plan.tasks.flatMap((task) => taskIngress(plan, task) ?? []),
    targets: targetsOf(plan, egress),
  };
}
