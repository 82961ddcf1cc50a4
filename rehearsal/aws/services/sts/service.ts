import type { ApiContext, ApiService } from '../../api';

/** AWS STS: tells a caller which account it talks to. */
export function createStsService({ account }: ApiContext): ApiService {
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
    },
  };
}
