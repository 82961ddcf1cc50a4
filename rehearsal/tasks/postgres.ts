import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { BuiltImage } from '../images';
import { isOpenToAll, makeFolder, reachableFolder, unprivilegedIdentity } from './identity';
import { startProcessGroup } from './process-group';
import type { ProcessGuard } from './process-guard';
import { findPostgres, POSTGRES_PACKAGE } from './server-binaries';
import { type ProcessIdentity, type ProcessSpec, TaskStartError } from './types';
import { intoMounts, type Mount } from './volumes';

const execFileAsync = promisify(execFile);

/** What preparing a database task needs. */
export interface PostgresOptions {
  readonly venv: string;
  readonly cacheDir: string;
  readonly taskDir: string;
  readonly guard: ProcessGuard;
  readonly mounts: readonly Mount[];
}

/** A database directory's owner and the programs, wherever they can be reached. */
interface Installation {
  readonly bin: string;
  readonly identity?: ProcessIdentity;
  /** Folder for prepared database directories. */
  readonly home: string;
}

/** Data ends with this machine's run, so nothing is forced to disk; the rest keeps memory small. */
const SERVER_SETTINGS = [
  'fsync=off',
  'full_page_writes=off',
  'unix_socket_directories=',
  'shared_buffers=16MB',
  'max_connections=100',
  'max_wal_size=64MB',
];

/** Where the image keeps its data unless told otherwise. */
const DEFAULT_PGDATA = '/var/lib/postgresql/data';

const preparing = new Map<string, Promise<string>>();

/**
 * Prepares a task of a PostgreSQL image: a data directory with the image's init scripts already run (made once per
 * image and password, then copied), and the real server on the task's address.
 * @throws TaskStartError with the reason and the last lines, as the image's own entry point ends.
 */
export async function preparePostgres(
  image: BuiltImage,
  env: Readonly<Record<string, string>>,
  options: PostgresOptions,
): Promise<ProcessSpec & { readonly dataDir: string; readonly isKept: boolean }> {
  const installation = locate(options);
  const template = await ensureTemplate(image, env, installation, options.guard);
  const { bin, identity } = installation;
  const inContainer = env.PGDATA ?? DEFAULT_PGDATA;
  const mounted = intoMounts(options.mounts, inContainer);
  const isKept = mounted !== inContainer || options.mounts.some(({ folder }) => mounted.startsWith(folder));
  const dataDir = isKept
    ? mounted
    : join(reachableFolder(options.taskDir, identity), `${basename(options.taskDir)}-data`);
  await initialiseOnce(dataDir, template);
  // A commit that was acknowledged must outlive a killed server where its files do; elsewhere nothing would read it.
  const settings = [
    ...SERVER_SETTINGS,
    `synchronous_commit=${isKept ? 'on' : 'off'}`,
    `listen_addresses=${env.HOST}`,
    `port=${env.PGPORT ?? 5432}`,
  ];
  const own = image.cmd[0] === 'postgres' ? image.cmd.slice(1) : [];
  return {
    argv: [join(bin, 'postgres'), '-D', dataDir, ...own, ...settings.flatMap((setting) => ['-c', setting])],
    cwd: dataDir,
    env: { ...env, PATH: `${bin}:${env.PATH}`, PGHOST: env.HOST ?? '', PGDATA: dataDir },
    stopSignal: image.stopSignal as NodeJS.Signals,
    abortSignal: 'SIGQUIT',
    dataDir,
    isKept,
    ...(identity === undefined ? {} : { identity }),
  };
}

/** As the image's own entry point: files that are there already are left as they are. */
async function initialiseOnce(dataDir: string, template: string): Promise<void> {
  if (existsSync(join(dataDir, 'PG_VERSION'))) return;
  makeFolder(dirname(dataDir), undefined);
  const copy = `${dataDir}.new`;
  rmSync(copy, { recursive: true, force: true });
  await execFileAsync('cp', ['-R', '-p', template, copy]);
  if (existsSync(dataDir)) rmdirSync(dataDir);
  renameSync(copy, dataDir);
}

/** PostgreSQL refuses root: then `nobody` runs it, from a copy when the programs lie where only root can go. */
function locate({ venv, cacheDir }: PostgresOptions): Installation {
  const bin = findPostgres(venv);
  const identity = unprivilegedIdentity();
  const home = reachableFolder(cacheDir, identity);
  if (identity === undefined) return { bin, home };
  if (isOpenToAll(bin)) return { bin, identity, home };
  const copy = join(home, POSTGRES_PACKAGE);
  if (!existsSync(copy)) {
    const temporary = `${copy}.${process.pid}`;
    cpSync(dirname(dirname(bin)), join(temporary, 'pginstall'), { recursive: true, verbatimSymlinks: true });
    renameSync(temporary, copy);
  }
  return { bin: join(copy, 'pginstall', 'bin'), identity, home };
}

