import type { ApiContext, ApiService } from '../../api';
import { textOf } from '../../server/validation';

const SESSION_MILLIS = 3_600_000;

/** AWS STS: tells a caller which account it talks to. */
export function createStsService(context: ApiContext): ApiService {
  const { account } = context;
  return {
    signingName: 'sts',
    protocols: [
      { kind: 'query', apiVersion: '2011-06-15', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
    ],
    operations: {
      GetCallerIdentity: {
        iamAction: 'sts:GetCallerIdentity',
        resources: () => ['*'],
        run: () => ({ UserId: 'REHEARSAL', Account: account, Arn: `arn:aws:iam::${account}:user/rehearsal` }),
      },
      AssumeRole: {
        iamAction: 'sts:AssumeRole',
        resources: ({ RoleArn }) => [textOf(RoleArn)],
        run: ({ RoleArn, RoleSessionName }) => assumed(context, textOf(RoleArn), textOf(RoleSessionName)),
      },
    },
  };
}

/** Credentials of a role that nobody knows here: who has them is the operator. */
function assumed({ clock }: ApiContext, roleArn: string, session: string): unknown {
  // The wall's time, not the rehearsal's: clients compare it with their own.
  const expiration = new Date(Math.max(clock.now(), Date.now()) + SESSION_MILLIS);
  return {
    Credentials: {
      AccessKeyId: 'ASIAREHEARSAL0000000',
      SecretAccessKey: 'not-checked',
      SessionToken: 'not-checked',
      Expiration: expiration,
    },
    AssumedRoleUser: { AssumedRoleId: `AROAREHEARSAL:${session}`, Arn: `${roleArn}/${session}` },
  };
}
