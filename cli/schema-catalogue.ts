import type * as z from 'zod';
import type { Format } from '../documents/parse-text';

/** A document that people or programs write, and its schema. */
export interface DocumentKind {
  /** What the file is usually called. */
  readonly file: string;
  readonly format: Format;
  /** Loaded when asked for: a command line that needs none starts faster. */
  schema(): Promise<z.ZodType>;
}

/** Every document with a schema, by the name that `canary schema` and `canary validate --as` know. */
export const DOCUMENT_KINDS = {
  deploy: {
    file: 'specfiles/deploy.json',
    format: 'json',
    schema: async () => (await import('../core/config/deploy-schema')).deploySchema,
  },
  taskdef: {
    file: 'specfiles/taskdef.json',
    format: 'json',
    schema: async () => (await import('../core/config/task-definition-schema')).taskDefinitionSchema,
  },
  platform: {
    file: 'platform.yaml',
    format: 'yaml',
    schema: async () => (await import('../core/config/platform-schema')).platformSchema,
  },
  rollout: {
    file: 'rollout.json',
    format: 'json',
    schema: async () => (await import('../core/config/rollout-input-schema')).rolloutInputSchema,
  },
  scenario: {
    file: 'scenarios/*.yaml',
    format: 'yaml',
    schema: async () => (await import('../rehearsal/scenario/schema')).scenarioSchema,
  },
  report: {
    file: 'out/rehearsal/report.json',
    format: 'json',
    schema: async () => (await import('../rehearsal/report/schema')).reportSchema,
  },
} as const satisfies Record<string, DocumentKind>;

export type DocumentKindName = keyof typeof DOCUMENT_KINDS;

/** Names of `DOCUMENT_KINDS`. */
export const DOCUMENT_KIND_NAMES = Object.keys(DOCUMENT_KINDS) as readonly DocumentKindName[];