function ensureTemplate(
  image: BuiltImage,
  env: Readonly<Record<string, string>>,
  installation: Installation,
  guard: ProcessGuard,
): Promise<string> {
  const hash = createHash('sha256').update('postgres-1');
  for (const name of ['POSTGRES_DB', 'POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_HOST_AUTH_METHOD']) {
    hash.update(`${name}=${env[name] ?? ''}\0`);
  }
  for (const file of image.initFiles) hash.update(`${basename(file)}\0`).update(readFileSync(file));
  const template = join(installation.home, 'postgres', hash.digest('hex').slice(0, 24));
  const known = preparing.get(template);
  if (known !== undefined) return known;
  if (existsSync(template)) return Promise.resolve(template);
  const made = makeTemplate(template, image, env, installation, guard).finally(() =>
    preparing.delete(template),
  );
  preparing.set(template, made);
  return made;
}

async function makeTemplate(
  template: string,
  image: BuiltImage,
  env: Readonly<Record<string, string>>,
  installation: Installation,
  guard: ProcessGuard,
): Promise<string> {
  const { identity } = installation;
  const password = env.POSTGRES_PASSWORD ?? '';
  if (password === '' && env.POSTGRES_HOST_AUTH_METHOD !== 'trust') {
    throw exited('POSTGRES_PASSWORD is not set; name a secret for it in specfiles/taskdef.json');
  }
  makeFolder(dirname(template), undefined);
  const folder = makeFolder(mkdtempSync(join(dirname(template), 'making-')), identity);
  const data = join(folder, 'data');
  try {
    await initialise(data, folder, password, env, installation);
    await runInitScripts(data, image.initFiles, env, installation, guard);
    if (existsSync(template)) rmSync(data, { recursive: true });
    else renameSync(data, template);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return template;
}

async function initialise(
  data: string,
  folder: string,
  password: string,
  env: Readonly<Record<string, string>>,
  { bin, identity }: Installation,
): Promise<void> {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${password || 'unused'}\n`, { mode: 0o644 });
  const hostAuth = env.POSTGRES_HOST_AUTH_METHOD ?? 'scram-sha-256';
  const args = [
    `--pgdata=${data}`,
    `--username=${env.POSTGRES_USER ?? 'postgres'}`,
    `--pwfile=${passwordFile}`,
    '--auth-local=trust',
    `--auth-host=${hostAuth}`,
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--wal-segsize=1',
  ];
  await command(join(bin, 'initdb'), args, identity, folder);
}

/** Starts the new server on a socket nobody else can reach, creates the database, runs the image's scripts. */
async function runInitScripts(
  data: string,
  files: readonly string[],
  env: Readonly<Record<string, string>>,
  { bin, identity }: Installation,
  guard: ProcessGuard,
): Promise<void> {
  // A socket's path may have 103 characters: not below the cache.
  const sockets = makeFolder(mkdtempSync(join(tmpdir(), 'canary-pg-')), identity);
  const settings = ['listen_addresses=', `unix_socket_directories=${sockets}`, 'fsync=off'];
  const argv = [join(bin, 'postgres'), '-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const lines: string[] = [];
  const spec: ProcessSpec = {
    argv,
    cwd: data,
    env: { PATH: process.env.PATH ?? '' },
    stopSignal: 'SIGINT',
    ...(identity === undefined ? {} : { identity }),
  };
  const server = await startProcessGroup(spec, guard, (line) => lines.push(line));
  const user = env.POSTGRES_USER ?? 'postgres';
  const database = env.POSTGRES_DB ?? user;
  const psql = (target: string, ...args: string[]) =>
    command(
      join(bin, 'psql'),
      ['--no-psqlrc', '--quiet', '-v', 'ON_ERROR_STOP=1', '-h', sockets, '-U', user, '-d', target, ...args],
      undefined,
      tmpdir(),
    );
  try {
    await waitUntilReady(join(bin, 'pg_isready'), sockets, lines);
    if (database !== 'postgres') await psql('postgres', '-c', `CREATE DATABASE "${database}"`);
    for (const file of files) {
      if (!file.endsWith('.sql')) {
        throw exited(`${basename(file)}: only .sql files in docker-entrypoint-initdb.d can be rehearsed`);
      }
      await psql(database, '-f', file);
    }
  } finally {
    server.signal('SIGINT');
    await server.exited;
    rmSync(sockets, { recursive: true, force: true });
  }
}

async function waitUntilReady(program: string, sockets: string, lines: readonly string[]): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const isReady = await execFileAsync(program, ['-q', '-h', sockets]).then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw exited(`PostgreSQL was not ready within 20 s: ${lines.slice(-5).join(' | ')}`);
}

async function command(
  program: string,
  args: readonly string[],
  identity: ProcessIdentity | undefined,
  cwd: string,
): Promise<void> {
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  await execFileAsync(program, args, { ...identity, cwd, env }).catch(
    (error: Error & { stderr?: string }) => {
      throw exited(error.stderr || error.message);
    },
  );
}

function exited(output: string): TaskStartError {
  const lines = output.trim().split('\n').slice(-20);
  return new TaskStartError('Essential container in task exited', 1, lines);
}
