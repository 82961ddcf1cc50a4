/**
 * Turns a pattern of COPY or `.dockerignore` into an expression: `*` and `?` stay within a folder, `**` does not.
 * With `andBelow`, all that lies below a match is matched as well.
 */
export function globToRegExp(pattern: string, { andBelow = false } = {}): RegExp {
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const rest = pattern.slice(index);
    if (rest.startsWith('**/')) {
      source += '(?:.*/)?';
      index += 2;
    } else if (rest.startsWith('**')) {
      source += '.*';
      index += 1;
    } else if (rest.startsWith('*')) source += '[^/]*';
    else if (rest.startsWith('?')) source += '[^/]';
    else if (/^\[[^\]]+\]/.test(rest)) {
      const set = rest.slice(0, rest.indexOf(']') + 1);
      source += set.replace(/^\[[!^]/, '[^');
      index += set.length - 1;
    } else source += (pattern[index] ?? '').replace(/[.+^${}()|[\]\\]/g, '\\$&');
  }
  return new RegExp(`^${source}${andBelow ? '(?:/.*)?' : ''}$`);
}

/** Whether the text holds anything that `globToRegExp` treats as a pattern. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}
