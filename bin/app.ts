import { join } from 'node:path';
import { runSynth } from '../lib/run-synth';

/** The CDK app: `cdk synth` runs it. `-c platform=FILE` or PLATFORM_FILE names another platform.yaml. */
runSynth({
  root: join(__dirname, '..'),
  platformFile: contextValue('platform') ?? process.env.PLATFORM_FILE ?? join(__dirname, '../platform.yaml'),
  checks: true,
}).then((exitCode) => {
  process.exitCode = exitCode;
});

/** Context of the CDK CLI, which it hands over before an app exists. */
function contextValue(key: string): string | undefined {
  const value: unknown = (JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}') as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}
