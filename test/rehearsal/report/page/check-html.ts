const VOID = new Set(['meta', 'link', 'br', 'hr', 'img', 'input']);

/** Every problem of a page's markup: unclosed, unopened or wrongly nested elements, doubled ids, dead anchors. */
export function problemsOf(page: string): string[] {
  const problems: string[] = [];
  const open: string[] = [];
  const markup = page.replace(/(<(script|style)\b[^>]*>)[\s\S]*?(<\/\2>)/g, '$1$3');
  for (const [, slash = '', name = '', rest = ''] of markup.matchAll(
    /<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/g,
  )) {
    if (slash === '/') {
      const last = open.pop();
      if (last !== name) {
        problems.push(`</${name}> closes <${last}>`);
      }
    } else if (!VOID.has(name) && !rest.endsWith('/')) {
      open.push(name);
    }
  }
  const ids = [...markup.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id ?? '');
  const doubled = ids.filter((id, index) => ids.indexOf(id) !== index);
  const dead = [...markup.matchAll(/href="#([^"]*)"/g)]
    .map(([, id]) => id ?? '')
    .filter((id) => !ids.includes(id));
  return [
    ...problems,
    ...open.map((name) => `<${name}> is never closed`),
    ...doubled.map((id) => `id ${id} twice`),
    ...dead.map((id) => `no element has the id ${id}`),
  ];
}

/** Contrast of two colours `#rrggbb` or `#rgb`, as WCAG 2 defines it. */
export function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const digits = color.length === 4 ? [...color.slice(1)].map((d) => d + d).join('') : color.slice(1);
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const value = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
