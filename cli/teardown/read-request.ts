import { platformSchema } from '../../core/config/platform-schema';
import { ENVIRONMENT_NAME_PATTERN } from '../../core/config/service-name';
import type { Problem } from '../../core/errors';
import type { FileProblem } from '../../documents/file-problem';
import { readDocument } from '../../documents/read-document';
import type { CommandArguments } from '../command';
import type { Target } from '../environment/target';
import type { DestroyRequest } from './destroy';

/** What is wrong with the command line, or with the platform file that it names. */
export function destroyProblems(args: CommandArguments): readonly (Problem | FileProblem)[] {
  const name = args.text('environment');
  if (name === undefined) {
    return readPlatform(args).problems;
  }
  const problems: Problem[] = [];
  if (!ENVIRONMENT_NAME_PATTERN.test(name)) {
    problems.push({
      path: '--environment',
      received: `"${name}"`,
      allowed: 'the name of an environment: lower-case letters, digits and single dashes',
      todo: 'correct the name',
    });
  }
  if (regionOf(args) === undefined) {
    problems.push({
      path: '--region',
      received: 'nothing',
      allowed: 'an AWS region',
      todo: 'add --region REGION, or set AWS_REGION',
    });
  }
  return problems;
}

/** The request of a command line that `destroyProblems` found nothing wrong with. */
export function readDestroyRequest(args: CommandArguments): DestroyRequest {
  useProfile(args);
  const how = { isConfirmed: args.flag('yes'), json: args.flag('json') };
  const name = args.text('environment');
  if (name !== undefined) {
    return { environment: name, region: regionOf(args) ?? '', account: null, ...how };
  }
  const { document } = readPlatform(args);
  if (document === null) {
    throw new Error('the platform file has changed since it was checked; run the command again');
  }
  const { environment, region, account = null } = document;
  return { environment, region, account, ...how };
}

/** Where the request's environment is. */
export function targetOf(args: CommandArguments, request: Pick<Target, 'environment' | 'region'>): Target {
  const endpoint = args.text('endpoint-url') ?? process.env.AWS_ENDPOINT_URL ?? null;
  return { environment: request.environment, region: request.region, endpoint };
}

/** Every AWS client, and the CDK's command line, reads the profile from the process's variables. */
export function useProfile(args: CommandArguments): void {
  const profile = args.text('profile');
  if (profile !== undefined) {
    process.env.AWS_PROFILE = profile;
  }
}

function regionOf(args: CommandArguments): string | undefined {
  return args.text('region') ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
}

function readPlatform(args: CommandArguments) {
  return readDocument({ path: args.text('platform') ?? 'platform.yaml', format: 'yaml' }, platformSchema);
}
