import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { applyChange, type RepositoryChange } from './change';
import { git, RepositoryError } from './git';

/** A Git repository of one service. */
export interface ServiceRepository {
  readonly name: string;
  /** What one clones from and pushes to: a folder of this machine. */
  readonly dir: string;
  /** Folder for clones and checkouts. */
  readonly workDir: string;
  /** Whether it was made here, to be pushed to; somebody's own is only read. */
  readonly isRemote: boolean;
}

const BRANCH = 'main';

/**
 * Creates a bare repository with the branch `main`, its first commit being the files of `seedFrom` (what a
 * `.gitignore` there names is left out), or one without any commit. One that is there already is replaced.
 * @throws RepositoryError when `seedFrom` is no folder or holds no file.
 */
export async function createRepository(options: {
  readonly workDir: string;
  readonly name: string;
  readonly seedFrom?: string;
}): Promise<ServiceRepository> {
  const { name, seedFrom } = options;
  const workDir = ensureFolder(options.workDir);
  const dir = join(workDir, `${name}.git`);
  rmSync(dir, { recursive: true, force: true });
  await git(['init', '--quiet', '--bare', `--initial-branch=${BRANCH}`, dir], { cwd: workDir });
  const repository = { name, dir, workDir, isRemote: true };
  if (seedFrom !== undefined) await seed(repository, resolve(seedFrom));
  return repository;
}

async function seed(repository: ServiceRepository, from: string): Promise<void> {
  if (!existsSync(from) || !statSync(from).isDirectory()) {
    throw new RepositoryError(
      `"${from}" is no folder; "source" of service "${repository.name}" must name one`,
    );
  }
  const { dir } = repository;
  const env = { GIT_INDEX_FILE: join(dir, 'seed-index') };
  await git(['--git-dir', dir, '--work-tree', from, 'add', '--all', '.'], { cwd: from, env });
  const tree = await git(['write-tree'], { cwd: dir, env });
  rmSync(env.GIT_INDEX_FILE, { force: true });
  const files = await git(['ls-tree', tree], { cwd: dir });
  if (files === '') throw new RepositoryError(`"${from}" holds no file to seed "${repository.name}" from`);
  await commitTree(repository, tree);
}

async function commitTree({ dir, name }: ServiceRepository, tree: string): Promise<void> {
  const commit = await git(['commit-tree', tree, '-m', `Start ${name}`], { cwd: dir });
  await git(['update-ref', `refs/heads/${BRANCH}`, commit], { cwd: dir });
}

/**
 * Opens somebody's own repository, for reading only.
 * @throws RepositoryError when there is none.
 */
export async function openRepository(options: {
  readonly path: string;
  readonly workDir: string;
  /** Default: the folder's name. */
  readonly name?: string;
}): Promise<ServiceRepository> {
  const path = resolve(options.path);
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    throw new RepositoryError(`"${path}" is no folder; name the service's repository`);
  }
  const found = await git(['rev-parse', '--git-dir'], { cwd: path }).catch((error: RepositoryError) => {
    if (!/not a git repository/i.test(error.message)) throw error;
    throw new RepositoryError(
      `"${path}" is not a Git repository; name a clone, or run "git init" and commit there`,
    );
  });
  const name = options.name ?? basename(path).replace(/\.git$/, '');
  return { name, dir: resolve(path, found), workDir: ensureFolder(options.workDir), isRemote: false };
}

/**
 * Full commit id of a revision: branch, tag, id or expression such as `HEAD~1`.
 * @throws RepositoryError naming branches and the newest commits when there is no such revision.
 */
export async function resolveRevision(repository: ServiceRepository, revision: string): Promise<string> {
  const { dir } = repository;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const commit = await git(args, { cwd: dir }).catch(() => '');
  if (/^[0-9a-f]{40,64}$/.test(commit)) return commit;
  const newest = await git(['log', '--all', '-5', '--format=%h %s'], { cwd: dir }).catch(() => '');
  const branches = await git(['for-each-ref', '--format=%(refname:short)', 'refs/heads'], { cwd: dir }).catch(
    () => '',
  );
  throw new RepositoryError(
    `repository "${repository.name}" has no revision "${revision}"; branches: ${list(branches)}; newest commits: ${list(newest)}`,
  );
}

function list(lines: string): string {
  return lines === '' ? 'none' : lines.split('\n').join(', ');
}

/** Where commits wait for their push; a clone does not fetch it. */
const STAGED = 'refs/rehearsal/staged';

/**
 * Commits a change on `main` as a developer does: clone, commit, push. Answers the new commit's id.
 * @throws RepositoryError when a file or text is not there, or nothing would change.
 */
