/** A piece of markup that is safe to put into a page as it is. Only `html` makes one from text. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text is escaped, markup is not, nothing is left out. */
export type Insert = Markup | string | number | null | undefined | false | readonly Insert[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: HTML has no place for them.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text as HTML shows it, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(CONTROLS, ' ').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Markup from a template whose inserts are escaped, so that no data can become markup. */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  const text = parts.map((part, index) => part + rendered(index < inserts.length ? inserts[index] : null));
  return new Markup(text.join(''));
}

function rendered(insert: Insert): string {
  if (insert instanceof Markup) {
    return insert.text;
  }
  if (Array.isArray(insert)) {
    return insert.map(rendered).join('');
  }
  return insert === null || insert === undefined || insert === false ? '' : escapeHtml(String(insert));
}

/** JSON for a script element: no character of it can end the element or start a comment. */
export function jsonForScript(value: unknown): Markup {
  const escapes: Readonly<Record<string, string>> = {
    '<': '\\u003c',
    '>': '\\u003e',
    '&': '\\u0026',
    '\u2028': '\\u2028',
    '\u2029': '\\u2029',
  };
  return new Markup(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (found) => escapes[found] ?? ''));
}
