import { templateSchema } from '../../../assembly/template';
import type { AccountResources } from '../../account/resources';
import { ApiError } from '../../api';
import { BUCKET_TYPE } from '../s3/service';
import type { Stack, StackTemplate } from './model';

/** What names a template in a request. */
export interface TemplateInput {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: string;
}

/**
 * Reads the template that a request names: its text, an object of S3, or the one before.
 * @throws ApiError `ValidationError` when there is none or it is no template.
 */
export function readTemplate(input: TemplateInput, stack: Stack, resources: AccountResources): StackTemplate {
  if (input.UsePreviousTemplate === 'true' && stack.content !== null) return stack.content;
  const body = input.TemplateBody ?? fromBucket(input.TemplateURL ?? '', resources);
  const parsed = templateSchema.safeParse(parseJson(body));
  if (parsed.success) return { body, template: parsed.data };
  throw new ApiError(
    'ValidationError',
    `Template format error: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
  );
}

/** Addresses come in both styles, `…/bucket/key` and `bucket.s3…/key`. */
function fromBucket(address: string, resources: AccountResources): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const path = decodeURIComponent(url?.pathname ?? '').replace(/^\//, '');
  const [hostBucket = ''] = url?.hostname.split('.s3') ?? [];
  const slash = path.indexOf('/');
  const candidates: readonly (readonly [bucket: string, key: string])[] = [
    [hostBucket, path],
    [path.slice(0, slash), path.slice(slash + 1)],
  ];
  for (const [bucket, key] of candidates) {
    const bytes = resources.find(BUCKET_TYPE, bucket)?.content.get(key)?.at(-1)?.bytes;
    if (bytes) return Buffer.from(bytes).toString('utf8');
  }
  throw new ApiError('ValidationError', `S3 error: Access Denied: there is no template at "${address}"`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ApiError('ValidationError', 'Template format error: the rehearsal reads templates in JSON');
  }
}
