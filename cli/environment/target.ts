import type { ClientSettings } from '../../adapters/clients';
import { createEnvironmentClients, type EnvironmentClients } from '../../adapters/environment/clients';
import { type Caller, whoCalls } from '../../adapters/environment/identity';

/** Where an environment is, and as whom it is reached. */
export interface Target {
  readonly environment: string;
  readonly region: string;
  /** Another endpoint than AWS's own. */
  readonly endpoint: string | null;
}

/** Whether calls go to AWS itself, and not to something on this machine. */
export function isAws({ endpoint }: Pick<Target, 'endpoint'>): boolean {
  return endpoint === null || /(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(hostOf(endpoint));
}

function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).hostname : endpoint;
}

/** Credentials for an endpoint that checks none, where the person has set none. */
const PLACEHOLDER = { accessKeyId: 'AKIAREHEARSAL0000000', secretAccessKey: 'not-checked' };

/** Environment variables with which any AWS client, the CDK's command line too, reaches the target. */
export function targetVariables(target: Target, own: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const region = { AWS_REGION: target.region, AWS_DEFAULT_REGION: target.region };
  if (target.endpoint === null) {
    return region;
  }
  const hasKey = own.AWS_ACCESS_KEY_ID !== undefined || own.AWS_PROFILE !== undefined;
  return {
    ...region,
    AWS_ENDPOINT_URL: target.endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(hasKey || isAws(target)
      ? {}
      : { AWS_ACCESS_KEY_ID: PLACEHOLDER.accessKeyId, AWS_SECRET_ACCESS_KEY: PLACEHOLDER.secretAccessKey }),
  };
}

/** The target's clients. */
export function connect(target: Target, own: NodeJS.ProcessEnv): EnvironmentClients {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = targetVariables(
    target,
    own,
  );
  const settings: ClientSettings = {
    region: target.region,
    ...(target.endpoint === null ? {} : { endpoint: target.endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  };
  return createEnvironmentClients(settings);
}

/** Who is calling, or the sentence that says why nobody is. */
export async function callerOf(
  clients: EnvironmentClients,
): Promise<{ readonly caller: Caller } | { readonly problem: string }> {
  try {
    return { caller: await whoCalls(clients) };
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return {
      problem: `no usable AWS credentials: ${cause}; sign in (aws sso login), name a profile (--profile P) or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    };
  }
}
