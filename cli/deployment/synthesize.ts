import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Folder of this repository. */
export const ROOT = join(__dirname, '../..');

/** What synthesizing came to. */
export interface Synthesis {
  /** 0, or 2 when the platform file was refused. */
  readonly exitCode: number;
  /** What it told: warnings, or what is wrong. */
  readonly told: string;
}

/** Synthesizes a platform file into a folder, with all checks, in a process of its own: the CDK stays at synth time. */
export function synthesize(platformFile: string, folder: string): Promise<Synthesis> {
  const args = ['--import', 'tsx', join(ROOT, 'tools/synth.ts'), '--platform', platformFile, '--out', folder];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let told = '';
    const hear = (chunk: Buffer): void => {
      told += chunk.toString();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('exit', (code) => resolve({ exitCode: code ?? 1, told: told.trim() }));
  });
}
