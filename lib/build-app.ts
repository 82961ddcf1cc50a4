import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { context } from '../cdk.json';
import type { PlatformConfig } from '../core/config/platform-schema';
import { createTrafficRouting } from './constructs/traffic-routing/create-traffic-routing';
import { tagEnvironment } from './environment-tags';
import { stackName } from './naming';
import { ClusterStack } from './stacks/cluster-stack';
import { MonitoringStack } from './stacks/monitoring-stack';
import { NetworkStack } from './stacks/network-stack';
import { RolloutStack } from './stacks/rollout-stack';
import { ServiceStack } from './stacks/service-stack';
import { warningsFor } from './warnings';

const REPOSITORY = join(__dirname, '..');

/** What an environment is synthesized from. */
export interface BuildOptions {
  readonly platform: PlatformConfig;
  /** Folder for the cloud assembly. @default the CDK CLI's, or a temporary folder */
  readonly outdir?: string;
  /** Runs cdk-nag and the template validation; without them synth takes half the time. */
  readonly checks: boolean;
  /** Folder with one bundle per function. @default `dist/functions` of this repository */
  readonly bundles?: string;
  /** The bundled check that pipelines make before a build. @default `dist/check/check-specfiles/index.js` */
  readonly checkBundle?: string;
  /** Folder that each service's `source` is relative to. @default this repository */
  readonly sources?: string;
  /** The state machine's definition. @default `state-machine/rollout.asl.json` of this repository */
  readonly definition?: string;
}

/** An app that is ready to be synthesized, and what its builder must be told. */
export interface BuiltApp {
  readonly app: App;
  /** Sentences for the person who runs synth, to be printed once. */
  readonly warnings: readonly string[];
}

/** Builds every stack of one environment, in the order in which they depend on each other. */
export function buildApp(options: BuildOptions): BuiltApp {
  const { platform } = options;
  const app = createApp(options);
  const routing = createTrafficRouting(platform);
  const env = { region: platform.region };
  const name = (unit: string): string => stackName(platform.environment, unit);

  const network = new NetworkStack(app, name('network'), { env, platform, routing });
  const cluster = new ClusterStack(app, name('cluster'), { env, platform, vpc: network.vpc, routing });
  const rollout = new RolloutStack(app, name('rollout'), {
    env,
    platform,
    namespace: cluster.namespace,
    bundles: options.bundles ?? join(REPOSITORY, 'dist/functions'),
    definition: options.definition ?? readDefinition('rollout'),
    splitDefinition: readDefinition('split'),
  });
  const monitoring = new MonitoringStack(app, name('monitoring'), { env, platform });
  monitoring.addStackDependency(rollout);
  for (const service of platform.services) {
    const { namespace, memberGroup, gatewayGroup } = cluster;
    const shared = { env, platform, vpc: network.vpc, namespace, memberGroup, gatewayGroup, routing };
    const stack = new ServiceStack(app, name(service.name), {
      ...shared,
      service,
      sources: options.sources ?? REPOSITORY,
      checkBundle: options.checkBundle ?? join(REPOSITORY, 'dist/check/check-specfiles/index.js'),
    });
    stack.addStackDependency(cluster);
    // Its pipeline releases as soon as it is made.
    stack.addStackDependency(rollout);
  }
  return { app, warnings: warningsFor(platform, routing) };
}

function createApp(options: BuildOptions): App {
  const app = new App({
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
    // The same flags whoever synthesizes: the CDK CLI, a test or the rehearsal.
    context,
    analyticsReporting: false,
    treeMetadata: options.checks,
    builtinCloudFormationValidation: options.checks,
  });
  tagEnvironment(app, options.platform.environment);
  if (options.checks) {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  return app;
}

function readDefinition(name: 'rollout' | 'split'): string {
  return readFileSync(join(REPOSITORY, `state-machine/${name}.asl.json`), 'utf8');
}
