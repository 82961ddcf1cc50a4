import { type CommandSpec, EXIT_CODES } from '../command';
import { DOCUMENT_KIND_NAMES, type DocumentKindName } from '../schema-catalogue';

/** `canary schema NAME`. */
export const schemaCommand: CommandSpec = {
  name: 'schema',
  summary: 'Print the JSON Schema of a document, for editors and other programs',
  description:
    'Prints JSON Schema, draft 7, of what may be written. Contradictions between keys are beyond it: `canary validate` finds those too.',
  argument: { name: 'NAME', meaning: 'The document', choices: DOCUMENT_KIND_NAMES },
  options: [],
  examples: [
    { line: 'canary schema deploy > deploy.schema.json', meaning: 'For the "$schema" key of deploy.json.' },
  ],
  run: async (args, output) => {
    const { jsonSchemaOf } = await import('../json-schema');
    output.print(JSON.stringify(await jsonSchemaOf(args.argument as DocumentKindName), null, 2));
    return EXIT_CODES.done.code;
  },
};
