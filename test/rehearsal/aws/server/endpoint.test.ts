import { request } from 'node:http';
import { AppMeshClient, CreateMeshCommand, DescribeMeshCommand } from '@aws-sdk/client-app-mesh';
import { createAwsEndpoint } from '../../../../rehearsal/aws/server/endpoint';
import { PrincipalRegistry } from '../../../../rehearsal/aws/server/principals';
import type { ApiFault, Authorizer } from '../../../../rehearsal/contracts';
import {
  ACCOUNT,
  aClock,
  allowAll,
  aMeshService,
  clientConfig,
  REGION,
  type RunningEndpoint,
  startEndpoint,
} from './fixtures';

let running: RunningEndpoint;
let mesh: ReturnType<typeof aMeshService>;

async function start(authorize: Authorizer = allowAll): Promise<void> {
  mesh = aMeshService();
  running = await startEndpoint([mesh], { authorize });
}

afterEach(() => running.endpoint.close());

const asRole = (role: string) =>
  new AppMeshClient(clientConfig(running.endpoint, running.principals.accessKeyFor(role)));
const operator = () => new AppMeshClient(clientConfig(running.endpoint));
const create = new CreateMeshCommand({ meshName: 'm' });

interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

function raw(headers: Record<string, string>, body = '{}', path = '/v20190125/meshes'): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(`${running.endpoint.url}${path}`, { method: 'PUT', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    call.on('error', reject);
    call.end(body);
  });
}

const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20300101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

describe('the call log', () => {
  it('records each call with virtual time, principal, action and resources', async () => {
    await start();
    await asRole('shift-role').send(new DescribeMeshCommand({ meshName: 'm' }));
    await operator()
      .send(new DescribeMeshCommand({ meshName: 'absent' }))
      .catch(() => undefined);
    expect(running.seen).toEqual([
      {
        at: '2030-01-01T00:00:00.000Z',
        principal: 'shift-role',
        action: 'appmesh:DescribeMesh',
        resources: ['arn:mesh/m'],
        outcome: 'ok',
        wallMillis: expect.any(Number),
      },
      expect.objectContaining({ principal: 'operator', outcome: 'error', errorCode: 'NotFoundException' }),
    ]);
  });
});

