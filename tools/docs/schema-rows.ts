/** The part of JSON Schema, draft 7, that the generated schemas use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly allOf?: readonly JsonSchema[];
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** One key of a document. */
export interface KeyRow {
  /** Such as `health.checks[].min`; `(type: latency)` marks a variant's keys. */
  readonly key: string;
  readonly type: string;
  readonly allowed: string;
  /** `required`, the default, or nothing for a key that may be left out. */
  readonly default: string;
  readonly meaning: string;
}

/** Every key of an object schema and of what is in it, depth first, in the order in which they are declared. */
export function schemaRows(root: JsonSchema): readonly KeyRow[] {
  return rowsOf(root, '', { root, path: [] });
}

interface Walk {
  readonly root: JsonSchema;
  /** References on the way here; a schema that contains itself is told once. */
  readonly path: readonly string[];
}

function rowsOf(schema: JsonSchema, prefix: string, walk: Walk): KeyRow[] {
  const { target, next, isRepeated } = follow(schema, walk);
  if (isRepeated) {
    return [];
  }
  const variants = target.oneOf ?? target.anyOf ?? [];
  return [
    ...Object.entries(target.properties ?? {}).flatMap(([name, member]) => {
      const key = prefix === '' ? name : `${prefix}.${name}`;
      return [
        rowOf(key, member, target.required?.includes(name) ?? false, walk),
        ...rowsOf(member, key, next),
      ];
    }),
    ...(typeof target.additionalProperties === 'object'
      ? rowsOf(target.additionalProperties, `${prefix}.NAME`, next)
      : []),
    ...(target.items === undefined ? [] : rowsOf(target.items, `${prefix}[]`, next)),
    ...variants.flatMap((variant) => variantRows(variant, prefix, next)),
  ];
}

/** A variant's own line says what it is for; then its keys. */
function variantRows(variant: JsonSchema, prefix: string, walk: Walk): KeyRow[] {
  const [discriminator, member] =
    Object.entries(variant.properties ?? {}).find(([, each]) => each.const !== undefined) ?? [];
  if (discriminator === undefined || member === undefined) {
    return [];
  }
  const name = `${prefix}(${discriminator}: ${String(member.const)})`;
  const { [discriminator]: _told, ...properties } = variant.properties ?? {};
  return [
    { key: name, type: 'object', allowed: '', default: '', meaning: variant.description ?? '' },
    ...rowsOf({ ...variant, properties }, name, walk),
  ];
}

function rowOf(key: string, schema: JsonSchema, isRequired: boolean, walk: Walk): KeyRow {
  const { target, isRepeated } = follow(schema, walk);
  const described = schema.description ?? target.description ?? '';
  const repeated = isRepeated ? `As \`${walk.path.length > 0 ? ownerOf(key) : key}\`.` : '';
  return {
    key,
    type: typeOf(target, walk.root),
    allowed: allowedIn(target),
    default: defaultOf(schema, isRequired),
    meaning: [described, repeated].filter((text) => text !== '').join(' '),
  };
}

/** The key whose members a repeated schema has: a release within a release. */
function ownerOf(key: string): string {
  return key.slice(0, key.indexOf('[]', key.indexOf('[]') + 1) + 2);
}

function defaultOf(schema: JsonSchema, isRequired: boolean): string {
  if (schema.default !== undefined) {
    return JSON.stringify(schema.default);
  }
  return isRequired ? 'required' : '';
}

function follow(
  schema: JsonSchema,
  walk: Walk,
): { readonly target: JsonSchema; readonly next: Walk; readonly isRepeated: boolean } {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  const target = ref === undefined ? schema : walk.root.definitions?.[ref.replace('#/definitions/', '')];
  if (target === undefined) {
    throw new Error(`schema reference "${ref}" leads nowhere; only #/definitions/NAME is known`);
  }
  const isRepeated = ref !== undefined && walk.path.includes(ref);
  return { target, next: ref === undefined ? walk : { ...walk, path: [...walk.path, ref] }, isRepeated };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  array: 'list',
  null: 'null',
};

function typeOf(schema: JsonSchema, root: JsonSchema): string {
  const target = schema.$ref === undefined ? schema : follow(schema, { root, path: [] }).target;
  if (target.type === undefined) {
    const variants = (target.oneOf ?? target.anyOf ?? []).map((variant) => typeOf(variant, root));
    return variants.length === 0 ? 'any' : [...new Set(variants)].join(' or ');
  }
  const names = [target.type].flat().map((type) => TYPES[type] ?? type);
  const items = target.items === undefined ? '' : ` of ${typeOf(target.items, root)}`;
  return `${names.join(' or ')}${items}`;
}

function allowedIn(schema: JsonSchema): string {
  const values = [
    ...(schema.enum ?? []),
    ...(schema.const === undefined ? [] : [schema.const]),
    ...(schema.anyOf ?? []).flatMap((variant) => (variant.const === undefined ? [] : [variant.const])),
  ];
  return [
    values.map((value) => `\`${String(value)}\``).join(', '),
    range(schema.minimum, schema.maximum, ''),
    schema.exclusiveMinimum === undefined ? '' : `above ${schema.exclusiveMinimum}`,
    range(schema.minLength, schema.maxLength, ' characters'),
    range(schema.minItems, schema.maxItems, ' entries'),
    schema.items === undefined ? '' : allowedIn(schema.items),
    schema.pattern === undefined ? '' : `\`${schema.pattern}\``,
    schema.format === undefined ? '' : schema.format,
  ]
    .filter((text) => text !== '')
    .join('; ');
}

/** Bounds that only say "a safe integer" are none. */
function range(min: number | undefined, max: number | undefined, unit: string): string {
  const low = min === undefined || min <= Number.MIN_SAFE_INTEGER ? undefined : min;
  const high = max === undefined || max >= Number.MAX_SAFE_INTEGER ? undefined : max;
  if (low === undefined && high === undefined) {
    return '';
  }
  return high === undefined
    ? `${low} or more${unit}`
    : low === undefined
      ? `up to ${high}${unit}`
      : `${low} to ${high}${unit}`;
}
