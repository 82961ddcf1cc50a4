import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SOURCES = ['bin', 'core', 'adapters', 'lambda', 'lib', 'state-machine', 'tools'];

/**
 * Folder with the synthesized templates of a platform file: `cdk.out` for the repository's own when it is up to
 * date, else a folder of its own that is synthesized now.
 * @throws Error with synth's own output when it fails.
 */
export async function assemblyFolder(
  root: string,
  platformFile: string,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<string> {
  const isOwn = resolve(platformFile) === join(root, 'platform.yaml');
  const content = readFileSync(platformFile, 'utf8');
  const folder = isOwn
    ? join(root, 'cdk.out')
    : join(root, 'out/assemblies', createHash('sha256').update(content).digest('hex').slice(0, 12));
  const manifest = join(folder, 'manifest.json');
  const isFresh = existsSync(manifest) && statSync(manifest).mtimeMs >= newestChange(root, platformFile);
  if (!isFresh) {
    tell(`synthesizing ${platformFile} …`);
    await synthesize(
      root,
      ['--platform', platformFile, '--out', folder, ...(isOwn ? [] : ['--fast'])],
      signal,
    );
  }
  return folder;
}

function newestChange(root: string, platformFile: string): number {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  );
  return Math.max(...[...files, resolve(platformFile)].map((file) => statSync(file).mtimeMs));
}

/** In a process of its own: the rehearsal reads what synth wrote, and shares no code with it. */
function synthesize(root: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'tools/synth.ts'), ...args], {
      cwd: root,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.on('error', failed);
    child.on('exit', (code) => (code === 0 ? done() : failed(new SynthFailed(output.trim(), code === 2))));
  });
}

/** Synth refused the platform file, or failed. */
class SynthFailed extends Error {
  readonly blame: 'user' | 'system';

  constructor(output: string, isRefusal: boolean) {
    super(`templates could not be synthesized:\n${output}`);
    this.name = 'SynthFailed';
    this.blame = isRefusal ? 'user' : 'system';
  }
}
