import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { catalogueFiles } from './catalogue-pages';
import { drillsFile } from './drills-page';
import type { GeneratedFile } from './page';
import { rolesFile } from './roles-page';
import { schemaFiles } from './schema-pages';
import { stateMachineFile } from './state-machine-page';

/** Every generated file as it should be. */
export async function generateDocs(root: string): Promise<readonly GeneratedFile[]> {
  return [
    ...(await schemaFiles()),
    ...catalogueFiles(),
    rolesFile(root),
    drillsFile(root),
    stateMachineFile(root),
  ];
}

/** Generated files that are missing or differ from what their sources say. */
export async function staleDocs(root: string): Promise<readonly string[]> {
  const files = await generateDocs(root);
  return files.filter((file) => read(join(root, file.path)) !== file.content).map((file) => file.path);
}

/** Writes every generated file; returns those that changed. */
export async function writeDocs(root: string): Promise<readonly string[]> {
  const stale = new Set(await staleDocs(root));
  for (const file of await generateDocs(root)) {
    if (stale.has(file.path)) {
      mkdirSync(dirname(join(root, file.path)), { recursive: true });
      writeFileSync(join(root, file.path), file.content);
    }
  }
  return [...stale];
}

function read(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
