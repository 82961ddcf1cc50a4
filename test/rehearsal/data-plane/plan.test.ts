import { AddressBook } from '../../../rehearsal/data-plane/plan/addresses';
import { planRoutes } from '../../../rehearsal/data-plane/plan/build';
import { ask, httpRoute, MeshBuilder, nextIp } from './mesh-builder';

describe('planRoutes', () => {
  let book: AddressBook;
  let mesh: MeshBuilder;

  beforeEach(() => {
    book = new AddressBook(8);
    mesh = new MeshBuilder();
  });
  afterEach(() => book.close());

  async function egressRoutes() {
    const model = await planRoutes(mesh.plan(), book);
    return model.egress.flatMap(({ routes }) => routes);
  }

  it('tries smaller priorities first, then exact paths and longer prefixes', async () => {
    const at = (name: string, match: object, priority?: number) => ({
      ...httpRoute({ v1: 1 }, { match }),
      name,
      spec: { ...httpRoute({ v1: 1 }, { match }).spec, priority },
    });
    mesh.service('app', [
      at('rest', { prefix: '/' }),
      at('long', { prefix: '/a/b' }),
      at('exact', { path: { exact: '/a' } }),
      at('late', { prefix: '/x' }, 5),
      at('early', { prefix: '/' }, 0),
    ]);
    mesh.caller('ui', 'app');
    const names = (await egressRoutes()).map(({ name }) => name);
    expect(names).toEqual(['early', 'late', 'exact', 'long', 'rest']);
  });

  it('takes time limits and retries from the route, and App Mesh’s defaults but no retry without them', async () => {
    mesh.service('app', [
      httpRoute(
        { v1: 1 },
        {
          match: { prefix: '/slow' },
          timeout: { perRequest: { unit: 's', value: 40 } },
          retryPolicy: {
            maxRetries: 3,
            perRetryTimeout: { unit: 'ms', value: 700 },
            httpRetryEvents: ['server-error', 'stream-error'],
            tcpRetryEvents: ['connection-error'],
          },
        },
      ),
      httpRoute({ v1: 1 }),
    ]);
    mesh.caller('ui', 'app');
    const [slow, rest] = await egressRoutes();
    expect(slow).toMatchObject({
      timeoutMillis: 40_000,
      retry: { maxRetries: 3, perTryMillis: 700, on: ['5xx', 'refused-stream', 'reset', 'connect-failure'] },
    });
    expect(rest).toMatchObject({ timeoutMillis: 15_000, idleMillis: 300_000 });
    expect(rest?.retry).toBeUndefined();
  });

  it('makes no inbound hop for a task whose port its node does not listen on', async () => {
    mesh.node('v1').task('v1', nextIp(), { appPort: 9999 }).node('v2').task('v2', nextIp());
    const { ingress } = await planRoutes(mesh.plan(), book);
    expect(ingress.map(({ node }) => node)).toEqual(['v2']);
  });

  it('gives a caller without running tasks nothing to listen on', async () => {
    mesh.service('app', [httpRoute({ v1: 1 })]).caller('ui', 'app');
    mesh.tasks = [];
    expect((await planRoutes(mesh.plan(), book)).egress).toEqual([]);
  });

  it('gives each listener an address of its own, more than were ready, and the same in the next plan', async () => {
    for (let i = 0; i < 20; i++) mesh.service(`s${i}`, [httpRoute({ v1: 1 })]);
    mesh.caller('ui', ...Array.from({ length: 20 }, (_, i) => `s${i}`));
    const first = (await planRoutes(mesh.plan(), book)).egress.map(({ address }) => address.port);
    const second = (await planRoutes(mesh.plan(), book)).egress.map(({ address }) => address.port);
    expect(new Set(first).size).toBe(20);
    expect(second).toEqual(first);
  });

  it('refuses all that it does not have at once', async () => {
    mesh.node('a', { serviceDiscovery: { dns: { hostname: 'a' } } });
    mesh.node('b', {
      listeners: [
        {
          portMapping: { port: 1, protocol: 'http' },
          tls: { mode: 'STRICT', certificate: { file: { certificateChain: 'c', privateKey: 'k' } } },
        },
      ],
    });
    await expect(planRoutes(mesh.plan(), book)).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/"a" uses serviceDiscovery.dns/),
        expect.stringMatching(/"b" uses listener tls/),
      ],
    });
  });
});

describe('AddressBook', () => {
  it('closes connections to an address that nothing serves yet', async () => {
    const book = new AddressBook(4);
    await book.fill();
    await expect(ask(book.egress('ui', 'app', 80))).rejects.toThrow(/hang up|reset/);
    await book.close();
  });

  it('fails with what to do when it was asked for more than it made ready', async () => {
    const book = new AddressBook(1);
    expect(() => book.gateway('gw')).toThrow(/start the data plane before asking/);
    await book.close();
  });
});
