import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { globToRegExp } from './glob';

/** The files that a build may copy. */
export interface BuildContext {
  readonly dir: string;
  /** Paths relative to `dir`, `/`-separated, sorted; what `.dockerignore` names is left out. */
  readonly files: readonly string[];
  /** Hash over path, mode and content of these files. */
  hashOf(files: readonly string[]): string;
}

/** Reads the context; `.git` is always left out. */
export function readContext(dir: string): BuildContext {
  const isIgnored = readIgnoreFile(dir);
  const files: string[] = [];
  collect(dir, '', isIgnored, files);
  files.sort();
  const hashes = new Map<string, string>();
  const hashOfFile = (file: string): string => {
    const known = hashes.get(file);
    if (known !== undefined) return known;
    const hash = hashFile(join(dir, file));
    hashes.set(file, hash);
    return hash;
  };
  return {
    dir,
    files,
    hashOf: (chosen) => {
      const hash = createHash('sha256');
      for (const file of chosen) hash.update(`${file}\0${hashOfFile(file)}\0`);
      return hash.digest('hex');
    },
  };
}

function hashFile(path: string): string {
  const stats = lstatSync(path);
  const content = stats.isSymbolicLink() ? readlinkSync(path) : readFileSync(path);
  return createHash('sha256').update(`${stats.mode}\0`).update(content).digest('hex');
}

function collect(dir: string, prefix: string, isIgnored: (path: string) => boolean, into: string[]): void {
  for (const entry of readdirSync(join(dir, prefix), { withFileTypes: true })) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (path === '.git') continue;
    if (entry.isDirectory()) collect(dir, path, isIgnored, into);
    else if ((entry.isFile() || entry.isSymbolicLink()) && !isIgnored(path)) into.push(path);
  }
}

/** The rules of `.dockerignore`: the last line that matches a path, or a folder above it, decides. */
function readIgnoreFile(dir: string): (path: string) => boolean {
  const file = join(dir, '.dockerignore');
  if (!existsSync(file)) return () => false;
  const rules = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const isException = line.startsWith('!');
      const pattern = line.slice(isException ? 1 : 0).replace(/^\/+|\/+$/g, '');
      return { isException, matches: globToRegExp(pattern, { andBelow: true }) };
    });
  return (path) => rules.findLast((rule) => rule.matches.test(path))?.isException === false;
}
