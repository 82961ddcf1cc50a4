import { createHash } from 'node:crypto';

/** A file of the page, ready to send. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
}

function asset(type: string, text: string): Asset {
  const body = Buffer.from(text);
  return { type, body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"` };
}

/** All files of the page, by path. */
export const ASSETS: Readonly<Record<string, Asset>> = {
  '/': asset('text/html; charset=utf-8', PAGE_FILES.html),
  '/page.css': asset('text/css; charset=utf-8', PAGE_FILES.css),
  '/page.js': asset('text/javascript; charset=utf-8', PAGE_FILES.script),
  '/icon.svg': asset('image/svg+xml', PAGE_FILES.icon),
};
