import fc from 'fast-check';
import { ApiError, type ApiService } from '../../../../rehearsal/aws/api';
import { AppMeshService } from '../../../../rehearsal/aws/services/app-mesh/service';
import { ServiceDiscoveryService } from '../../../../rehearsal/aws/services/service-discovery/service';
import { SsmService } from '../../../../rehearsal/aws/services/ssm/service';
import { ACCOUNT, aClock, REGION } from '../server/fixtures';

const context = { clock: aClock(), region: REGION, account: ACCOUNT, changed: () => undefined };

const MEMBERS = [
  ...[
    'meshName',
    'virtualNodeName',
    'virtualRouterName',
    'routeName',
    'spec',
    'httpRoute',
    'listeners',
    'action',
  ],
  ...['tags', 'tagKeys', 'resourceArn', 'clientToken', 'limit', 'nextToken', 'meshOwner', 'provider'],
  ...[
    'Name',
    'Names',
    'Id',
    'ServiceId',
    'InstanceId',
    'NamespaceId',
    'DnsConfig',
    'Attributes',
    'Filters',
    'Values',
  ],
  ...[
    'Path',
    'ParameterFilters',
    'Key',
    'Option',
    'Value',
    'Type',
    'Tags',
    'ResourceARN',
    'ResourceId',
    'ResourceType',
  ],
  ...['MaxResults', 'NextToken', 'Overwrite', 'AllowedPattern', '__proto__', 'constructor', 'toString'],
];

const member = fc.constantFrom(...MEMBERS);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 0, -1, 1.5, 1e300, '', 'a', '/a', 'a:1', 'arn:aws:x', 'Parameter', 'MQ'),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(member, tie('value'), { maxKeys: 4 }),
  ),
}));
const input = fc.dictionary(member, value, { maxKeys: 6 });

describe.each<[string, () => ApiService]>([
  ['App Mesh', () => new AppMeshService(context)],
  ['Cloud Map', () => new ServiceDiscoveryService(context)],
  ['Parameter Store', () => new SsmService(context)],
])('%s', (_name, create) => {
  const service = create();

  it.each(Object.keys(service.operations))(
    '%s fails with nothing but an API error, whatever its input',
    async (name) => {
      const operation = service.operations[name]!;
      await fc.assert(
        fc.asyncProperty(input, async (given) => {
          expect(operation.resources(given).every((arn) => typeof arn === 'string')).toBe(true);
          operation.context?.(given);
          operation.alsoNeeds?.(given);
          const outcome = await Promise.resolve()
            .then(() => operation.run(given))
            .catch((error: unknown) => error);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ApiError);
        }),
        { numRuns: 60 },
      );
    },
  );
});
