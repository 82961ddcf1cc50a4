import { createHash } from 'node:crypto';

/** What a page of ours is allowed: its own style and script by their hashes, and what is named besides. */
export interface PageContent {
  readonly style: string;
  readonly script: string;
  /** Further directives, such as `connect-src 'self'`. @default none */
  readonly also?: readonly string[];
}

/** Only the page's own style and script may take effect, and nothing else may be loaded or sent. */
export function contentPolicy({ style, script, also = [] }: PageContent): string {
  return [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    ...also,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
