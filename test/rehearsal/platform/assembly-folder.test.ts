import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { packageRoot } from '../../../rehearsal/functions/package-root';
import { assemblyFolder } from '../../../rehearsal/platform/assembly-folder';

const PLATFORM = `environment: assembly
namespace: assembly.local
ingress: web
services: [{ name: web, port: 8080 }]
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assembly-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('assemblyFolder', () => {
  it('makes a whole folder once, and finds it again for a file of the same content', async () => {
    const content = `${PLATFORM}# ${folder}\n`;
    const told: string[] = [];
    const find = async (name: string): Promise<string> => {
      const file = join(folder, name);
      writeFileSync(file, content);
      return assemblyFolder(packageRoot(), file, new AbortController().signal, (text) => told.push(text));
    };

    const made = await find('one.yaml');

    expect(existsSync(join(made, 'manifest.json'))).toBe(true);
    expect(readdirSync(dirname(made)).filter((name) => name.startsWith(`${basename(made)}.`))).toEqual([]);
    // Each rehearsal of one's own service writes its platform file anew.
    expect(await find('two.yaml')).toBe(made);
    expect(told).toHaveLength(1);
    rmSync(made, { recursive: true });
  }, 60_000);

  it('throws what synth said of a platform that it refuses, and leaves nothing', async () => {
    const file = join(folder, 'platform.yaml');
    writeFileSync(file, PLATFORM.replace('8080', '0'));

    await expect(
      assemblyFolder(packageRoot(), file, new AbortController().signal, () => undefined),
    ).rejects.toMatchObject({ blame: 'user', message: expect.stringContaining('services[0].port') });
  }, 60_000);
});