export async function commitChange(repository: ServiceRepository, change: RepositoryChange): Promise<string> {
  return inClone(repository, async (clone) => {
    const commit = await commitIn(clone, repository, change);
    await git(['push', '--quiet', 'origin', `HEAD:${BRANCH}`], { cwd: clone });
    return commit;
  });
}

/**
 * Commits a change upon what was staged last, or upon `main`, and keeps it in the repository without any push, so that
 * it can be built ahead of its release.
 * @throws RepositoryError when a file or text is not there, or nothing would change.
 */
export async function stageChange(repository: ServiceRepository, change: RepositoryChange): Promise<string> {
  return inClone(repository, async (clone) => {
    const staged = await git(['ls-remote', 'origin', STAGED], { cwd: clone });
    if (staged !== '') {
      await git(['fetch', '--quiet', 'origin', STAGED], { cwd: clone });
      const hasMain = await isAncestor(clone, 'HEAD', 'FETCH_HEAD');
      if (hasMain) await git(['reset', '--quiet', '--hard', 'FETCH_HEAD'], { cwd: clone });
    }
    const commit = await commitIn(clone, repository, change);
    await git(['fetch', '--quiet', clone, `+HEAD:${STAGED}`], { cwd: repository.dir });
    return commit;
  });
}

/** Whether `main` has the commit already. Always so in somebody's own repository, which is not pushed to. */
export async function isReleased(repository: ServiceRepository, commit: string): Promise<boolean> {
  return !repository.isRemote || isAncestor(repository.dir, commit, `refs/heads/${BRANCH}`);
}

/** Pushes a staged commit to `main`, over whatever is there. */
export async function pushCommit({ dir }: ServiceRepository, commit: string): Promise<void> {
  await git(['push', '--quiet', '--force', dir, `${commit}:refs/heads/${BRANCH}`], { cwd: dir });
}

async function isAncestor(dir: string, older: string, newer: string): Promise<boolean> {
  return git(['merge-base', '--is-ancestor', older, newer], { cwd: dir }).then(
    () => true,
    () => false,
  );
}

async function inClone<T>(repository: ServiceRepository, work: (clone: string) => Promise<T>): Promise<T> {
  const clone = mkdtempSync(join(repository.workDir, `${repository.name}-clone-`));
  try {
    await git(['clone', '--quiet', repository.dir, clone], { cwd: repository.workDir });
    return await work(clone);
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

async function commitIn(
  clone: string,
  repository: ServiceRepository,
  change: RepositoryChange,
): Promise<string> {
  applyChange(clone, change);
  await git(['add', '--all'], { cwd: clone });
  const changed = await git(['status', '--porcelain'], { cwd: clone });
  if (changed === '') {
    throw new RepositoryError(
      `change "${change.message}" leaves every file of "${repository.name}" as it is`,
    );
  }
  await git(['commit', '--quiet', '--message', change.message], { cwd: clone });
  return git(['rev-parse', 'HEAD'], { cwd: clone });
}

/**
 * Puts a revision's files into a folder of their own and answers its path. The folder is a clone, so that build
 * scripts may ask git; the repository itself is not touched.
 */
export async function checkout(repository: ServiceRepository, revision: string): Promise<string> {
  const commit = await resolveRevision(repository, revision);
  const dir = join(repository.workDir, 'checkouts', repository.name, commit);
  if (existsSync(join(dir, '.git', 'canary-complete'))) return dir;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const cwd = repository.workDir;
  await git(['clone', '--quiet', '--shared', '--no-checkout', repository.dir, dir], { cwd });
  await git(['checkout', '--quiet', '--detach', commit], { cwd: dir });
  mkdirSync(join(dir, '.git', 'canary-complete'));
  return dir;
}

/** Puts a commit's files into a folder, without Git's own: what CodePipeline hands on as an archive. */
export async function exportCommit(
  repository: ServiceRepository,
  commit: string,
  dir: string,
): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const env = { GIT_INDEX_FILE: join(repository.workDir, `index-${randomUUID()}`) };
  const where = ['--git-dir', repository.dir, '--work-tree', dir];
  try {
    await git([...where, 'read-tree', commit], { cwd: dir, env });
    await git([...where, 'checkout-index', '--all', '--force'], { cwd: dir, env });
  } finally {
    rmSync(env.GIT_INDEX_FILE, { force: true });
  }
}

/** Author and first line of a commit's message. */
export async function describeCommit(
  repository: ServiceRepository,
  commit: string,
): Promise<{ readonly author: string; readonly message: string }> {
  const text = await git(['show', '--no-patch', '--format=%an%n%s', commit], { cwd: repository.dir });
  const [author = '', message = ''] = text.split('\n');
  return { author, message };
}

function ensureFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return realpathSync(path);
}