describe('authorization', () => {
  it('asks with the context and denies in the words of AWS, naming the resource', async () => {
    const asked: Parameters<Authorizer>[0][] = [];
    await start((question) => {
      asked.push(question);
      return question.resources.includes('arn:role/b')
        ? { allowed: false, reason: 'no statement matches' }
        : { allowed: true };
    });
    await expect(asRole('shift-role').send(create)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/shift-role/rehearsal is not authorized to perform: iam:PassRole ` +
        'on resource: arn:role/b because no identity-based policy allows the iam:PassRole action',
      $metadata: { httpStatusCode: 403 },
    });
    expect(asked[0]).toEqual({
      principal: 'shift-role',
      action: 'appmesh:CreateMesh',
      resources: ['arn:mesh/m'],
      context: { 'aws:RequestedRegion': REGION },
    });
    expect(mesh.writes).toEqual([]);
    expect(running.seen).toMatchObject([{ outcome: 'denied', errorCode: 'AccessDeniedException' }]);
  });

  it('fails with 500, not as denied, when the authorizer itself fails', async () => {
    await start(() => {
      throw new TypeError('planted bug');
    });
    await expect(asRole('r').send(create)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(running.seen).toMatchObject([{ outcome: 'error' }]);
    expect(mesh.writes).toEqual([]);
  });

  it('says when the denial is explicit', async () => {
    await start(() => ({ allowed: false, reason: 'explicit deny in statement NoWrites' }));
    await expect(asRole('r').send(create)).rejects.toThrow(
      'with an explicit deny in an identity-based policy',
    );
  });

  it('lets the operator do everything', async () => {
    await start(() => ({ allowed: false, reason: 'never' }));
    await expect(operator().send(create)).resolves.toBeDefined();
  });
});

describe('faults', () => {
  const hit = (kind: ApiFault['kind'], more: Partial<ApiFault> = {}) =>
    running.endpoint.addFault({ action: 'appmesh:Create*', kind, times: 1, ...more });

  it.each([
    ['throttle', 'TooManyRequestsException', 429],
    ['server_error', 'InternalServerErrorException', 500],
    ['denied', 'AccessDeniedException', 403],
  ] as const)('%s fails the call with %s (%i) before any work, once', async (kind, name, httpStatusCode) => {
    await start();
    hit(kind);
    await expect(operator().send(create)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(mesh.writes).toHaveLength(0);
    await operator().send(create);
    expect(running.seen.map(({ outcome }) => outcome)).toEqual(['fault', 'ok']);
    expect(running.seen[0]?.errorCode).toBe(name);
  });

  it.each([
    ['timeout_before', 0],
    ['timeout_after', 1],
  ] as const)('%s breaks the connection with %i writes done', async (kind, writes) => {
    await start();
    hit(kind);
    await expect(operator().send(create)).rejects.toThrow('socket hang up');
    expect(mesh.writes).toHaveLength(writes);
    expect(running.seen).toMatchObject([{ outcome: 'fault', errorCode: kind }]);
  });

  it('hits only the principal and the action it names, and ends when cleared', async () => {
    await start();
    hit('throttle', { principal: 'shift-role' });
    await operator().send(create);
    await asRole('shift-role').send(new DescribeMeshCommand({ meshName: 'm' }));
    running.endpoint.clearFaults();
    await asRole('shift-role').send(create);
    expect(running.seen.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  });

  it.each([0, 1.5, -1])('refuses %d times', async (times) => {
    await start();
    expect(() => hit('throttle', { times })).toThrow(RangeError);
  });
});

describe('the port', () => {
  it('refuses requests of web pages', async () => {
    await start();
    const answer = await raw({ ...signedFor('appmesh'), origin: 'https://evil.example' });
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('evil.example') });
    expect(running.seen).toEqual([]);
  });

  it.each(['cross-site', 'same-site', 'same-origin', 'none'])(
    'refuses a browser that says it asks %s',
    async (site) => {
      await start();
      expect((await raw({ ...signedFor('appmesh'), 'sec-fetch-site': site })).status).toBe(403);
      expect(running.seen).toEqual([]);
    },
  );

  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '10.0.0.1'])(
    'refuses Host %j',
    async (host) => {
      await start();
      expect((await raw({ ...signedFor('appmesh'), host })).status).toBe(403);
    },
  );

  it.each(['localhost', 'LOCALHOST:4566', '127.0.0.1', '[::1]:80'])('accepts Host %s', async (host) => {
    await start();
    expect((await raw({ ...signedFor('appmesh'), host }, '{"meshName":"m"}')).status).toBe(200);
  });

  it('refuses unsigned and unreadable signatures', async () => {
    await start();
    expect(await raw({})).toMatchObject({
      status: 403,
      body: expect.stringContaining('MissingAuthenticationToken'),
    });
    expect(await raw({ authorization: 'Basic eDp5' })).toMatchObject({
      status: 403,
      body: expect.stringContaining('IncompleteSignature'),
    });
  });

  it('refuses services, operations and paths that it lacks, naming what it offers', async () => {
    await start();
    const service = await raw(signedFor('lambda'));
    expect(service).toMatchObject({ status: 404, body: expect.stringContaining('it offers appmesh') });
    const path = await raw(signedFor('appmesh'), '{}', '/v20190125/nope');
    expect(path).toMatchObject({
      status: 404,
      body: expect.stringContaining('offers CreateMesh, DescribeMesh'),
    });
    const protocol = await raw({ ...signedFor('appmesh'), 'x-amz-target': 'AppMesh.CreateMesh' });
    expect(protocol).toMatchObject({ status: 404, body: expect.stringContaining('none of the protocols') });
  });

  it('refuses bodies above 1 MiB, broken JSON and broken gzip', async () => {
    await start();
    expect((await raw(signedFor('appmesh'), 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
    for (const body of ['{', '[]', 'null'])
      expect(await raw(signedFor('appmesh'), body)).toMatchObject({
        status: 400,
        body: expect.stringContaining('SerializationException'),
      });
    expect((await raw({ ...signedFor('appmesh'), 'content-encoding': 'gzip' }, 'no')).status).toBe(400);
    expect(mesh.writes).toEqual([]);
  });

  it('fails with a clear sentence when it is taken', async () => {
    await start();
    const port = Number(new URL(running.endpoint.url).port);
    await expect(startEndpoint([], { port })).rejects.toThrow(`port ${port} is in use`);
  });

  it('refuses two services of one name', async () => {
    await start();
    const services = [aMeshService(), aMeshService()];
    await expect(
      createAwsEndpoint({
        clock: aClock(),
        region: REGION,
        account: ACCOUNT,
        services,
        authorize: allowAll,
        principals: new PrincipalRegistry(),
      }),
    ).rejects.toThrow('two services have one signing name');
  });

  it('closes twice without complaint, whatever is connected', async () => {
    await start();
    await operator().send(create);
    await running.endpoint.close();
    await expect(running.endpoint.close()).resolves.toBeUndefined();
  });
});
