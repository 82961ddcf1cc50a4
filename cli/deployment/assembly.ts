import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A stack as it was synthesized. */
export interface SynthesizedStack {
  readonly name: string;
  readonly template: Template;
}

/** The parts of a template that are looked at. */
export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

/** What `cdk deploy` would carry out. */
export interface Assembly {
  readonly folder: string;
  /** Each after all that it depends on. */
  readonly stacks: readonly SynthesizedStack[];
  /** What the CDK's bootstrap must be at least, and the parameter that says what it is. */
  readonly bootstrap: { readonly version: number; readonly parameter: string };
}

interface Artifact {
  readonly type: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly requiresBootstrapStackVersion?: number;
    readonly bootstrapStackVersionSsmParameter?: string;
  };
  readonly dependencies?: readonly string[];
}

const STACK = 'aws:cloudformation:stack';

/** Reads what synthesis wrote. @throws {Error} when it is not there. */
export function readAssembly(folder: string): Assembly {
  const { artifacts } = readJson<{ artifacts: Readonly<Record<string, Artifact>> }>(
    join(folder, 'manifest.json'),
  );
  const stacks = inOrder(artifacts).flatMap((id) => {
    const { type, properties } = artifacts[id] ?? {};
    return type === STACK && properties?.templateFile !== undefined
      ? [
          {
            name: properties.stackName ?? id,
            template: readJson<Template>(join(folder, properties.templateFile)),
          },
        ]
      : [];
  });
  const wanted = Object.values(artifacts).flatMap(({ properties }) => properties ?? []);
  return {
    folder,
    stacks,
    bootstrap: {
      version: Math.max(0, ...wanted.map((each) => each.requiresBootstrapStackVersion ?? 0)),
      parameter:
        wanted.find((each) => each.bootstrapStackVersionSsmParameter !== undefined)
          ?.bootstrapStackVersionSsmParameter ?? '/cdk-bootstrap/hnb659fds/version',
    },
  };
}

function inOrder(artifacts: Readonly<Record<string, Artifact>>): readonly string[] {
  const ordered = new Set<string>();
  const visit = (id: string): void => {
    if (!ordered.has(id)) {
      for (const dependency of artifacts[id]?.dependencies ?? []) {
        visit(dependency);
      }
      ordered.add(id);
    }
  };
  Object.keys(artifacts).forEach(visit);
  return [...ordered];
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
