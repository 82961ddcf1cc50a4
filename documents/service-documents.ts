import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument as parseYaml } from 'yaml';
import { deploySchema } from '../core/config/deploy-schema';
import { findProblems } from '../core/config/problems';
import { taskDefinitionSchema } from '../core/config/task-definition-schema';
import type { Problem } from '../core/errors';

/** A service repository's own documents, as written. */
export interface ServiceDocuments {
  readonly deploy: Record<string, unknown>;
  readonly taskDefinition: Record<string, unknown>;
}

/** A problem and the file it is in. */
export interface FileProblem extends Problem {
  readonly file: string;
}

const FILES = [
  { member: 'deploy', file: 'specfiles/deploy.json', schema: deploySchema },
  { member: 'taskDefinition', file: 'specfiles/taskdef.json', schema: taskDefinitionSchema },
] as const;

/** Reads and checks `specfiles/` of a service folder; every problem of every file at once. */
export function readServiceDocuments(folder: string): {
  readonly documents: ServiceDocuments;
  readonly problems: readonly FileProblem[];
} {
  const documents: Record<string, Record<string, unknown>> = {};
  const problems: FileProblem[] = [];
  for (const { member, file, schema } of FILES) {
    const { value, problems: unreadable } = readJson(join(folder, file), file);
    documents[member] = (value ?? {}) as Record<string, unknown>;
    problems.push(...unreadable);
    if (unreadable.length === 0) {
      problems.push(...findProblems(schema, value).map((problem) => ({ ...problem, file })));
    }
  }
  return { documents: documents as unknown as ServiceDocuments, problems };
}

/** JSON through a YAML reader, which also finds keys written twice and says where a mistake is. */
function readJson(path: string, file: string): { value: unknown; problems: readonly FileProblem[] } {
  if (!existsSync(path)) {
    return {
      value: undefined,
      problems: [{ file, path: '', received: 'no file', allowed: 'a JSON document', todo: `write ${file}` }],
    };
  }
  const text = readFileSync(path, 'utf8');
  const parsed = parseYaml(text, { uniqueKeys: true, strict: true });
  const mistakes = parsed.errors.map((error) => ({
    file,
    path: `line ${error.linePos?.[0].line ?? 1}`,
    received: error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? 'a mistake',
    allowed: 'valid JSON with each key once',
    todo: 'correct the line',
  }));
  return mistakes.length > 0
    ? { value: undefined, problems: mistakes }
    : { value: strictJson(text), problems: strictProblems(text, file) };
}

function strictJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** YAML allows more than JSON does; CodeBuild and the rollout read JSON. */
function strictProblems(text: string, file: string): readonly FileProblem[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [
      { file, path: '', received: (error as Error).message, allowed: 'valid JSON', todo: 'correct it' },
    ];
  }
}
