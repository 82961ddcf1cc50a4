import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type * as z from 'zod';
import { AssemblyUnreadable, messageOf } from './errors';
import { assetsSchema, type Manifest, manifestSchema, type Template, templateSchema } from './template';

/** One stack of an assembly. */
export interface AssemblyStack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: Template;
  /** Folders (or files) that the stack uploads: object key in the assets bucket to absolute path. */
  readonly assets: ReadonlyMap<string, string>;
}

/** What `cdk synth` wrote. */
export interface Assembly {
  /** Absolute path. */
  readonly directory: string;
  /** Each after all that it depends on. */
  readonly stacks: readonly AssemblyStack[];
}

/** Account of an assembly that was synthesized for no account in particular. */
export const REHEARSAL_ACCOUNT = '000000000000';

const STACK = 'aws:cloudformation:stack';
const ASSETS = 'cdk:asset-manifest';
const NESTED_ASSEMBLY = 'cdk:cloud-assembly';

/**
 * Reads a cloud assembly from its folder.
 * @throws AssemblyUnreadable when a file is missing, is not JSON or has not the expected shape.
 */
export function readAssembly(directory: string): Assembly {
  const folder = resolve(directory);
  const { artifacts } = readJson(folder, 'manifest.json', manifestSchema);
  const nested = Object.entries(artifacts).find(([, { type }]) => type === NESTED_ASSEMBLY);
  if (nested) {
    throw new AssemblyUnreadable(
      `assembly "${folder}" holds the stage "${nested[0]}"; the rehearsal reads stacks of the app itself`,
    );
  }
  const names = inDependencyOrder(artifacts);
  if (names.length === 0) {
    throw new AssemblyUnreadable(`assembly "${folder}" holds no stack; expected at least one`);
  }
  return { directory: folder, stacks: names.map((name) => readStack(folder, name, artifacts)) };
}

function readStack(folder: string, id: string, artifacts: Manifest['artifacts']): AssemblyStack {
  const artifact = artifactOf(artifacts, id);
  const { templateFile, stackName } = artifact.properties;
  if (typeof templateFile !== 'string') {
    throw new AssemblyUnreadable(`stack "${id}" names no template in manifest.json`);
  }
  return {
    name: typeof stackName === 'string' ? stackName : id,
    ...environmentOf(id, artifact.environment),
    template: readJson(folder, templateFile, templateSchema),
    assets: readAssets(folder, artifact.dependencies, artifacts),
  };
}

/** Reads `aws://ACCOUNT/REGION`. */
function environmentOf(id: string, environment = ''): Pick<AssemblyStack, 'account' | 'region'> {
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  if (region === '' || region === 'unknown-region') {
    throw new AssemblyUnreadable(
      `stack "${id}" has the environment "${environment}", which names no region; give the stack env.region`,
    );
  }
  return { account: account === 'unknown-account' ? REHEARSAL_ACCOUNT : account, region };
}

function readAssets(
  folder: string,
  dependencies: readonly string[],
  artifacts: Manifest['artifacts'],
): ReadonlyMap<string, string> {
  const manifests = dependencies.map((id) => artifactOf(artifacts, id)).filter(({ type }) => type === ASSETS);
  const files = manifests.flatMap(({ properties }) =>
    Object.values(readJson(folder, String(properties.file), assetsSchema).files),
  );
  return new Map(
    files.flatMap(({ source, destinations }) =>
      Object.values(destinations).map(
        ({ objectKey }) => [basename(objectKey), join(folder, source.path ?? '')] as const,
      ),
    ),
  );
}

/** Stacks in the manifest's order, but each after what it depends on. */
function inDependencyOrder(artifacts: Manifest['artifacts']): readonly string[] {
  const ordered = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    if (path.includes(id)) {
      throw new AssemblyUnreadable(`stacks depend on each other: ${[...path, id].join(' -> ')}`);
    }
    const { type, dependencies } = artifactOf(artifacts, id);
    for (const dependency of dependencies) {
      visit(dependency, [...path, id]);
    }
    if (type === STACK) {
      ordered.add(id);
    }
  };
  for (const id of Object.keys(artifacts)) {
    visit(id, []);
  }
  return [...ordered];
}

function artifactOf(artifacts: Manifest['artifacts'], id: string): Manifest['artifacts'][string] {
  const artifact = artifacts[id];
  if (artifact === undefined) {
    throw new AssemblyUnreadable(`manifest.json names the artifact "${id}" but does not hold it`);
  }
  return artifact;
}

function readJson<Schema extends z.ZodType>(folder: string, file: string, schema: Schema): z.output<Schema> {
  const path = join(folder, file);
  if (!existsSync(path)) {
    throw new AssemblyUnreadable(`"${path}" does not exist`);
  }
  const parsed = schema.safeParse(parseJson(path));
  if (parsed.success) {
    return parsed.data;
  }
  const problems = parsed.error.issues.map(
    ({ path: at, message }) => `${at.join('.') || 'file'}: ${message}`,
  );
  throw new AssemblyUnreadable(`"${path}" is not what cdk synth writes (${problems.join('; ')})`);
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new AssemblyUnreadable(`"${path}" is not readable as JSON (${messageOf(error)})`, { cause: error });
  }
}
