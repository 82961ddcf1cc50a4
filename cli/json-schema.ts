import * as z from 'zod';
import { DOCUMENT_KINDS, type DocumentKindName } from './schema-catalogue';

/** JSON Schema (draft 7, which editors know best) of what may be written in a document; defaults included. */
export async function jsonSchemaOf(name: DocumentKindName): Promise<Record<string, unknown>> {
  const schema = await DOCUMENT_KINDS[name].schema();
  const generated = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'throw',
    override: dropUnknownFormat,
  });
  return { ...generated, title: DOCUMENT_KINDS[name].file };
}

/** Formats that JSON Schema knows; others would make strict validators stop. */
const FORMATS = ['email', 'uri', 'uuid', 'date-time'];

function dropUnknownFormat({ jsonSchema }: { readonly jsonSchema: { format?: string | undefined } }): void {
  if (jsonSchema.format !== undefined && !FORMATS.includes(jsonSchema.format)) {
    delete jsonSchema.format;
  }
}
