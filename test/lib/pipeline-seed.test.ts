import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { InvalidInput } from '../../core/errors';
import { CodeCommitSource } from '../../lib/constructs/pipeline/codecommit-source';
import { aPlatform, flat } from './templates';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seed-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, text = 'x\n'): void {
  mkdirSync(dirname(join(folder, 'source', file)), { recursive: true });
  writeFileSync(join(folder, 'source', file), text);
}

/** Synthesizes a repository alone. */
function synthesizeRepository(seed: string | undefined) {
  const platform = aPlatform({ services: [{ name: 'web', port: 8080 }] });
  const outdir = join(folder, 'out');
  const app = new App({ outdir, treeMetadata: false, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'demo-web');
  new CodeCommitSource(stack, 'Source', { platform, service: platform.services[0]!, seed });
  const { Resources } = app.synth().getStackByName('demo-web').template;
  // biome-ignore lint/suspicious/noExplicitAny: a template's own shape
  const repository = Object.values<any>(Resources).find(({ Type }) => Type === 'AWS::CodeCommit::Repository');
  const { files } = JSON.parse(readFileSync(join(outdir, 'demo-web.assets.json'), 'utf8')) as {
    files: Record<string, { source: { path: string; packaging: string } }>;
  };
  const zip = Object.entries(files).find(([, { source }]) => source.packaging === 'zip');
  return { repository, key: zip?.[0], seeded: zip && join(outdir, zip[1].source.path) };
}

describe('a service’s repository', () => {
  it('is empty without source', () => {
    const { repository, seeded } = synthesizeRepository(undefined);

    expect(repository.Properties).toMatchObject({ RepositoryName: 'demo-web' });
    expect(repository.Properties.Code).toBeUndefined();
    expect(seeded).toBeUndefined();
  });

  it('begins with the folder’s content on main', () => {
    write('Dockerfile');
    write('specfiles/deploy.json', '{}\n');
    write('.dockerignore');
    const { repository, key, seeded } = synthesizeRepository(join(folder, 'source'));

    expect(repository.Properties.Code.BranchName).toBe('main');
    expect(flat(repository.Properties.Code.S3.Key)).toBe(`${key}.zip`);
    expect(
      readdirSync(seeded ?? '', { recursive: true })
        .map(String)
        .sort(),
    ).toEqual(['.dockerignore', 'Dockerfile', 'specfiles', 'specfiles/deploy.json']);
  });

  it('leaves out what was installed or built, and what .gitignore names', () => {
    write('.gitignore', '# made by the build\nout/\n*.log\n!kept.log\n/rollout.json\n');
    for (const file of ['node_modules/x/index.js', 'dist/server.js', '.git/HEAD', 'out/a', 'debug.log']) {
      write(file);
    }
    write('rollout.json');
    write('kept.log');
    write('src/server.ts');
    const { seeded } = synthesizeRepository(join(folder, 'source'));

    expect(readdirSync(seeded ?? '').sort()).toEqual(['.gitignore', 'kept.log', 'src']);
  });

  it.each(['nowhere', 'source/file'])('refuses %s, which is no folder', (path) => {
    write('file');

    expect(() => synthesizeRepository(join(folder, path))).toThrow(InvalidInput);
    expect(() => synthesizeRepository(join(folder, path))).toThrow(/source of service "web": got .*a folder/);
    expect(existsSync(join(folder, 'out/demo-web.template.json'))).toBe(false);
  });
});
