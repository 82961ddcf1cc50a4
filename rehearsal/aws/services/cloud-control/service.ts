import { randomUUID } from 'node:crypto';
import { messageOf } from '../../../assembly/errors';
import type { AccountResource, AccountResources } from '../../account/resources';
import { type ApiContext, ApiError, type ApiOperation, type ApiService } from '../../api';
import type { ResourceOperator } from '../cloudformation/resource-operator';

interface Input {
  readonly TypeName?: string;
  readonly Identifier?: string;
  readonly PatchDocument?: string;
  readonly RequestToken?: string;
}

/** What a resource that is not among the account's, but lives in a service, looks like; null when it is not there. */
export type LiveLookup = (type: string, identifier: string) => Promise<AccountResource['properties'] | null>;

/** Types that AWS's Cloud Control does not serve, though CloudFormation does. */
const UNSERVED = /^AWS::(CodeCommit|AppMesh|ServiceDiscovery)::/;

/** AWS Cloud Control: any resource by type and identifier. Requests have succeeded when the call returns. */
export function createCloudControlService(
  context: ApiContext,
  resources: AccountResources,
  operator: ResourceOperator,
  lookUp: LiveLookup,
): ApiService {
  const on = (name: string, run: (input: Input) => unknown): ApiOperation<Input> => ({
    iamAction: `cloudformation:${name}`,
    resources: () => ['*'],
    run: (input) => {
      if (UNSERVED.test(input.TypeName ?? '')) {
        throw new ApiError(
          'UnsupportedActionException',
          `Resource type ${input.TypeName} does not support ${name} action`,
        );
      }
      return run(input);
    },
  });
  const find = async ({ TypeName = '', Identifier = '' }: Input) => {
    const known = resources
      .ofType(TypeName)
      .find(({ physicalId, arn }) => physicalId === Identifier || arn === Identifier);
    if (known !== undefined) return known;
    const properties = await lookUp(TypeName, Identifier);
    if (properties !== null) return { physicalId: Identifier, properties };
    throw new ApiError(
      'ResourceNotFoundException',
      `Resource of type '${TypeName}' with identifier '${Identifier}' was not found.`,
    );
  };
  const progress = ({ TypeName, Identifier }: Input, Operation: string, failure?: string) => ({
    ProgressEvent: {
      TypeName,
      Identifier,
      Operation,
      RequestToken: randomUUID(),
      OperationStatus: failure === undefined ? 'SUCCESS' : 'FAILED',
      ...(failure === undefined ? {} : { StatusMessage: failure, ErrorCode: 'GeneralServiceException' }),
      EventTime: new Date(context.clock.now()),
    },
  });
  return {
    signingName: 'cloudcontrolapi',
    protocols: [{ kind: 'json', version: '1.0', targetPrefix: 'CloudApiService' }],
    operations: {
      GetResource: on('GetResource', async (input) => {
        const { properties } = await find(input);
        return {
          TypeName: input.TypeName,
          ResourceDescription: { Identifier: input.Identifier, Properties: JSON.stringify(properties) },
        };
      }),
      DeleteResource: on('DeleteResource', async (input) => {
        const found = await find(input);
        try {
          await operator.remove(input.TypeName ?? '', found);
          return progress(input, 'DELETE');
        } catch (error) {
          return progress(input, 'DELETE', messageOf(error));
        }
      }),
      UpdateResource: on('UpdateResource', async (input) => {
        const found = await find(input);
        const patch = JSON.parse(input.PatchDocument ?? '[]') as readonly { path: string; value: unknown }[];
        const changed = patch.map(({ path, value }) => [path.replace(/^\//, ''), value]);
        if ('type' in found) found.properties = { ...found.properties, ...Object.fromEntries(changed) };
        return progress(input, 'UPDATE');
      }),
    },
  };
}
