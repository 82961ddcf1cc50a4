import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../lib/bundling/bundle-functions';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bundles-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('bundleFunctions', () => {
  beforeEach(() => {
    write(
      'lambda/one/handler.ts',
      "import { word } from '../shared/word';\nexport const handler = async () => word;",
    );
    write('lambda/shared/word.ts', "export const word: string = 'first';");
  });

  it('makes one file of each function and its sources', async () => {
    const { bundles, rebuilt } = await bundleFunctions({ root });

    const { handler } = require(join(root, 'dist/functions/one/index.js')) as {
      handler: () => Promise<string>;
    };
    expect(rebuilt).toBe(true);
    expect(bundles.map((bundle) => bundle.name)).toEqual(['one']);
    expect(bundles[0]?.bytes).toBeGreaterThan(0);
    await expect(handler()).resolves.toBe('first');
  });

  it('does nothing when no source has changed', async () => {
    const first = await bundleFunctions({ root });

    expect(await bundleFunctions({ root })).toEqual({ bundles: first.bundles, rebuilt: false });
  });

  it('follows a change in a shared source', async () => {
    await bundleFunctions({ root });
    write('lambda/shared/word.ts', "export const word: string = 'second';");

    expect((await bundleFunctions({ root })).rebuilt).toBe(true);
    expect(readFileSync(join(root, 'dist/functions/one/index.js'), 'utf8')).toContain('second');
  });

  it('follows a change of the installed packages', async () => {
    await bundleFunctions({ root });
    write('package-lock.json', '{}');

    expect((await bundleFunctions({ root })).rebuilt).toBe(true);
  });

  it('drops the bundle of a function that is gone', async () => {
    write('lambda/two/handler.ts', 'export const handler = async () => 2;');
    await bundleFunctions({ root });
    rmSync(join(root, 'lambda/two'), { recursive: true });

    expect((await bundleFunctions({ root })).bundles.map((bundle) => bundle.name)).toEqual(['one']);
    expect(existsSync(join(root, 'dist/functions/two'))).toBe(false);
  });

  it('fails when there is no function', async () => {
    rmSync(join(root, 'lambda'), { recursive: true });

    await expect(bundleFunctions({ root })).rejects.toThrow('no function found');
  });

  it('fails when a function does not compile', async () => {
    write('lambda/one/handler.ts', 'export const = ;');

    await expect(bundleFunctions({ root })).rejects.toThrow('lambda/one/handler.ts');
  });
});
