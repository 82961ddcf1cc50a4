import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SOURCES = ['bin', 'core', 'documents', 'adapters', 'lambda', 'lib', 'state-machine', 'tools'];

/** Assemblies that nobody has made for so long are removed. */
const KEPT_MILLIS = 24 * 3600 * 1000;

/**
 * Folder with the synthesized templates of a platform file: `cdk.out` for the repository's own, else a folder that
 * is named after the file's content and the state of the sources. Synthesized now when it is not there or too old.
 * @throws Error with synth's own output when it fails.
 */
export async function assemblyFolder(
  root: string,
  platformFile: string,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<string> {
  const changed = newestChange(root);
  if (resolve(platformFile) === join(root, 'platform.yaml')) {
    const folder = join(root, 'cdk.out');
    const newest = Math.max(changed, statSync(platformFile).mtimeMs);
    if (!existsSync(manifestOf(folder)) || statSync(manifestOf(folder)).mtimeMs < newest) {
      tell(`synthesizing ${platformFile} …`);
      await synthesize(root, ['--platform', platformFile, '--out', folder], signal);
    }
    return folder;
  }
  const key = createHash('sha256')
    .update(`${readFileSync(platformFile, 'utf8')}${changed}`)
    .digest('hex');
  const folder = join(root, 'out/assemblies', key.slice(0, 12));
  if (!existsSync(manifestOf(folder))) {
    tell(`synthesizing ${platformFile} …`);
    removeOld(join(root, 'out/assemblies'));
    await makeWhole(folder, (made) =>
      synthesize(root, ['--platform', platformFile, '--out', made, '--fast'], signal),
    );
  }
  return folder;
}

const manifestOf = (folder: string): string => join(folder, 'manifest.json');

/** Makes a folder beside and renames it: another rehearsal, or one after an interruption, never finds half of it. */
async function makeWhole(folder: string, make: (made: string) => Promise<void>): Promise<void> {
  const made = `${folder}.${process.pid}`;
  try {
    await make(made);
    renameSync(made, folder);
  } catch (error) {
    // Another rehearsal may have made the same one meanwhile.
    if (!existsSync(manifestOf(folder))) {
      throw error;
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function removeOld(assemblies: string): void {
  for (const name of existsSync(assemblies) ? readdirSync(assemblies) : []) {
    const folder = join(assemblies, name);
    if (Date.now() - statSync(folder).mtimeMs > KEPT_MILLIS) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function newestChange(root: string): number {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  );
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
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
