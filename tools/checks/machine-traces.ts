import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Check, fromComplaints } from './check';
import { projectFiles } from './project-files';

/** What is true on one machine only: somebody's folders, and the package registry that this machine uses. */
const PATTERNS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'an absolute path of one machine', pattern: /(?<![\w.$}-])\/(home|Users)\/[A-Za-z0-9_-]+/ },
  {
    what: 'a package registry',
    pattern: /https?:\/\/[^\s"'/]*(registry|npm|pypi|artifactory|nexus|verdaccio)/i,
  },
  {
    what: 'a package registry',
    pattern: /(^|\s)(--registry|--index-url|--extra-index-url|registry)[ =]\S*\/\//,
  },
  { what: 'a package registry', pattern: /\b(registry\.(npmjs|yarnpkg)|python[h]osted|pypi\.(org|python))/ },
];

/** No file says where it was written. */
export const machineTraces: Check = {
  name: 'machine traces',
  run: async (root) => {
    const files = await projectFiles(root);
    const patterns = [...PATTERNS, ...ownFolders(root)];
    const complaints = files.flatMap((file) => tracesIn(file, readFileSync(join(root, file)), patterns));
    return fromComplaints(complaints, `${files.length} files`);
  },
};

/** Lines of a file that name a machine's folder or registry. Binary files have none. */
export function tracesIn(file: string, bytes: Buffer, patterns = PATTERNS): string[] {
  if (bytes.includes(0)) {
    return [];
  }
  return bytes
    .toString('utf8')
    .split('\n')
    .flatMap((line, index) => {
      const found = patterns.find(({ pattern }) => pattern.test(line));
      return found === undefined
        ? []
        : [`${file}:${index + 1}: names ${found.what}; write it relative, or leave it out`];
    });
}

/** Where this checkout and this user's home are; too short a path would match anything. */
function ownFolders(root: string): typeof PATTERNS {
  return [root, homedir()]
    .filter((folder) => folder.split('/').length > 2)
    .map((folder) => ({
      what: 'an absolute path of one machine',
      pattern: new RegExp(`${folder.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`),
    }));
}
