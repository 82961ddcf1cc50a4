import type { RouteSpec, WeightedTarget } from '@aws-sdk/client-app-mesh';
import {
  type ServiceBinding,
  versionOfResource,
  versionResourceName,
} from '../../../core/config/service-binding';
import { CanaryError } from '../../../core/errors';
import { createSplit, NO_TRAFFIC, type Split, type Weights } from '../../../core/traffic/split';

/** App Mesh takes no more targets in one route. */
const MAX_TARGETS = 10;
/** Seconds; App Mesh's own default for a whole request. */
const REQUEST_SECONDS = 15;
/** Seconds; App Mesh's own default. Shorter ones cut pooled database connections. */
const TCP_IDLE_SECONDS = 300;

type RouteBinding = Pick<ServiceBinding, 'environment' | 'service' | 'protocol' | 'router'>;

/**
 * The body of the route that carries a split. It matches everything and repeats nothing: a repeated request would
 * hide the new version's failures from the verdict and could apply a write twice. The empty policy is written out,
 * for a route without one gets App Mesh's hidden two retries.
 * @throws {CanaryError} `AwsCallRefused` beyond ten targets.
 */
export function renderRoute(binding: RouteBinding, split: Split): RouteSpec {
  const weightedTargets = renderTargets(binding, split);
  const match = { prefix: '/' };
  const action = { weightedTargets };
  switch (binding.protocol) {
    case 'http':
      return { httpRoute: { match, action, retryPolicy: noRetries() } };
    case 'http2':
      return { http2Route: { match, action, retryPolicy: noRetries() } };
    case 'grpc':
      return { grpcRoute: { match: {}, action, retryPolicy: noRetries() } };
    case 'tcp':
      return { tcpRoute: { action, timeout: { idle: { unit: 's', value: TCP_IDLE_SECONDS } } } };
  }
}

/** Targets of a route, whatever its protocol. */
export function targetsOf(spec: RouteSpec): readonly WeightedTarget[] {
  const route = spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute ?? spec.tcpRoute;
  return route?.action?.weightedTargets ?? [];
}

/**
 * Weights as the route has them, by version; a version that the route names twice has their sum.
 * @throws {CanaryError} `AwsCallRefused` when the route names a virtual node that is no version of this service.
 */
export function rawWeights(binding: RouteBinding, spec: RouteSpec): Weights {
  const weights: Record<string, number> = {};
  for (const target of targetsOf(spec)) {
    const version = versionOfResource(binding, target.virtualNode ?? '');
    if (version === null) {
      throw foreignTarget(binding, target.virtualNode ?? '(none)');
    }
    weights[version] = (weights[version] ?? 0) + (target.weight ?? 0);
  }
  return weights;
}

/**
 * The split that a route makes. App Mesh's weights are relative, so weights edited by hand to another sum are the
 * shares they stand for; the largest remainders round up. All weights zero is no traffic.
 */
export function readSplit(binding: RouteBinding, spec: RouteSpec): Split {
  const entries = Object.entries(rawWeights(binding, spec));
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  if (sum === 0) {
    return NO_TRAFFIC;
  }
  const shares = entries.map(([version, weight]) => ({ version, share: (weight * 100) / sum }));
  const floors = shares.map(({ version, share }) => ({
    version,
    weight: Math.floor(share),
    rest: share % 1,
  }));
  let missing = 100 - floors.reduce((total, { weight }) => total + weight, 0);
  const weights: Record<string, number> = {};
  for (const { version, weight } of floors.sort((a, b) => b.rest - a.rest)) {
    weights[version] = missing > 0 ? weight + 1 : weight;
    missing -= 1;
  }
  return createSplit(weights);
}

function renderTargets(binding: RouteBinding, split: Split): WeightedTarget[] {
  const targets = Object.entries(split.weights);
  if (targets.length > MAX_TARGETS) {
    throw new CanaryError(
      'AwsCallRefused',
      `the route of service "${binding.service}" cannot have ${targets.length} targets: App Mesh allows ${MAX_TARGETS}; leave versions at weight 0 out`,
      { service: binding.service, versions: Object.keys(split.weights) },
    );
  }
  return targets.map(([version, weight]) => ({ virtualNode: versionResourceName(binding, version), weight }));
}

function noRetries() {
  return {
    maxRetries: 0,
    perRetryTimeout: { unit: 's' as const, value: REQUEST_SECONDS },
    tcpRetryEvents: ['connection-error' as const],
  };
}

function foreignTarget(binding: RouteBinding, node: string): CanaryError {
  return new CanaryError(
    'AwsCallRefused',
    `route "${binding.router.route}" sends traffic to virtual node "${node}", which is no version of service "${binding.service}"; allowed: nodes named "${versionResourceName(binding, '<version>')}"; remove that target from the route by hand, then start the rollout again`,
    { service: binding.service, route: binding.router.route, virtualNode: node },
  );
}
