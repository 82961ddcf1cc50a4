import { AppMeshClient, DescribeMeshCommand, ListMeshesCommand } from '@aws-sdk/client-app-mesh';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetTopicAttributesCommand, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ApiError } from '../../../../rehearsal/aws/api';
import { aMeshService, anEchoService, clientConfig, type RunningEndpoint, startEndpoint } from './fixtures';

const inputs: Record<string, unknown>[] = [];
const remember =
  (answer: unknown) =>
  (input: Record<string, unknown>): unknown => {
    inputs.push(input);
    if (answer instanceof Error) throw answer;
    return answer;
  };

const ssm = anEchoService(
  { signingName: 'ssm', protocols: [{ kind: 'json', version: '1.1', targetPrefix: 'AmazonSSM' }] },
  {
    GetParameter: remember({
      Parameter: { Name: 'a', Version: 3, LastModifiedDate: new Date(1_893_456_000_500) },
    }),
    GetParameters: remember(new ApiError('ParameterNotFound', 'no "x"', 400)),
  },
);
const sns = anEchoService(
  {
    signingName: 'sns',
    protocols: [{ kind: 'query', apiVersion: '2010-03-31', xmlNamespace: 'http://sns/doc/' }],
  },
  {
    Publish: remember({ MessageId: 'm & <1>\u0001' }),
    GetTopicAttributes: remember({ Attributes: new Map([['DisplayName', 'rollouts']]) }),
    ListTopics: remember(new ApiError('NotFound', 'no <topic>', 404)),
  },
);
const monitoring = anEchoService(
  {
    signingName: 'monitoring',
    protocols: [
      { kind: 'json', version: '1.0', targetPrefix: 'GraniteServiceVersion20100801' },
      { kind: 'query', apiVersion: '2010-08-01', xmlNamespace: 'http://monitoring/doc/' },
    ],
  },
  {
    PutMetricData: remember(undefined),
    DescribeAlarms: remember({ MetricAlarms: [{ AlarmName: 'a', At: new Date(0), Gone: undefined }] }),
  },
);

let running: RunningEndpoint;
beforeAll(async () => {
  running = await startEndpoint([ssm, sns, monitoring, aMeshService()]);
});
afterAll(() => running.endpoint.close());
beforeEach(() => {
  inputs.length = 0;
});

