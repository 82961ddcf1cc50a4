import { createLambdaService } from '../../../rehearsal/aws/services/lambda/service';
import { createStsService } from '../../../rehearsal/aws/services/sts/service';
import { FunctionError, type FunctionSpec } from '../../../rehearsal/contracts';
import { aContext, serve } from './services-fixtures';

const spec: FunctionSpec = {
  name: 'shift',
  arn: 'arn:aws:lambda:eu-west-1:111122223333:function:shift',
  bundleDir: '/bundles/shift',
  handler: 'index.handler',
  environment: { A: '1' },
  timeoutSeconds: 30,
  memoryMb: 256,
  roleName: 'shift-role',
};
const invoked: unknown[] = [];
const runner = {
  invoke: async (arn: string, payload: unknown) => {
    invoked.push([arn, payload]);
    if ((payload as { fail?: boolean }).fail) throw new FunctionError('NotReady', 'still starting', '{}');
    return { weight: 10 };
  },
  stop: async () => undefined,
};

let served: Awaited<ReturnType<typeof serve>>;

beforeEach(async () => {
  const context = aContext();
  served = await serve(context, [
    createLambdaService(context, { functions: [spec], runner }),
    createStsService(context),
  ]);
});

afterEach(() => served.endpoint.close());

async function call(
  service: string,
  path: string,
  init: RequestInit & { headers?: Record<string, string> } = {},
) {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(`${served.endpoint.url}${path}`, {
    ...init,
    headers: { ...init.headers, authorization, connection: 'close' },
  });
  return { status: answer.status, text: await answer.text() };
}

describe('the Lambda service', () => {
  it('lists and shows functions', async () => {
    const listed = JSON.parse((await call('lambda', '/2015-03-31/functions/')).text);
    expect(listed.Functions).toEqual([
      expect.objectContaining({ FunctionName: 'shift', Timeout: 30, MemorySize: 256 }),
    ]);
    const shown = JSON.parse((await call('lambda', '/2015-03-31/functions/shift/configuration')).text);
    expect(shown).toMatchObject({ FunctionArn: spec.arn, Environment: { Variables: { A: '1' } } });
    expect(await call('lambda', '/2015-03-31/functions/none')).toMatchObject({ status: 404 });
  });

  it('invokes a function by name or ARN with the payload', async () => {
    const path = `/2015-03-31/functions/${encodeURIComponent(spec.arn)}/invocations`;
    expect(await call('lambda', path, { method: 'POST', body: '{"n":1}' })).toEqual({
      status: 200,
      text: '{"weight":10}',
    });
    expect(invoked.at(-1)).toEqual([spec.arn, { n: 1 }]);
  });

  it('fails with the error type of the function', async () => {
    const answer = await call('lambda', '/2015-03-31/functions/shift/invocations', {
      method: 'POST',
      body: '{"fail":true}',
    });
    expect(JSON.parse(answer.text)).toMatchObject({ __type: 'NotReady', message: 'still starting' });
  });
});

describe('the STS service', () => {
  it('names the account', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    expect((await call('sts', '/', { method: 'POST', body, headers })).text).toContain(
      '<Account>111122223333</Account>',
    );
  });
});
