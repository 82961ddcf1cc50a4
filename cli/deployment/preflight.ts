import type { EnvironmentClients } from '../../adapters/environment/clients';
import { bootstrapVersion } from '../../adapters/environment/identity';
import type { DeployedStack } from '../../adapters/environment/stacks';
import type { PlatformConfig } from '../../core/config/platform-schema';
import { ENVIRONMENT_TAG } from '../../core/config/tags';
import { isAws, type Target } from '../environment/target';
import type { Assembly } from './assembly';

/** Why an environment of this router cannot be deployed; null when it can. */
export function routerProblem(platform: PlatformConfig, target: Pick<Target, 'endpoint'>): string | null {
  return platform.router === 'appmesh' && isAws(target)
    ? 'router "appmesh" cannot be deployed: AWS retired App Mesh on 2026-09-30 and refuses its resources; the routers that follow it are VPC Lattice (service to service) and the load balancer (ingress); until one of them is there, "make play" runs this environment on your own machine'
    : null;
}

/** The account is not the one that platform.yaml names. */
export function accountProblem(platform: PlatformConfig, account: string): string | null {
  return platform.account === undefined || platform.account === account
    ? null
    : `these credentials are for account ${account}, but platform.yaml says account ${platform.account}; use credentials of that account, or correct the file`;
}

/** The CDK's bootstrap is missing or too old; null when it will do. */
export async function bootstrapProblem(
  clients: EnvironmentClients,
  { bootstrap }: Assembly,
  place: { readonly account: string; readonly region: string },
): Promise<string | null> {
  const version = await bootstrapVersion(clients, bootstrap.parameter);
  const todo = `run once: npx cdk bootstrap aws://${place.account}/${place.region}`;
  if (version === null) {
    return `account ${place.account} is not bootstrapped for the CDK in ${place.region} (parameter ${bootstrap.parameter} is missing); ${todo}`;
  }
  return version >= bootstrap.version
    ? null
    : `the CDK's bootstrap in ${place.region} has version ${version}, at least ${bootstrap.version} is needed; ${todo}`;
}

/**
 * Other environments of this account and region whose names, followed by a dash, begin this one's, or the other way
 * round: policies name resources by `ENVIRONMENT-*`, so each could touch what is the other's.
 */
export function overlapProblems(deployed: readonly DeployedStack[], environment: string): readonly string[] {
  const others = new Set(deployed.flatMap(({ tags }) => tags[ENVIRONMENT_TAG] ?? []));
  return [...others]
    .filter(
      (other) => `${other}-`.startsWith(`${environment}-`) !== `${environment}-`.startsWith(`${other}-`),
    )
    .sort()
    .map(
      (other) =>
        `environment "${other}" is deployed here already, and names of "${environment}" could be taken for its names; allowed: names of which none begins with the other and a dash; choose another environment name, or another region`,
    );
}

/** What to do about a stack that takes no change in its state, by status. */
const CLOSED: Readonly<Record<string, string>> = {
  DELETE_FAILED: 'run "make destroy", which removes what holds it, then deploy again',
  CREATE_FAILED: 'run "make destroy", then deploy again',
  UPDATE_ROLLBACK_FAILED:
    'correct what its events name, then run: aws cloudformation continue-update-rollback --stack-name',
};

/** Stacks of the names that are to be deployed, which are not this environment's or take no change as they are. */
export function stackProblems(
  assembly: Assembly,
  deployed: readonly DeployedStack[],
  environment: string,
): readonly string[] {
  const names = new Set(assembly.stacks.map(({ name }) => name));
  const concerned = deployed.filter(
    ({ name, tags }) => names.has(name) || tags[ENVIRONMENT_TAG] === environment,
  );
  return concerned.flatMap(({ name, status, tags }) => {
    if (tags[ENVIRONMENT_TAG] !== environment && status !== 'REVIEW_IN_PROGRESS') {
      return [
        `stack "${name}" exists already and is not of environment "${environment}" (it does not carry the tag ${ENVIRONMENT_TAG}=${environment}); choose another environment name`,
      ];
    }
    if (status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS') {
      return [
        `something is going on in stack "${name}" (${status}); wait until it has ended, then deploy again`,
      ];
    }
    const todo = CLOSED[status];
    return todo === undefined
      ? []
      : [`stack "${name}" takes no change (${status}); ${todo} ${todo.endsWith('name') ? name : ''}`.trim()];
  });
}
