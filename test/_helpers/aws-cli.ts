import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../rehearsal/functions/package-root';

/**
 * Runs the AWS CLI against a local endpoint and answers what it printed, as JSON.
 * @throws Error with the CLI's own words when it fails.
 */
export function awsCli(
  endpoint: string,
  region: string,
  ...args: string[]
): Promise<Record<string, unknown>> {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: 'operator',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_DEFAULT_REGION: region,
    AWS_PAGER: '',
  };
  const all = ['--endpoint-url', endpoint, '--output', 'json', ...args];
  return new Promise((resolve, reject) => {
    execFile(
      join(packageRoot(), '.venv/bin/aws'),
      all,
      { env, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error !== null) {
          reject(new Error(`aws ${args.join(' ')}: ${stderr.trim() || error.message}`));
        } else {
          resolve(JSON.parse(stdout === '' ? '{}' : stdout));
        }
      },
    );
  });
}
