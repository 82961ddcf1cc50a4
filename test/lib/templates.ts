import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference';
import { FUNCTION_NAMES } from '../../core/config/function-environment';
import { type PlatformConfig, platformSchema } from '../../core/config/platform-schema';
import { buildApp } from '../../lib/build-app';

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test looks into the properties of one type.
  readonly Properties: any;
  readonly DependsOn?: readonly string[];
}

/** A synthesized environment: template texts by stack name. */
export class Templates {
  constructor(private readonly texts: ReadonlyMap<string, string>) {}

  get stacks(): readonly string[] {
    return [...this.texts.keys()];
  }

  text(stack: string): string {
    const text = this.texts.get(stack);
    if (text === undefined) {
      throw new Error(`no stack "${stack}"; there are ${this.stacks.join(', ')}`);
    }
    return text;
  }

  /** All resources, or those of one type, by `stack/logicalId`. */
  resources(type?: string): readonly [string, Resource][] {
    return this.stacks.flatMap((stack) =>
      Object.entries((JSON.parse(this.text(stack)) as { Resources: Record<string, Resource> }).Resources)
        .filter(([, resource]) => type === undefined || resource.Type === type)
        .map(([id, resource]): [string, Resource] => [`${stack}/${id}`, resource]),
    );
  }

  /** The only resource of a type whose property has this value. */
  find(type: string, property: string, value: string): Resource {
    const found = this.resources(type).filter(([, resource]) => resource.Properties[property] === value);
    if (found.length !== 1) {
      throw new Error(`${found.length} resources of type ${type} with ${property} "${value}"`);
    }
    return found[0]![1];
  }
}

/** A platform of two services, the first of which users reach. */
export function aPlatform(change: object = {}): PlatformConfig {
  return platformSchema.parse({
    environment: 'demo',
    namespace: 'shop.local',
    ingress: 'web',
    services: [
      { name: 'web', port: 8080, backends: ['stock'] },
      { name: 'stock', port: 5432, protocol: 'tcp' },
    ],
    ...change,
  });
}

/** Synthesizes without the checks, with bundles that hold nothing, and reads the templates. */
export function synthesize(platform: PlatformConfig): Templates {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'));
  try {
    for (const name of FUNCTION_NAMES) {
      mkdirSync(join(folder, 'bundles', name), { recursive: true });
      writeFileSync(join(folder, 'bundles', name, 'index.js'), `// ${name}\n`);
    }
    const outdir = join(folder, 'out');
    const checkBundle = join(folder, 'check.js');
    writeFileSync(checkBundle, '// check\n');
    const bundles = join(folder, 'bundles');
    const { app } = buildApp({ platform, checks: false, outdir, bundles, checkBundle });
    const assembly = app.synth();
    return new Templates(
      new Map(
        assembly.stacks.map((stack) => [stack.stackName, readFileSync(stack.templateFullPath, 'utf8')]),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A property with its references written out: `<LogicalId.Arn>`, `<AWS::AccountId>`. */
export function flat(value: unknown): string {
  return flattenCfnReference(value);
}

/** A list where CloudFormation also takes a single value. */
export function many(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
