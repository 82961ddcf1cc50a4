import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RETRY_MILLIS = 100;
const inProcess = new Map<string, Promise<unknown>>();

/** Runs `work` while nobody else works in the folder: no other call here, no other process. */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const before = inProcess.get(folder) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(() => withLockFile(join(folder, 'lock'), work));
  inProcess.set(folder, mine);
  try {
    return await mine;
  } finally {
    if (inProcess.get(folder) === mine) inProcess.delete(folder);
  }
}

async function withLockFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  while (!tryLock(file)) await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // A process that was killed leaves its lock behind.
    if (!isAlive(readOwner(file))) rmSync(file, { force: true });
    return false;
  }
}

/** Process id in the lock file; 0 when it was just removed or is not written yet. */
function readOwner(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
