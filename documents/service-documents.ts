import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findDataPathProblems } from '../core/config/data-path-rules';
import { deploySchema } from '../core/config/deploy-schema';
import { findMisfits, type ServiceFacts } from '../core/config/service-fit';
import { taskDefinitionSchema } from '../core/config/task-definition-schema';
import { buildSpecSchema } from './build-spec-schema';
import type { FileProblem } from './file-problem';
import { checkDocument } from './read-document';

export type { FileProblem } from './file-problem';

/** A service repository's own documents, as written. */
export interface ServiceDocuments {
  readonly deploy: Record<string, unknown>;
  readonly taskDefinition: Record<string, unknown>;
}

/**
 * Reads and checks what a rollout takes from `specfiles/` of a service folder; every problem of both files at once.
 * @param facts What platform.yaml says of the service; left out where nobody knows, as in its own repository.
 */
export function readServiceDocuments(
  folder: string,
  facts?: ServiceFacts,
): {
  readonly documents: ServiceDocuments;
  readonly problems: readonly FileProblem[];
} {
  const deploy = checkJson(folder, 'specfiles/deploy.json', deploySchema);
  const taskDefinition = checkJson(folder, 'specfiles/taskdef.json', taskDefinitionSchema);
  return {
    documents: { deploy: asObject(deploy.value), taskDefinition: asObject(taskDefinition.value) },
    problems: [
      ...deploy.problems,
      ...taskDefinition.problems,
      ...commonProblems(deploy, taskDefinition, facts),
    ],
  };
}

/** What the two files must say together; asked only when each is valid by itself. */
function commonProblems(
  deploy: ReturnType<typeof checkDocument>,
  taskDefinition: ReturnType<typeof checkDocument>,
  facts: ServiceFacts | undefined,
): readonly FileProblem[] {
  if (deploy.problems.length > 0 || taskDefinition.problems.length > 0) {
    return [];
  }
  const files = { deploy: 'specfiles/deploy.json', task_definition: 'specfiles/taskdef.json' } as const;
  const documents = [
    deploySchema.parse(deploy.value),
    taskDefinitionSchema.parse(taskDefinition.value),
  ] as const;
  const found = facts === undefined ? findDataPathProblems(...documents) : findMisfits(...documents, facts);
  return found.map(({ document, ...problem }) => ({ ...problem, file: files[document] }));
}

/**
 * Every problem of a service repository: `specfiles/` with its build, and the Dockerfile being there.
 * @param facts What platform.yaml says of the service; left out where nobody knows.
 */
export function checkServiceFolder(folder: string, facts?: ServiceFacts): readonly FileProblem[] {
  const buildSpec = { path: join(folder, BUILD), shownAs: BUILD, format: 'yaml' } as const;
  return [
    ...readServiceDocuments(folder, facts).problems,
    ...checkDocument(buildSpec, buildSpecSchema).problems,
    ...(existsSync(join(folder, 'Dockerfile')) ? [] : [NO_DOCKERFILE]),
  ];
}

/** What a service's folder must hold. */
export const SERVICE_FILES = [
  'specfiles/deploy.json',
  'specfiles/taskdef.json',
  'specfiles/build.yml',
  'Dockerfile',
] as const;

const BUILD = SERVICE_FILES[2];

const NO_DOCKERFILE: FileProblem = {
  file: 'Dockerfile',
  path: '',
  received: 'no file',
  allowed: 'a Dockerfile at the top of the repository',
  todo: 'write Dockerfile, or name the service’s folder',
};

function checkJson(
  folder: string,
  file: string,
  schema: typeof deploySchema | typeof taskDefinitionSchema,
): ReturnType<typeof checkDocument> {
  return checkDocument({ path: join(folder, file), shownAs: file, format: 'json' }, schema);
}

function asObject(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>;
}
