import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { context } from '../../cdk.json';
import type { PlatformConfig } from '../../core/config/platform-schema';
import { createTrafficRouting } from '../../lib/constructs/traffic-routing/create-traffic-routing';
import { ClusterStack } from '../../lib/stacks/cluster-stack';
import { NetworkStack } from '../../lib/stacks/network-stack';
import { aPlatform } from './templates';

/** The stacks that own the network and the way in. */
export interface SharedStacks {
  readonly network: Template;
  readonly cluster: Template;
}

/** Network and cluster alone, without the checks: fast enough for a test per option. */
export function sharedStacks(change: object = {}): SharedStacks {
  const { network, cluster } = build(new App({ context, analyticsReporting: false }), aPlatform(change));
  return { network: Template.fromStack(network), cluster: Template.fromStack(cluster) };
}

/** What cdk-nag and the template validation say of network and cluster. */
export interface Findings {
  readonly open: readonly unknown[];
  readonly excused: readonly { readonly reason: string }[];
}

/** Synthesizes network and cluster with the checks. */
export function findingsOf(change: object): Findings {
  const outdir = mkdtempSync(join(tmpdir(), 'shared-'));
  try {
    const app = new App({
      context,
      analyticsReporting: false,
      builtinCloudFormationValidation: true,
      outdir,
    });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    build(app, aPlatform(change));
    app.synth();
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
      pluginReports: { violations?: unknown[]; suppressedViolations?: { reason: string }[] }[];
    };
    return {
      open: report.pluginReports.flatMap((plugin) => plugin.violations ?? []),
      excused: report.pluginReports.flatMap((plugin) => plugin.suppressedViolations ?? []),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function build(app: App, platform: PlatformConfig): { network: NetworkStack; cluster: ClusterStack } {
  const env = { region: platform.region };
  const routing = createTrafficRouting(platform);
  const network = new NetworkStack(app, 'network', { env, platform, routing });
  const cluster = new ClusterStack(app, 'cluster', { env, platform, vpc: network.vpc, routing });
  return { network, cluster };
}
