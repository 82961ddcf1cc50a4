import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BuiltImage, createImageBuilder, ImageBuildError } from '../../../rehearsal/images';

describe('image builder', () => {
  let folder: string;
  let lines: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'images-test-'));
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, 'context', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  }

  function build(dockerfile: string, files: Readonly<Record<string, string>> = {}): Promise<BuiltImage> {
    write({ ...files, Dockerfile: dockerfile });
    const builder = createImageBuilder({
      cacheDir: join(folder, 'cache'),
      runTimeoutMillis: 5000,
      onLine: (_service, line) => lines.push(line),
    });
    return builder.build({ contextDir: join(folder, 'context'), service: 'sample', commit: 'a'.repeat(40) });
  }

  const inImage = (image: BuiltImage, path: string) => join(image.root, path);
  const run = (image: BuiltImage) =>
    execFileSync(image.command[0] as string, image.command.slice(1), {
      cwd: image.workdir,
      env: image.env,
    }).toString();

  it('carries out stages, copies, commands and configuration', async () => {
    const image = await build(
      `ARG BASE=24
FROM node:\${BASE}-alpine AS build
WORKDIR /app
COPY src ./src
ARG GREETING=hello
RUN mkdir out && sed "s/NAME/$GREETING/" src/main.js > out/main.js \\
  # a comment in between
  && echo done
FROM node:24-alpine
ENV MODE="over there" CONFIG=/app/out
WORKDIR /app
COPY --from=build /app/out ./out
USER node
EXPOSE 8080 9090/tcp
HEALTHCHECK CMD true
CMD ["node", "/app/out/main.js"]
`,
      { 'src/main.js': 'console.log("NAME", process.env.MODE)' },
    );
    expect(image.expose).toEqual([8080, 9090]);
    expect(image.env.CONFIG).toBe(inImage(image, '/app/out'));
    expect(image.command).toEqual(['node', inImage(image, '/app/out/main.js')]);
    expect(run(image)).toBe('hello over there\n');
    expect(existsSync(inImage(image, '/app/src'))).toBe(false);
    expect(lines).toContain('done');
  });

  it('answers the same content from the cache without running anything', async () => {
    const dockerfile = 'FROM node\nWORKDIR /a\nCOPY x .\nRUN echo ran\nCMD ["node", "x"]\n';
    const first = await build(dockerfile, { x: '1' });
    const second = await build(dockerfile, { x: '1' });
    expect([first.cached, second.cached, second.root]).toEqual([false, true, first.root]);
    expect(lines.filter((line) => line === 'ran')).toHaveLength(1);
  });

  it('runs only what comes after a change', async () => {
    const dockerfile =
      'FROM node\nWORKDIR /a\nCOPY lock .\nRUN echo installed\nCOPY x .\nRUN echo built; cat x\nCMD ["node"]\n';
    await build(dockerfile, { lock: '1', x: 'one\n' });
    const image = await build(dockerfile, { x: 'two\n' });
    expect(lines).toEqual(['installed', 'built', 'one', 'built', 'two']);
    expect(readFileSync(inImage(image, '/a/x'), 'utf8')).toBe('two\n');
    expect(readFileSync(inImage(image, '/a/lock'), 'utf8')).toBe('1');
  });

  it('keeps absolute paths of commands inside the image and leaves the system alone', async () => {
    const image = await build(
      'FROM debian\nRUN mkdir -p /opt/data && echo kept > /opt/data/file\nRUN apt-get update && adduser app && chown app /etc && rm -rf /opt/none/*\nCMD cat /opt/data/file\n',
    );
    expect(existsSync('/opt/data/file')).toBe(false);
    expect(run(image)).toBe('kept\n');
    expect(lines.join()).toMatch(/apt-get update: skipped/);
  });

  it('copies by pattern, honours .dockerignore and --chmod', async () => {
    const image = await build(
      'FROM scratch\nCOPY *.txt docs/ /data/\nCOPY --chmod=755 start /bin/start\nCOPY . /all/\nENTRYPOINT ["/bin/start"]\nCMD ["now"]\n',
      {
        'a.txt': '',
        'b.txt': '',
        'secret.txt': '',
        'docs/deep/c.md': '',
        start: '#!/bin/sh\necho started $1',
        '.dockerignore': '# not these\nsecret*\n**/*.md\n!docs/deep/c.md\n',
      },
    );
    for (const there of ['data/a.txt', 'data/b.txt', 'data/deep/c.md', 'all/docs/deep/c.md']) {
      expect(existsSync(inImage(image, there))).toBe(true);
    }
    expect(existsSync(inImage(image, 'all/secret.txt'))).toBe(false);
    expect(statSync(inImage(image, 'bin/start')).mode & 0o777).toBe(0o755);
    expect(run(image)).toBe('started now\n');
  });

  it('knows the images that are real servers', async () => {
    const database = await build('FROM postgres:17-alpine\nCOPY init/ /docker-entrypoint-initdb.d/\n', {
      'init/2.sql': '',
      'init/1.sql': '',
    });
    expect(database).toMatchObject({
      kind: 'postgres',
      expose: [5432],
      stopSignal: 'SIGINT',
      command: ['postgres'],
    });
    expect(database.initFiles.map((file) => file.slice(-5))).toEqual(['1.sql', '2.sql']);
    expect(await build('FROM public.ecr.aws/docker/library/redis:7')).toMatchObject({
      kind: 'valkey',
      expose: [6379],
    });
  });

  it('gives Python images an environment of their own', async () => {
    const image = await build(
      'FROM python:3.12-slim\nCMD ["python", "-c", "import sys; print(sys.prefix)"]\n',
    );
    expect(run(image).trim()).toBe(inImage(image, 'usr/local'));
  });

  it('fails on a failing command with line, exit code and output', async () => {
    const broken = build('FROM node\n\nRUN echo before; \\\n  echo broken >&2; exit 3\nCMD ["node"]\n');
    await expect(broken).rejects.toThrow(ImageBuildError);
    await expect(broken).rejects.toMatchObject({ line: 3, output: ['before', 'broken'] });
    await expect(broken).rejects.toThrow(/line 3: RUN .*exit code 3/);
  });

  it('fails on a command that does not end', async () => {
    write({ Dockerfile: 'FROM node\nRUN sleep 60\nCMD ["node"]\n' });
    const builder = createImageBuilder({ cacheDir: join(folder, 'cache'), runTimeoutMillis: 200 });
    const request = { contextDir: join(folder, 'context'), service: 'sample', commit: 'a' };
    await expect(builder.build(request)).rejects.toThrow(/line 2: RUN sleep 60: did not end within 0.2 s/);
  });

  it.each([
    ['FROM node\nCOPY nowhere .\n', /line 2: "nowhere" matches no file/],
    ['FROM node\nCOPY ../x .\n', /line 2: .*outside the build context/],
    ['FROM node\nCOPY --from=golang:1 /x .\n', /line 2: --from=golang:1 is no earlier stage/],
    ['FROM node\nONBUILD RUN x\n', /line 2: ONBUILD cannot be rehearsed/],
    ['FROM node\nRUN <<EOF\nx\nEOF\n', /line 2: RUN with a here-document/],
    ['FROM node\nADD https://example.com/x .\n', /line 2: ADD of a URL/],
    ['FROM node\nEXPOSE many\n', /line 2: EXPOSE many is no port/],
    ['RUN x\n', /line 1: RUN stands before the first FROM/],
    ['', /there is no FROM/],
    ['FROM debian\n', /has no command; add CMD/],
  ])('refuses %j', async (dockerfile, message) => {
    await expect(build(dockerfile)).rejects.toThrow(message);
  });

  it('fails on a folder without Dockerfile', async () => {
    const builder = createImageBuilder({ cacheDir: join(folder, 'cache') });
    await expect(builder.build({ contextDir: folder, service: 's', commit: 'a' })).rejects.toThrow(
      /"Dockerfile" is not in/,
    );
  });
});
