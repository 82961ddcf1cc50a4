import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { RepositoryError } from './git';

/** One text to put in place of another, which must be in the file exactly once. */
export interface Replacement {
  /** Path in the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** What a commit changes. */
export interface RepositoryChange {
  /** Whole files: path to content. */
  readonly files?: Readonly<Record<string, string>>;
  readonly replace?: readonly Replacement[];
  readonly message: string;
}

/**
 * Applies a change to a working folder.
 * @throws RepositoryError naming all files and texts that are not there.
 */
export function applyChange(dir: string, change: RepositoryChange): void {
  const problems: string[] = [];
  for (const [file, content] of Object.entries(change.files ?? {})) {
    const path = insideOf(dir, file, problems);
    if (path === undefined) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  for (const replacement of change.replace ?? []) applyReplacement(dir, replacement, problems);
  if (problems.length > 0) throw new RepositoryError(`change cannot be applied: ${problems.join('; ')}`);
}

function applyReplacement(dir: string, { file, find, replace }: Replacement, problems: string[]): void {
  const path = insideOf(dir, file, problems);
  if (path === undefined) return;
  if (!existsSync(path)) {
    problems.push(`"${file}" does not exist`);
    return;
  }
  const parts = readFileSync(path, 'utf8').split(find);
  if (find !== '' && parts.length === 2) writeFileSync(path, parts.join(replace));
  else if (parts.length === 1) problems.push(`"${file}" does not hold the text ${JSON.stringify(find)}`);
  else problems.push(`"${file}" holds ${JSON.stringify(find)} more than once; give a longer text`);
}

function insideOf(dir: string, file: string, problems: string[]): string | undefined {
  const clean = normalize(file);
  const isInside =
    !isAbsolute(clean) && clean !== '..' && !clean.startsWith('../') && !/^\.git(\/|$)/.test(clean);
  if (!isInside) problems.push(`"${file}" lies outside the repository`);
  return isInside ? join(dir, clean) : undefined;
}
