import { jsonSchemaOf } from '../../cli/json-schema';
import { DOCUMENT_KIND_NAMES, type DocumentKindName } from '../../cli/schema-catalogue';
import { RESERVED_SERVICE_NAMES } from '../../core/config/platform-schema';
import { code, type GeneratedFile, notice, page, table } from './page';
import { type JsonSchema, type KeyRow, schemaRows } from './schema-rows';

interface SchemaPage {
  readonly path: string;
  readonly source: string;
  readonly intro: string;
  /** Keys whose members another page tells. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

const PAGES: Readonly<Record<DocumentKindName, SchemaPage>> = {
  deploy: {
    path: 'docs/reference/deploy-json.md',
    source: 'core/config/deploy-schema.ts',
    intro: 'How a service is rolled out. The service developer writes it; every key may be left out.',
  },
  taskdef: {
    path: 'docs/reference/taskdef-json.md',
    source: 'core/config/task-definition-schema.ts',
    intro:
      'What a version runs. The service developer writes it. Data only: roles, logging, the proxy and the network are the platform’s. `HOST`, `PORT`, `SERVICE_VERSION` and every name that ends in `_ENDPOINT` are set by the platform and refused here. `memory` must be one that Fargate offers with `cpu`.',
  },
  platform: {
    path: 'docs/reference/platform-yaml.md',
    source: 'core/config/platform-schema.ts',
    intro:
      'What the platform team decides. Refused beyond what the table says, each with its line and column: a service ' +
      `named ${RESERVED_SERVICE_NAMES.join(', ')}, which the environment uses itself; a name given twice; a backend that ` +
      'is not in the file; a cycle of backends; two backends of one service on one port, unless both speak the same and ' +
      'it is not tcp; an ingress that speaks tcp or grpc; an address range that begins within itself (`10.0.0.1/16`), or a ' +
      'VPC’s that is not private; a certificate of another region or account; a `source` that is no folder.',
  },
  rollout: {
    path: 'docs/reference/rollout-json.md',
    source: 'core/config/rollout-input-schema.ts',
    intro:
      'The input of one rollout. The last command of `specfiles/build.yml` writes it; nobody writes it by hand.',
    elsewhere: { deploy: 'deploy-json.md', task_definition: 'taskdef-json.md' },
  },
  scenario: {
    path: 'docs/reference/scenario.md',
    source: 'rehearsal/scenario/schema.ts',
    intro:
      'What a rehearsal plays: which services are released, with which changes, load and faults, and what must come of it. `scenarios/walkthrough.yaml` is one.',
  },
  report: {
    path: 'docs/reference/report.md',
    source: 'rehearsal/report/schema.ts',
    intro:
      'What a rehearsal did and found, for other programs. Members are only ever added; an incompatible change would raise `schemaVersion`. All times are ISO 8601 in virtual time. `report.html` beside it is for people.',
  },
};

/** A reference page and a JSON Schema for each document. */
export async function schemaFiles(): Promise<readonly GeneratedFile[]> {
  const files = await Promise.all(
    DOCUMENT_KIND_NAMES.map(async (name) => {
      const schema = await jsonSchemaOf(name);
      return [
        { path: `docs/schemas/${name}.schema.json`, content: `${JSON.stringify(schema, null, 2)}\n` },
        { path: PAGES[name].path, content: renderPage(name, schema as JsonSchema) },
      ];
    }),
  );
  return files.flat();
}

function renderPage(name: DocumentKindName, schema: JsonSchema & { readonly title?: string }): string {
  const { source, intro, elsewhere = {} } = PAGES[name];
  const rows = schemaRows(schema).flatMap((row) => told(row, elsewhere));
  return page(
    notice(source),
    `# ${schema.title ?? name}`,
    intro,
    `JSON Schema: [${name}.schema.json](../schemas/${name}.schema.json), or \`canary schema ${name}\`.`,
    table(
      ['Key', 'Type', 'Allowed', 'Default', 'Meaning'],
      rows.map((row) => [code(row.key), row.type, row.allowed, defaultCell(row.default), row.meaning]),
    ),
  );
}

function told(row: KeyRow, elsewhere: Readonly<Record<string, string>>): readonly KeyRow[] {
  const owner = Object.keys(elsewhere).find((key) => row.key === key || row.key.startsWith(`${key}.`));
  if (owner === undefined) {
    return [row];
  }
  const link = elsewhere[owner] ?? '';
  return row.key === owner ? [{ ...row, meaning: `See [${link}](${link}).` }] : [];
}

function defaultCell(text: string): string {
  return text === 'required' ? text : code(text);
}
