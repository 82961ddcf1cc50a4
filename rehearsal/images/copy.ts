import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import type { BuildContext } from './context';
import { globToRegExp, isGlob } from './glob';

/** One thing to copy: a file or link, and where it goes below the image's root. */
export interface CopiedFile {
  readonly from: string;
  readonly to: string;
}

/** Sources and destination of COPY, variables filled in. */
export interface CopyRequest {
  readonly sources: readonly string[];
  /** Absolute path in the image; a `/` at the end makes it a folder. */
  readonly destination: string;
}

/**
 * Finds what COPY from the context takes.
 * @throws Error naming the source that matches nothing or lies outside.
 */
export function filesFromContext(
  context: BuildContext,
  request: CopyRequest,
): readonly (CopiedFile & { readonly file: string })[] {
  return request.sources.flatMap((source) => {
    const pattern = cleanSource(source);
    const matches = pattern === '' ? () => true : matcherOf(pattern);
    const found = context.files.filter(matches);
    // An empty folder has no files to copy, and that is no mistake.
    if (found.length === 0 && !(!isGlob(pattern) && existsSync(join(context.dir, pattern)))) {
      throw new Error(`"${source}" matches no file in ${context.dir}; look at .dockerignore, too`);
    }
    return found.map((file) => ({
      file,
      from: join(context.dir, file),
      to: targetOf(file, pattern, request),
    }));
  });
}

function matcherOf(pattern: string): (file: string) => boolean {
  const expression = globToRegExp(pattern, { andBelow: true });
  return (file) => expression.test(file);
}

/** Where a matched file goes: below a copied folder by its path in it, else by its name or to the very destination. */
function targetOf(file: string, pattern: string, { sources, destination }: CopyRequest): string {
  const depth = pattern === '' ? 0 : pattern.split('/').length;
  const isWhole = file.split('/').length === depth;
  if (!isWhole) return posix.join(destination, file.split('/').slice(depth).join('/'));
  const intoFolder = destination.endsWith('/') || sources.length > 1 || isGlob(pattern);
  return intoFolder ? posix.join(destination, basename(file)) : destination;
}

function cleanSource(source: string): string {
  const clean = posix.normalize(source).replace(/^\/+|\/+$/g, '');
  if (clean === '..' || clean.startsWith('../'))
    throw new Error(`"${source}" lies outside the build context`);
  return clean === '.' ? '' : clean;
}

/** Finds what COPY --from takes out of another stage's root: whole folders at once. */
export function filesFromStage(stageRoot: string, request: CopyRequest): readonly CopiedFile[] {
  return request.sources.flatMap((source) => {
    const pattern = cleanSource(source);
    const matched = isGlob(pattern) ? matchesBelow(stageRoot, pattern) : [pattern];
    const found = matched.filter(
      (path) => existsSync(join(stageRoot, path)) || isLink(join(stageRoot, path)),
    );
    if (found.length === 0) throw new Error(`"${source}" is not in that stage`);
    return found.map((path) => {
      const from = join(stageRoot, path);
      const isFolder = lstatSync(from).isDirectory();
      const intoFolder =
        !isFolder && (request.destination.endsWith('/') || found.length > 1 || request.sources.length > 1);
      return { from, to: intoFolder ? posix.join(request.destination, basename(path)) : request.destination };
    });
  });
}

function matchesBelow(root: string, pattern: string): string[] {
  const folder = dirname(pattern) === '.' ? '' : dirname(pattern);
  if (isGlob(folder)) throw new Error(`"${pattern}": only the last part of a path may be a pattern`);
  const expression = globToRegExp(basename(pattern));
  const dir = join(root, folder);
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => expression.test(name))
    .sort()
    .map((name) => posix.join(folder, name));
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** Copies into the image's root; links stay links. */
export function copyFiles(root: string, files: readonly CopiedFile[], mode?: number): void {
  for (const { from, to } of files) {
    const target = join(root, to);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(from, target, { recursive: true, verbatimSymlinks: true, force: true });
    if (mode !== undefined) chmodSync(target, mode);
  }
}
