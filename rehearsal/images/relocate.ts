import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LARGEST_SCRIPT_BYTES = 256 * 1024;

/**
 * Repairs a copied root: scripts in `bin` folders and `pyvenv.cfg` that name the place they were made in
 * (as Python's environments do) are made to name the new one.
 */
export function relocate(root: string, origin: string): void {
  if (root === origin) return;
  visit(root, false, (file) => {
    if (lstatSync(file).size > LARGEST_SCRIPT_BYTES) return;
    const content = readFileSync(file);
    if (!content.includes(origin) || content.includes(0)) return;
    writeFileSync(file, content.toString().replaceAll(origin, root));
  });
}

function visit(dir: string, isBin: boolean, repair: (file: string) => void): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    // Links in node_modules/.bin are relative, and its trees are large.
    if (entry.isDirectory() && entry.name !== 'node_modules') visit(path, entry.name === 'bin', repair);
    else if (entry.isFile() && (isBin || entry.name === 'pyvenv.cfg')) repair(path);
  }
}
