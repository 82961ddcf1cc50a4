import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidInput } from '../../core/errors';
import type { FileProblem } from '../../documents/file-problem';
import { loadPlatform } from '../../lib/platform-file';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'platform-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function aFile(text: string): string {
  const file = join(folder, 'platform.yaml');
  writeFileSync(file, text);
  return file;
}

/** What was refused, as a person reads it: `line:column path`. */
function placesOf(file: string): readonly string[] {
  return problemsOf(file).map(({ line, column, path }) => `${line}:${column} ${path}`);
}

function problemsOf(file: string): readonly FileProblem[] {
  try {
    loadPlatform(file);
  } catch (error) {
    if (error instanceof InvalidInput) {
      return error.problems as readonly FileProblem[];
    }
    throw error;
  }
  return [];
}

/** A platform.yaml with two services, the second of which starts at line 7, and what else is given. */
function aPlatformFile(change: { services?: string; more?: string; ingress?: string } = {}): string {
  const services =
    change.services ?? '  - { name: web, port: 8080 }\n  - { name: stock, port: 5432, protocol: tcp }\n';
  return aFile(
    `environment: demo\nnamespace: shop.local\ningress: ${change.ingress ?? 'web'}\nlog_retention_days: 30\nservices:\n${services}${change.more ?? ''}`,
  );
}