async function form(service: string, body: string): Promise<Response> {
  return fetch(running.endpoint.url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20300101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
}

describe('JSON protocol', () => {
  it('carries input and output, dates as epoch seconds', async () => {
    const client = new SSMClient(clientConfig(running.endpoint));
    const { Parameter, $metadata } = await client.send(
      new GetParameterCommand({ Name: '/a', WithDecryption: true }),
    );
    expect(inputs).toEqual([{ Name: '/a', WithDecryption: true }]);
    expect(Parameter).toEqual({ Name: 'a', Version: 3, LastModifiedDate: new Date(1_893_456_000_500) });
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('fails as a client parses failures', async () => {
    const client = new SSMClient(clientConfig(running.endpoint));
    const unknown = client.send(new GetParameterCommand({ Name: '/a' }));
    await expect(unknown).resolves.toBeDefined();
    const { GetParametersCommand, ParameterNotFound } = await import('@aws-sdk/client-ssm');
    await expect(client.send(new GetParametersCommand({ Names: ['x'] }))).rejects.toThrow(ParameterNotFound);
  });

  it('reads compressed bodies', async () => {
    const client = new CloudWatchClient(clientConfig(running.endpoint));
    const MetricData = Array.from({ length: 300 }, (_, index) => ({
      MetricName: `metric-number-${index}`,
      Value: index,
    }));
    await client.send(new PutMetricDataCommand({ Namespace: 'N', MetricData }));
    expect(inputs[0]?.MetricData).toHaveLength(300);
  });
});

describe('Query protocol', () => {
  it('carries scalars and maps in, text safely out', async () => {
    const client = new SNSClient(clientConfig(running.endpoint));
    const { MessageId } = await client.send(
      new PublishCommand({
        TopicArn: 'arn',
        Message: 'a b&c=d',
        MessageAttributes: { outcome: { DataType: 'String', StringValue: 'Promoted' } },
      }),
    );
    expect(MessageId).toBe('m & <1>\ufffd');
    expect(inputs).toEqual([
      {
        TopicArn: 'arn',
        Message: 'a b&c=d',
        MessageAttributes: { outcome: { DataType: 'String', StringValue: 'Promoted' } },
      },
    ]);
  });

  it('writes maps as entries', async () => {
    const client = new SNSClient(clientConfig(running.endpoint));
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: 'arn' }));
    expect(Attributes).toEqual({ DisplayName: 'rollouts' });
  });

  it('fails as a client parses failures', async () => {
    const { NotFoundException } = await import('@aws-sdk/client-sns');
    const failure = new SNSClient(clientConfig(running.endpoint)).send(new ListTopicsCommand({}));
    await expect(failure).rejects.toThrow(NotFoundException);
    await expect(failure).rejects.toMatchObject({
      message: 'no <topic>',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('reads nested lists, flattened lists and empty lists', async () => {
    await form(
      'monitoring',
      'Action=PutMetricData&Version=2010-08-01&Namespace=N&MetricData.member.2.Value=2&MetricData.member.1.Value=1' +
        '&MetricData.member.1.Dimensions.member.1.Name=D&Flat.1=a&Flat.2=b&Empty=&Attributes.entry.1.key=k&Attributes.entry.1.value=v',
    );
    expect(inputs).toEqual([
      {
        Namespace: 'N',
        MetricData: [{ Value: '1', Dimensions: [{ Name: 'D' }] }, { Value: '2' }],
        Flat: ['a', 'b'],
        Empty: '',
        Attributes: { k: 'v' },
      },
    ]);
  });

  it('serves a service that also speaks JSON, dates in ISO 8601', async () => {
    const answer = await form('monitoring', 'Action=DescribeAlarms');
    expect(await answer.text()).toMatch(
      /^<DescribeAlarmsResponse xmlns="http:\/\/monitoring\/doc\/"><DescribeAlarmsResult><MetricAlarms><member><AlarmName>a<\/AlarmName><At>1970-01-01T00:00:00.000Z<\/At><\/member><\/MetricAlarms><\/DescribeAlarmsResult><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata><\/DescribeAlarmsResponse>$/,
    );
  });

  it.each([
    ['Action=', 'MissingAction'],
    ['Action=Nope', 'UnknownOperationException'],
    [`Action=PutMetricData&${'a.'.repeat(20)}b=1`, 'MalformedQueryString'],
    ['Action=PutMetricData&A.entry.1.value=v', 'MalformedQueryString'],
  ])('fails %s with %s', async (body, code) => {
    const answer = await form('monitoring', body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
  });
});

describe('REST-JSON protocol', () => {
  it('binds path and query string, and decodes what is percent-encoded', async () => {
    const client = new AppMeshClient(clientConfig(running.endpoint));
    const { mesh } = await client.send(
      new DescribeMeshCommand({ meshName: 'a b/c', meshOwner: '111122223333' }),
    );
    expect(mesh).toMatchObject({
      meshName: 'a b/c',
      metadata: { meshOwner: '111122223333', createdAt: new Date(1_500) },
    });
  });

  it('fails as a client parses failures', async () => {
    const { NotFoundException } = await import('@aws-sdk/client-app-mesh');
    const client = new AppMeshClient(clientConfig(running.endpoint));
    await expect(client.send(new DescribeMeshCommand({ meshName: 'absent' }))).rejects.toThrow(
      NotFoundException,
    );
  });

  it('fails a bug of an operation with the service error 500 and its stack', async () => {
    const client = new AppMeshClient(clientConfig(running.endpoint));
    await expect(client.send(new ListMeshesCommand({}))).rejects.toMatchObject({
      name: 'InternalServerErrorException',
      message: expect.stringContaining('TypeError: planted bug'),
      $metadata: { httpStatusCode: 500 },
    });
  });
});
