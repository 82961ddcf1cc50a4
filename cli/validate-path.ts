import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Problem } from '../core/errors';
import type { FileProblem } from '../documents/file-problem';
import { checkDocument } from '../documents/read-document';
import { checkServiceFolder, SERVICE_FILES } from '../documents/service-documents';
import { DOCUMENT_KINDS, type DocumentKindName } from './schema-catalogue';

/** What `canary validate` looked at and found. */
export interface Validation {
  readonly checked: readonly string[];
  readonly problems: readonly FileProblem[];
}

/** Why a path cannot be validated at all: it is not there, or nobody knows what it is. */
export function targetProblems(path: string, kind: DocumentKindName | undefined): readonly Problem[] {
  const found = kindOfPath(path);
  if (found === 'missing') {
    return [
      {
        path,
        received: 'no file or folder',
        allowed: 'a service’s folder or a document',
        todo: 'correct the path',
      },
    ];
  }
  if (found === 'folder') {
    return kind === undefined
      ? []
      : [{ path: '--as', received: kind, allowed: 'a file', todo: 'name the file, or remove --as' }];
  }
  return kind === undefined && detectKind(path) === null
    ? [
        {
          path,
          received: 'a file whose name does not say what it is',
          allowed: 'platform*.yaml, rollout.json, deploy.json, taskdef.json, *.yaml (scenario)',
          todo: 'say what it is with --as',
        },
      ]
    : [];
}

/** Checks a service's folder or one document. Call `targetProblems` first. */
export async function validatePath(path: string, asked: DocumentKindName | undefined): Promise<Validation> {
  if (kindOfPath(path) === 'folder') {
    const inFolder = (file: string): string => join(path, file);
    const problems = checkServiceFolder(path).map((each) => ({ ...each, file: inFolder(each.file) }));
    return { checked: SERVICE_FILES.map(inFolder), problems };
  }
  const kind = DOCUMENT_KINDS[asked ?? detectKind(path) ?? 'scenario'];
  const { problems } = checkDocument({ path, format: kind.format }, await kind.schema());
  return { checked: [path], problems };
}

/** What a file is by its name; null when that does not say. */
export function detectKind(path: string): DocumentKindName | null {
  const name = basename(path);
  const found = PATTERNS.find(([pattern]) => pattern.test(name));
  return found?.[1] ?? null;
}

const PATTERNS: readonly (readonly [RegExp, DocumentKindName])[] = [
  [/^platform.*\.ya?ml$/, 'platform'],
  [/^rollout.*\.json$/, 'rollout'],
  [/^deploy\.json$/, 'deploy'],
  [/^taskdef\.json$/, 'taskdef'],
  [/\.ya?ml$/, 'scenario'],
];

function kindOfPath(path: string): 'missing' | 'folder' | 'file' {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 'missing' : stat.isDirectory() ? 'folder' : 'file';
}