describe('loadPlatform', () => {
  it('reads the repository’s own platform.yaml', () => {
    const platform = loadPlatform(join(__dirname, '../../platform.yaml'));

    expect(platform.environment).toBe('canary-demo');
    expect(platform.services.map((service) => service.name)).toEqual([
      'yelb-ui',
      'yelb-appserver',
      'yelb-db',
      'yelb-redisserver',
    ]);
  });

  it('accepts sources that are folders beside the file', () => {
    mkdirSync(join(folder, 'apps/web'), { recursive: true });

    expect(placesOf(aPlatformFile({ services: '  - { name: web, port: 80, source: apps/web }\n' }))).toEqual(
      [],
    );
  });

  it('refuses a file that is not there', () => {
    expect(problemsOf(join(folder, 'none.yaml'))).toEqual([
      expect.objectContaining({ received: 'no file', todo: expect.stringContaining('write ') }),
    ]);
  });

  it('refuses an empty file', () => {
    expect(problemsOf(aFile('')).length).toBeGreaterThan(0);
  });

  it('refuses with every problem at once, each with its line and column', () => {
    const file = aFile(
      'environment: Demo\nnamespace: shop.local\ningress: nobody\nservices:\n  - { name: web, port: 99999, backends: [gone] }\ncolour: red\n',
    );

    expect([...placesOf(file)].sort()).toEqual([
      '1:1 environment',
      '3:1 ingress',
      '5:18 services[0].port',
      '5:42 services[0].backends[0]',
      '6:1 colour',
    ]);
  });

  it.each([
    ['broken YAML', 'environment: demo\nservices: [\n', /^3:1 $/],
    ['a key that is written twice', 'environment: a\nenvironment: b\n', /^2:1 $/],
    ['a tab that indents', 'environment: a\nservices:\n\t- name: web\n', /^3:1 $/],
  ])('refuses %s', (_, text, place) => {
    expect(placesOf(aFile(text))[0]).toMatch(place);
  });

  it.each([
    [
      'a service without a folder',
      { services: '  - { name: web, port: 80, source: apps/gone }\n' },
      '6:28 services[0].source',
    ],
    [
      'a source that is a file',
      { services: '  - { name: web, port: 80, source: platform.yaml }\n' },
      '6:28 services[0].source',
    ],
    [
      'a name that AWS refuses',
      { services: '  - { name: Web_1, port: 80 }\n', ingress: 'Web_1' },
      '6:7 services[0].name',
    ],
    [
      'a name that is too long for DNS',
      { services: `  - { name: ${'w'.repeat(29)}, port: 80 }\n`, ingress: 'w'.repeat(29) },
      '6:7 services[0].name',
    ],
    [
      'a name given twice',
      { services: '  - { name: web, port: 80 }\n  - { name: web, port: 81 }\n' },
      '7:7 services[1].name',
    ],
    [
      'a name that the environment uses',
      { services: '  - { name: cluster, port: 80 }\n', ingress: 'cluster' },
      '6:7 services[0].name',
    ],
    [
      'an unknown backend',
      { services: '  - { name: web, port: 80, backends: [gone] }\n' },
      '6:39 services[0].backends[0]',
    ],
    [
      'a backend named twice',
      { services: '  - { name: web, port: 80, backends: [a, a] }\n  - { name: a, port: 81 }\n' },
      '6:42 services[0].backends[1]',
    ],
    [
      'a service that calls itself',
      { services: '  - { name: web, port: 80, backends: [web] }\n' },
      '6:39 services[0].backends[0]',
    ],
    [
      'two tcp backends on one port',
      {
        services:
          '  - { name: web, port: 80, backends: [a, b] }\n  - { name: a, port: 81, protocol: tcp }\n  - { name: b, port: 81, protocol: tcp }\n',
      },
      '6:42 services[0].backends[1]',
    ],
    [
      'a tcp backend on the port of one that speaks http',
      {
        services:
          '  - { name: web, port: 80, backends: [a, b] }\n  - { name: a, port: 81 }\n  - { name: b, port: 81, protocol: tcp }\n',
      },
      '6:42 services[0].backends[1]',
    ],
    [
      'a cycle of backends',
      {
        services:
          '  - { name: web, port: 80, backends: [a] }\n  - { name: a, port: 81, backends: [b] }\n  - { name: b, port: 82, backends: [a] }\n',
      },
      '7:37 services[1].backends[0]',
    ],
    [
      'an unknown key of a service',
      { services: '  - { name: web, port: 80, prot: tcp }\n' },
      '6:28 services[0].prot',
    ],
    ['an ingress that is no service', { ingress: 'shop' }, '3:1 ingress'],
    ['a tcp ingress', { ingress: 'stock' }, '3:1 ingress'],
    ['a VPC range that is no address', { more: 'network: { cidr: 10.0.0.300/16 }\n' }, '8:12 network.cidr'],
    [
      'a VPC range that begins within itself',
      { more: 'network: { cidr: 10.0.0.1/16 }\n' },
      '8:12 network.cidr',
    ],
    [
      'a VPC range that AWS has no subnets for',
      { more: 'network: { cidr: 10.0.0.0/28 }\n' },
      '8:12 network.cidr',
    ],
    ['a VPC range of the internet', { more: 'network: { cidr: 8.8.0.0/16 }\n' }, '8:12 network.cidr'],
    [
      'allowed ranges that are none',
      { more: 'load_balancer: { allowed_cidrs: [203.0.113.0/24, 203.0.113.0/33] }\n' },
      '8:50 load_balancer.allowed_cidrs[1]',
    ],
    [
      'allowed ranges with a leading zero',
      { more: 'load_balancer: { allowed_cidrs: [010.0.0.0/8] }\n' },
      '8:34 load_balancer.allowed_cidrs[0]',
    ],
    [
      'allowed ranges that begin within themselves',
      { more: 'load_balancer: { allowed_cidrs: [203.0.113.7/24] }\n' },
      '8:34 load_balancer.allowed_cidrs[0]',
    ],
    [
      'an allowed range given twice',
      { more: 'load_balancer: { allowed_cidrs: [10.0.0.0/8, 10.0.0.0/8] }\n' },
      '8:46 load_balancer.allowed_cidrs[1]',
    ],
    [
      'a certificate of another region',
      {
        more: 'load_balancer: { certificate_arn: "arn:aws:acm:us-east-1:111122223333:certificate/ab-12" }\n',
      },
      '8:18 load_balancer.certificate_arn',
    ],
    [
      'a certificate of another account',
      {
        more: 'account: "444455556666"\nload_balancer: { certificate_arn: "arn:aws:acm:us-west-2:111122223333:certificate/ab-12" }\n',
      },
      '9:18 load_balancer.certificate_arn',
    ],
    ['an unknown kind of flow log', { more: 'network: { flow_logs: some }\n' }, '8:12 network.flow_logs'],
  ])('refuses %s with its place', (_, change, place) => {
    expect(placesOf(aPlatformFile(change))).toEqual([place]);
  });

  it.each(['internal', 'internal-shop', 'sg-shop', 'aws-shop', 'ssm'])(
    'refuses environment "%s", a beginning that AWS keeps for itself',
    (environment) => {
      const file = aFile(
        `environment: ${environment}\nnamespace: a.local\ningress: web\nservices: [{ name: web, port: 80 }]\n`,
      );

      expect(placesOf(file)).toEqual(['1:1 environment']);
    },
  );

  it.each(['local', '-a.local', 'a..local', `${'a'.repeat(64)}.local`, `${'abcdefghi.'.repeat(19)}local`])(
    'refuses namespace "%s"',
    (namespace) => {
      const file = aFile(
        `environment: demo\nnamespace: ${namespace}\ningress: web\nservices: [{ name: web, port: 80 }]\n`,
      );

      expect([...new Set(placesOf(file))]).toEqual(['2:1 namespace']);
    },
  );

  it.each([
    [''],
    ['load_balancer: { certificate_arn: "arn:aws:acm:us-west-2:111122223333:certificate/ab-12" }\n'],
  ])('refuses a grpc ingress, with a certificate or without', (more) => {
    const file = aPlatformFile({ services: '  - { name: web, port: 80, protocol: grpc }\n', more });

    expect(problemsOf(file)).toEqual([
      expect.objectContaining({
        path: 'ingress',
        line: 3,
        allowed: expect.stringContaining('checks a grpc target with grpc calls'),
      }),
    ]);
  });

  it('says what to write instead of a range that begins within itself', () => {
    const [problem] = problemsOf(aPlatformFile({ more: 'network: { cidr: 172.16.130.7/18 }\n' }));

    expect(problem?.todo).toBe('write 172.16.128.0/18, or a longer prefix');
  });

  it.each(['10.0.0.0/16', '172.31.0.0/16', '192.168.0.0/16', '192.168.7.0/24', '100.64.0.0/16'])(
    'accepts VPC range %s',
    (cidr) => {
      expect(placesOf(aPlatformFile({ more: `network: { cidr: ${cidr} }\n` }))).toEqual([]);
    },
  );
});
