import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** Host path of an absolute path in the image. */
export function hostPath(root: string, containerPath: string): string {
  return join(root, posix.normalize(containerPath));
}

/** An absolute path becomes that of the host when the image has it; all else stays. */
export function mapIfPresent(root: string, value: string): string {
  if (!value.startsWith('/') || value.startsWith(root)) return value;
  const mapped = hostPath(root, value);
  return existsSync(mapped) ? mapped : value;
}

const PATH_IN_TEXT = /(^|[\s"'=;:(&|<>`,])(\/[A-Za-z0-9_.@+-][^\s"';:)&|<>`,]*)/g;
const HOST_ONLY = /^\/(dev|proc|sys)(\/|$)/;
const PROGRAM_FOLDER = /^\/(usr\/local\/|usr\/)?s?bin\/[^/]+$/;

/**
 * Puts the image's root in front of each absolute path of a shell command that builds the image, so that it works
 * there and not on the host. Devices stay, and so do programs that only the host has.
 */
export function mapBuildCommand(root: string, text: string): string {
  return mapText(text, (path) => {
    if (HOST_ONLY.test(path) || path.startsWith(root)) return path;
    const mapped = hostPath(root, path);
    return PROGRAM_FOLDER.test(path) && !existsSync(mapped) && existsSync(path) ? path : mapped;
  });
}

/** The same for a command that runs the image: only what the image has is replaced. */
export function mapRunCommand(root: string, text: string): string {
  return mapText(text, (path) => mapIfPresent(root, path));
}

function mapText(text: string, map: (path: string) => string): string {
  return text.replace(PATH_IN_TEXT, (_match, before: string, path: string) => before + map(path));
}

/** PATH for a process of the image: its own folders first, then this Node's, then the host's. */
export function searchPath(root: string, imagePath: string | undefined, hostSearchPath: string): string {
  const own = (imagePath ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const folders = [...own, '/usr/local/bin', '/usr/bin', '/bin'].map((folder) => hostPath(root, folder));
  return [...new Set([...folders, dirname(process.execPath), ...hostSearchPath.split(':')])].join(':');
}
