const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters have no place in XML 1.0, not even escaped; the replacement character stands for them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** One element around content that is XML already. */
export function xmlElement(name: string, content: string, namespace?: string): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${escapeXml(namespace)}"`;
  return `<${name}${attribute}>${content}</${name}>`;
}

/** The members of a structure as elements; undefined and null are left out. */
export function xmlMembers(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(([name, member]) => xmlElement(name, xmlValue(member)))
    .join('');
}

function xmlValue(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => xmlElement('member', xmlValue(item))).join('');
  if (value instanceof Map)
    return [...value]
      .map(([key, item]) =>
        xmlElement('entry', xmlElement('key', escapeXml(String(key))) + xmlElement('value', xmlValue(item))),
      )
      .join('');
  if (typeof value === 'object' && value !== null) return xmlMembers(value);
  return escapeXml(String(value));
}

function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
    .replace(FORBIDDEN, '\ufffd');
}
