import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseOptions } from './options';
import type { RunningBuild } from './running-build';
import { StandInError } from './stand-in-error';

/** What stands in for what the AWS CLI would reach. */
export interface AwsCliParts {
  /** File of the assembly by its object key; undefined when it uploads no such object. */
  readonly asset: (key: string) => string | undefined;
}

const KNOWN = 'aws ecr get-login-password, aws s3 cp s3://BUCKET/KEY FILE';
const COMMON = { region: 'ignored-value', 'no-cli-pager': 'ignored' } as const;

/**
 * Carries out one `aws` command of a build.
 * @throws {StandInError} for what AWS would refuse, and for a command that is not rehearsed.
 * @throws {AccessDenied} when the build's role may not.
 */
export function runAwsCli(argv: readonly string[], build: RunningBuild, parts: AwsCliParts): void {
  const [service, operation, ...args] = argv;
  if (service === 'ecr' && operation === 'get-login-password') {
    parseOptions('aws ecr get-login-password', args, COMMON);
    build.demand(['ecr:GetAuthorizationToken'], '*');
    build.say('rehearsal');
    return;
  }
  if (service === 's3' && operation === 'cp') {
    copyObject(args, build, parts);
    return;
  }
  throw new StandInError(
    `aws ${argv.join(' ')}: not rehearsed; the stand-in for the AWS CLI knows ${KNOWN}`,
    252,
  );
}

function copyObject(args: readonly string[], build: RunningBuild, parts: AwsCliParts): void {
  const known = {
    ...COMMON,
    'only-show-errors': 'ignored',
    quiet: 'ignored',
    'no-progress': 'ignored',
  } as const;
  const { rest } = parseOptions('aws s3 cp', args, known);
  const [from = '', to = ''] = rest;
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(from) ?? [];
  if (bucket === undefined || key === undefined || to === '' || to.startsWith('s3://')) {
    throw new StandInError(`aws s3 cp ${args.join(' ')}: not rehearsed; known is ${KNOWN}`, 252);
  }
  build.demand(['s3:GetObject'], `arn:aws:s3:::${bucket}/${key}`);
  const file = parts.asset(basename(key));
  if (file === undefined) {
    throw new StandInError(
      `fatal error: An error occurred (404) when calling the HeadObject operation: Key "${key}" does not exist`,
    );
  }
  const place = resolve(build.cwd, to);
  mkdirSync(dirname(place), { recursive: true });
  // Builds beside one another may write the same file: nobody ever reads half of it.
  const whole = `${place}.${build.commit.slice(0, 8)}.${process.pid}`;
  copyFileSync(file, whole);
  renameSync(whole, place);
}
