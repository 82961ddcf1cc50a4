import { FunctionError, type FunctionRunner, type FunctionSpec } from '../../../contracts';
import { type ApiContext, ApiError, type ApiOperation, type ApiService } from '../../api';
import { pageOf } from '../paging';

const PREFIX = '/2015-03-31/functions';
const PAGES = { defaultSize: 50, maxSize: 50, tokenError: 'InvalidParameterValueException' };
const RUNTIME = 'nodejs20.x';
/** Where the path puts the function's name; a payload that has this member loses it. */
const NAME_MEMBER = '#FunctionName';

type Input = Readonly<Record<string, unknown>>;

/** What the Lambda API serves. */
export interface LambdaOptions {
  readonly functions: readonly FunctionSpec[];
  readonly runner: FunctionRunner;
}

/** The AWS Lambda API over the rehearsal's functions. */
export function createLambdaService(context: ApiContext, { functions, runner }: LambdaOptions): ApiService {
  const find = (input: Input): FunctionSpec => {
    const asked = String(input[NAME_MEMBER]);
    const found = functions.find(({ name, arn }) => name === asked || arn === asked);
    if (found !== undefined) return found;
    throw new ApiError('ResourceNotFoundException', `Function not found: ${arnOf(context, asked)}`, 404);
  };
  const onFunction = (iamAction: string, run: ApiOperation['run']): ApiOperation => ({
    iamAction: `lambda:${iamAction}`,
    resources: (input) => [arnOf(context, String(input[NAME_MEMBER]))],
    run,
  });
  return {
    signingName: 'lambda',
    protocols: [{ kind: 'rest-json', routes: ROUTES }],
    operations: {
      ListFunctions: {
        iamAction: 'lambda:ListFunctions',
        resources: () => ['*'],
        run: ({ Marker, MaxItems }: { Marker?: string; MaxItems?: string }) => {
          const page = pageOf(functions, Marker, MaxItems, PAGES);
          return {
            Functions: page.items.map((spec) => renderFunction(context, spec)),
            NextMarker: page.nextToken,
          };
        },
      },
      GetFunction: onFunction('GetFunction', (input) => {
        const found = find(input);
        return {
          Configuration: renderFunction(context, found),
          Code: { RepositoryType: 'S3', Location: found.bundleDir },
        };
      }),
      GetFunctionConfiguration: onFunction('GetFunctionConfiguration', (input) =>
        renderFunction(context, find(input)),
      ),
      Invoke: onFunction('InvokeFunction', (input) => invoke(runner, find(input), input)),
    },
  };
}

const ROUTES = [
  {
    method: 'GET',
    path: PREFIX,
    operation: 'ListFunctions',
    query: { Marker: 'Marker', MaxItems: 'MaxItems' },
  },
  { method: 'GET', path: `${PREFIX}/{${NAME_MEMBER}}`, operation: 'GetFunction' },
  { method: 'GET', path: `${PREFIX}/{${NAME_MEMBER}}/configuration`, operation: 'GetFunctionConfiguration' },
  { method: 'POST', path: `${PREFIX}/{${NAME_MEMBER}}/invocations`, operation: 'Invoke' },
] as const;

function arnOf({ region, account }: ApiContext, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:')
    ? nameOrArn
    : `arn:aws:lambda:${region}:${account}:function:${nameOrArn}`;
}

/** The protocol layer has no way to set `X-Amz-Function-Error`: a failed function is an API error instead. */
async function invoke(runner: FunctionRunner, { arn }: FunctionSpec, input: Input): Promise<unknown> {
  const { [NAME_MEMBER]: _name, ...payload } = input;
  try {
    return await runner.invoke(arn, payload);
  } catch (error) {
    if (error instanceof FunctionError) throw new ApiError(error.errorType, error.errorMessage, 400);
    throw error;
  }
}

function renderFunction({ account }: ApiContext, spec: FunctionSpec) {
  return {
    FunctionName: spec.name,
    FunctionArn: spec.arn,
    Runtime: RUNTIME,
    Role: `arn:aws:iam::${account}:role/${spec.roleName}`,
    Handler: spec.handler,
    Timeout: spec.timeoutSeconds,
    MemorySize: spec.memoryMb,
    Environment: { Variables: spec.environment },
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    Version: '$LATEST',
  };
}
