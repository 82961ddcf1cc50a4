import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TAGGED_IMAGES } from '../dependencies/exceptions';
import { lockedPackages } from '../dependencies/packages';
import { type Check, fromComplaints } from './check';
import { projectFiles } from './project-files';
import {
  forgottenRequirements,
  looseRequirements,
  unhashedInstalls,
  unhashedRequirements,
} from './python-requirements';

/** What is installed and built upon is the same tomorrow, whoever publishes what tonight. */
export const supplyChain: Check = {
  name: 'supply chain',
  run: async (root) => {
    const files = await projectFiles(root);
    const read = (file: string): string => readFileSync(join(root, file), 'utf8');
    const complaints = files.flatMap((file) => complaintsAbout(file, () => read(file)));
    const locks = files
      .filter((file) => file.endsWith('package-lock.json'))
      .flatMap((file) => lockComplaints(file, lockedPackages(root, file)));
    return fromComplaints(
      [...complaints, ...locks, ...forgottenRequirements(files, read)],
      `${files.filter((file) => RULES.some(({ of }) => of.test(file))).length} files`,
    );
  },
};

interface Rule {
  /** Files that it is about. */
  readonly of: RegExp;
  readonly complaints: (text: string) => readonly string[];
}

const RULES: readonly Rule[] = [
  { of: /(^|\/)package\.json$/, complaints: inexactVersions },
  { of: /(^|\/)requirements[^/]*\.in$/, complaints: looseRequirements },
  { of: /(^|\/)requirements[^/]*\.txt$/, complaints: unhashedRequirements },
  { of: /(^|\/)Dockerfile$/, complaints: looseImages },
  { of: /(^|\/)(Dockerfile|Makefile|build\.yml|run)$|\.sh$/, complaints: looseInstalls },
  { of: /(^|\/)(Dockerfile|Makefile|build\.yml|run)$|\.sh$/, complaints: unhashedInstalls },
  { of: /(^|\/)\.npmrc$/, complaints: npmSettings },
];

/** What is wrong with one file, by its name. */
export function complaintsAbout(file: string, read: () => string): readonly string[] {
  return RULES.filter(({ of }) => of.test(file)).flatMap(({ complaints }) =>
    complaints(read()).map((complaint) => `${file}: ${complaint}`),
  );
}

const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

function inexactVersions(text: string): readonly string[] {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<
    string,
    Record<string, string>
  >;
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `${name} "${version}" is no exact version; name one, such as 1.2.3`);
}

function looseImages(text: string): readonly string[] {
  const stages = [...text.matchAll(/^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/gim)];
  const own = stages.map(([, , name]) => name);
  return stages.flatMap(([, image = '']) => {
    const [name = '', tag] = image.split(/:(?=[^/]*$)/);
    const isPinned = /@sha256:[0-9a-f]{64}$/.test(image) || own.includes(image);
    const isExcused = TAGGED_IMAGES[name] !== undefined && tag !== undefined && tag !== 'latest';
    return isPinned || isExcused
      ? []
      : [
          `image "${image}" is named neither by digest nor by a tag with a reason in tools/dependencies/exceptions.ts`,
        ];
  });
}

function looseInstalls(text: string): readonly string[] {
  return text
    .split('\n')
    .filter(
      (line) =>
        /\bnpm (ci|install|i)\b/.test(line) &&
        !/^\s*(#|@?echo|@command)/.test(line) &&
        !(line.includes('npm ci') && line.includes('--ignore-scripts')),
    )
    .map(
      (line) =>
        `"${line.trim()}" may install other packages than the lock names, or runs their scripts; npm ci --ignore-scripts does neither`,
    );
}

function npmSettings(text: string): readonly string[] {
  return ['omit-lockfile-registry-resolved=true', 'save-exact=true']
    .filter((setting) => !text.split('\n').includes(setting))
    .map((setting) => `${setting} is missing`);
}

/**
 * Every package of a lock has its hash, none names the registry that it came from, and none is missing that another
 * kind of machine would install: npm leaves those out of a lock that it writes beside installed packages.
 */
export function lockComplaints(file: string, packages: ReturnType<typeof lockedPackages>): readonly string[] {
  return [...packages].flatMap(([folder, { integrity, resolved, inBundle }]) => [
    ...(resolved === undefined ? [] : [`${file}: ${folder} names where it came from; remove "resolved"`]),
    // What a package brings along in its own archive is under that archive's hash.
    ...(inBundle === true || integrity?.startsWith('sha512-')
      ? []
      : [`${file}: ${folder} has no sha512 hash`]),
    ...missingFrom(packages, folder).map(
      (name) =>
        `${file}: ${name}, which ${folder} wants, is not in it; delete node_modules and run npm install --package-lock-only`,
    ),
  ]);
}

function missingFrom(packages: ReturnType<typeof lockedPackages>, folder: string): readonly string[] {
  const { dependencies, optionalDependencies } = packages.get(folder) ?? {};
  return Object.keys({ ...dependencies, ...optionalDependencies }).filter(
    (name) => !foldersSeenFrom(folder).some((seen) => packages.has(`${seen}node_modules/${name}`)),
  );
}

/** Where Node.js looks for what a package wants: in it, in the packages around it, in the project. */
function foldersSeenFrom(folder: string): readonly string[] {
  const around = folder.lastIndexOf('node_modules/');
  return around < 0 ? [''] : [`${folder}/`, ...foldersSeenFrom(folder.slice(0, around).replace(/\/$/, ''))];
}
