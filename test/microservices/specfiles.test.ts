import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { deploySchema } from '../../core/config/deploy-schema';
import { rolloutInputSchema } from '../../core/config/rollout-input-schema';
import { taskDefinitionSchema } from '../../core/config/task-definition-schema';

const FOLDER = resolve(__dirname, '../../microservices');
const SERVICES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const COMMIT = 'ab12cd34'.repeat(5);
const START = '1795000000123';
const imageOf = (service: string) => `123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo-${service}:${COMMIT}`;

describe.each(SERVICES)('specfiles of %s', (service) => {
  const file = (name: string) => join(FOLDER, service, 'specfiles', name);
  const readJson = (name: string): unknown => JSON.parse(readFileSync(file(name), 'utf8'));

  it('keeps to the schemas', () => {
    expect(deploySchema.safeParse(readJson('deploy.json'))).toMatchObject({ success: true });
    expect(taskDefinitionSchema.safeParse(readJson('taskdef.json'))).toMatchObject({ success: true });
  });

  it('has a build that every service can use unchanged', () => {
    const build = parse(readFileSync(file('build.yml'), 'utf8'));
    expect(build.version).toBe(0.2);
    expect(build.artifacts.files).toEqual(['rollout.json']);
    for (const name of ['build.yml', 'write-rollout.mjs']) {
      expect(readFileSync(file(name), 'utf8')).toBe(
        readFileSync(join(FOLDER, SERVICES[0]!, 'specfiles', name), 'utf8'),
      );
    }
  });

  it('names the variables that the pipeline and CodeBuild set, and no others', () => {
    const { phases } = parse(readFileSync(file('build.yml'), 'utf8')) as {
      phases: Record<string, { commands: string[] }>;
    };
    const commands = Object.values(phases).flatMap((phase) => phase.commands);
    const named = commands.flatMap((line) => [...line.matchAll(/\$\{?([A-Z_]+)/g)].map((match) => match[1]));
    expect([...new Set(named)].sort()).toEqual([
      'CODEBUILD_BUILD_SUCCEEDING',
      'CODEBUILD_RESOLVED_SOURCE_VERSION',
      'CODEBUILD_START_TIME',
      'DOCKER_REGISTRY_URI',
      'IMAGE',
      'SERVICE_NAME',
    ]);
  });

  it('writes a rollout that the state machine takes', () => {
    const { status, written } = writeRollout(file('.'), [service, COMMIT, imageOf(service), START]);
    expect(status).toBe(0);
    expect(written).toMatchObject({
      service,
      commit: COMMIT,
      image: imageOf(service),
      sequence: 1_795_000_000_123,
    });
    expect(rolloutInputSchema.safeParse(written)).toMatchObject({ success: true });
  });
});

describe('write-rollout.mjs', () => {
  const service = SERVICES[0]!;
  const image = imageOf(service);

  it.each([
    ['SERVICE', ['', COMMIT, image, START]],
    ['COMMIT', [service, '', image, START]],
    ['IMAGE', [service, COMMIT, 'registry:', START]],
    ['SEQUENCE', [service, COMMIT, image, '']],
  ])('refuses to write one without %s, and says so', (name, args) => {
    const { status, stderr, written } = writeRollout(join(FOLDER, service, 'specfiles'), args);
    expect(status).toBe(2);
    expect(stderr).toContain(`${name} is "`);
    expect(written).toBeNull();
  });
});

/** Runs the script on a copy of a service's specfiles. */
function writeRollout(
  specfiles: string,
  args: readonly string[],
): { readonly status: number | null; readonly stderr: string; readonly written: unknown } {
  const copy = mkdtempSync(join(tmpdir(), 'specfiles-test-'));
  try {
    cpSync(specfiles, join(copy, 'specfiles'), { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, ['specfiles/write-rollout.mjs', ...args], {
      cwd: copy,
      encoding: 'utf8',
    });
    const output = join(copy, 'rollout.json');
    return { status, stderr, written: existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')) : null };
  } finally {
    rmSync(copy, { recursive: true });
  }
}
