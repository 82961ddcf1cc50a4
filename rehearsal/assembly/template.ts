import * as z from 'zod';

/** One resource of a template, intrinsic functions and all. */
export const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z
    .union([z.string().transform((one) => [one]), z.array(z.string())])
    .default([])
    .readonly(),
  Condition: z.string().optional(),
});

const parameterSchema = z.looseObject({ Type: z.string(), Default: z.unknown().optional() });

const outputSchema = z.looseObject({
  Value: z.unknown(),
  Condition: z.string().optional(),
  Export: z.object({ Name: z.unknown() }).optional(),
});

const named = <Schema extends z.ZodType>(schema: Schema) => z.record(z.string(), schema).default({});

/** A CloudFormation template as the rehearsal reads it; sections that change what is deployed are refused. */
export const templateSchema = z.looseObject({
  Resources: named(resourceSchema),
  Parameters: named(parameterSchema),
  Outputs: named(outputSchema),
  Conditions: named(z.unknown()),
  Mappings: named(z.record(z.string(), z.record(z.string(), z.unknown()))),
  Transform: z.undefined('transforms are not rehearsed; remove the section').optional(),
});

/** The part of `manifest.json` that matters here. */
export const manifestSchema = z.looseObject({
  version: z.string(),
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      environment: z.string().optional(),
      properties: z.record(z.string(), z.unknown()).default({}),
      dependencies: z.array(z.string()).default([]),
    }),
  ),
});

/** An asset manifest: what `cdk deploy` uploads, and from where. */
export const assetsSchema = z.looseObject({
  files: named(
    z.looseObject({
      source: z.looseObject({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: named(z.looseObject({ objectKey: z.string() })),
    }),
  ),
});

export type Template = z.infer<typeof templateSchema>;
export type TemplateResource = z.infer<typeof resourceSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
