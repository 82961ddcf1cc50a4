import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ask, unlessGone } from './call';
import type { EnvironmentClients } from './clients';

/** Who is calling. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
}

/** Asks AWS who is calling. @throws {CanaryError} when there are no credentials, or AWS does not take them. */
export async function whoCalls({ sts }: Pick<EnvironmentClients, 'sts'>): Promise<Caller> {
  const { Account = '', Arn = '' } = await ask('sts:GetCallerIdentity', {}, () =>
    sts.send(new GetCallerIdentityCommand({})),
  );
  return { account: Account, arn: Arn };
}

/** Version of the CDK's bootstrap stack, from the parameter that it keeps; null when it was never deployed. */
export async function bootstrapVersion(
  { ssm }: Pick<EnvironmentClients, 'ssm'>,
  parameter: string,
): Promise<number | null> {
  const answer = await unlessGone(['ParameterNotFound'], () =>
    ask('ssm:GetParameter', { parameter }, () => ssm.send(new GetParameterCommand({ Name: parameter }))),
  );
  return answer === undefined ? null : Number(answer.Parameter?.Value);
}
