import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidInput } from '../../core/errors';
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

function problemsOf(file: string): readonly { path: string; received: string }[] {
  try {
    loadPlatform(file);
  } catch (error) {
    if (error instanceof InvalidInput) {
      return error.problems;
    }
    throw error;
  }
  return [];
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

  it('refuses a file that is not there', () => {
    expect(problemsOf(join(folder, 'none.yaml'))).toEqual([
      expect.objectContaining({ received: 'no readable file (ENOENT)' }),
    ]);
  });

  it('refuses broken YAML with the place', () => {
    const problems = problemsOf(aFile('environment: demo\nservices: [\n'));

    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]?.path).toMatch(/^line \d+, column \d+$/);
  });

  it('refuses a key that is written twice', () => {
    const problems = problemsOf(aFile('environment: a\nenvironment: b\n'));

    expect(problems.map((problem) => problem.path)).toEqual(['line 2, column 1']);
  });

  it('refuses an empty file', () => {
    expect(problemsOf(aFile('')).length).toBe(1);
  });

  it('refuses with every problem at once', () => {
    const problems = problemsOf(
      aFile(
        'environment: Demo\nnamespace: shop.local\ningress: nobody\nservices:\n  - { name: web, port: 99999, backends: [gone] }\ncolour: red\n',
      ),
    );

    expect(problems.map((problem) => problem.path)).toEqual(
      expect.arrayContaining(['environment', 'services[0].port', 'colour']),
    );
  });

  it('refuses services named like the environment’s own stacks', () => {
    const file = aFile(
      'environment: demo\nnamespace: a.local\ningress: cluster\nservices: [{ name: cluster, port: 80 }]\n',
    );

    expect(problemsOf(file).map((problem) => problem.path)).toEqual(['services[0].name']);
  });

  it('refuses a grpc ingress, which the load balancer cannot carry', () => {
    const file = aFile(
      'environment: demo\nnamespace: a.local\ningress: web\nservices: [{ name: web, port: 80, protocol: grpc }]\n',
    );

    expect(problemsOf(file).map((problem) => problem.path)).toEqual(['ingress']);
  });
});
