import { join } from 'node:path';
import { packageRoot } from '../functions/package-root';
import { assemblyFolder } from '../platform/assembly-folder';
import { writePlatformOf } from './platform-of';

/**
 * Folder with the synthesized assembly of an environment with so many services; synthesized once for each state of
 * the sources, and kept under `out/`.
 */
export async function assemblyOf(services: number, tell: (text: string) => void): Promise<string> {
  const root = packageRoot();
  const folder = join(root, 'out/headless', String(services));
  const file = writePlatformOf(services, { folder, seeds: false });
  return assemblyFolder(root, file, new AbortController().signal, tell);
}
