import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBuildSpec } from '../../../rehearsal/pipelines/build-spec';
import { type BuildEnd, runBuild } from '../../../rehearsal/pipelines/run-build';

let folder: string;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
  lines = [];
  mkdirSync(join(folder, 'src'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function build(spec: string, signal = new AbortController().signal): Promise<BuildEnd> {
  return runBuild({
    spec: readBuildSpec(`version: 0.2\n${spec}`, 'build.yml'),
    sourceDir: join(folder, 'src'),
    scratchDir: join(folder, 'scratch'),
    artifactDir: join(folder, 'artifact'),
    env: { PATH: process.env.PATH ?? '', FROM_PROJECT: 'project' },
    timeoutMillis: 20_000,
    onLine: (line) => lines.push(line),
    signal,
  });
}

describe('a build', () => {
  it.each(['bash', 'sh'])(
    'runs all phases in one %s: variables, folder and exports live on',
    async (shell) => {
      const end = await build(`
env: { shell: ${shell}, variables: { FROM_SPEC: spec } }
phases:
  pre_build:
    commands:
      - NAME="it's a \\$name"
      - export SHOWN=exported
      - mkdir -p deeper && cd deeper
  build:
    commands:
      - echo "$NAME $FROM_SPEC $FROM_PROJECT $(basename "$PWD")"
      - |
        if [ "$SHOWN" = exported ]; then
          ${shell} -c 'echo "child sees $SHOWN and <$NAME>"'
        fi
`);
      expect(end).toEqual({ succeeded: true, files: [] });
      expect(lines).toContain("it's a $name spec project deeper");
      expect(lines).toContain('child sees exported and <>');
    },
  );

  it('runs post_build although build failed, and tells it so', async () => {
    const end = await build(`
phases:
  build: { commands: [echo one, "sh -c 'exit 7'", echo never] }
  post_build: { commands: ['echo "succeeding: $CODEBUILD_BUILD_SUCCEEDING"', 'test "$CODEBUILD_BUILD_SUCCEEDING" = 1', echo never] }
`);
    expect(end).toEqual({
      succeeded: false,
      phase: 'build',
      reason: '"sh -c \'exit 7\'" ended with exit code 7',
    });
    expect(lines).toContain('succeeding: 0');
    expect(lines).not.toContain('never');
  });

  it('runs nothing of build after pre_build failed, but what is to be done finally', async () => {
    const end = await build(`
phases:
  pre_build: { commands: [exit 3], finally: ['echo tidied $CODEBUILD_BUILD_SUCCEEDING'] }
  build: { commands: [echo never] }
`);
    expect(end).toMatchObject({
      succeeded: false,
      phase: 'pre_build',
      reason: '"exit 3" ended with exit code 3',
    });
    expect(lines).toContain('tidied 0');
    expect(lines).not.toContain('never');
  });

  it('hands on the files that its artifacts name', async () => {
    const end = await build(`
phases: { build: { commands: [mkdir -p out, 'echo {} > out/rollout.json'] } }
artifacts: { files: [out/rollout.json], discard-paths: yes }
`);
    expect(end).toEqual({ succeeded: true, files: ['rollout.json'] });
    expect(readFileSync(join(folder, 'artifact/rollout.json'), 'utf8')).toBe('{}\n');
  });

  it('fails when a file of its artifacts is not there', async () => {
    expect(
      await build('phases: { build: { commands: [echo] } }\nartifacts: { files: [rollout.json] }'),
    ).toEqual({
      succeeded: false,
      phase: 'UPLOAD_ARTIFACTS',
      reason: 'no matching artifact for "rollout.json": the build wrote no such file',
    });
  });

  it('fails when a script is no shell script, with what the shell says', async () => {
    const end = await build('phases: { build: { commands: ["if true; then"] } }');
    expect(end).toMatchObject({ succeeded: false, phase: 'build' });
    expect(lines.join('\n')).toMatch(/syntax error|unexpected/i);
  });

  it('ends at once with the rehearsal', async () => {
    const ending = new AbortController();
    const running = build('phases: { build: { commands: [echo begun, sleep 60] } }', ending.signal);
    while (!lines.includes('begun')) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    ending.abort();
    expect(await running).toMatchObject({
      succeeded: false,
      reason: '"sleep 60" was ended with the rehearsal',
    });
  });

  it('starts anew from what an earlier build left', async () => {
    writeFileSync(join(folder, 'src/left'), 'x');
    expect(await build('phases: { build: { commands: [cat left] } }')).toMatchObject({ succeeded: true });
  });
});

describe('readBuildSpec', () => {
  it('refuses keys that are not rehearsed, all at once and each by name', () => {
    const text = 'version: 0.2\nbatch: {}\nphases: { build: { commands: [a], run-as: root }, deploy: {} }';
    expect(() => readBuildSpec(text, 'build.yml')).toThrow(/batch[\s\S]*run-as|run-as[\s\S]*batch/);
    expect(() => readBuildSpec(text, 'build.yml')).toThrow(/"deploy"/);
  });

  it('refuses what is no YAML', () => {
    expect(() => readBuildSpec('a: [', 'build.yml')).toThrow(/build.yml: not YAML/);
  });
});
