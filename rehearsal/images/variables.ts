const VARIABLE = /\\(\$)|\$(?:(\w+)|\{(\w+)(?::([-+])([^}]*))?\})/g;

/** Fills `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+value}` in, as a Dockerfile does; unknown names are empty. */
export function expandVariables(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (_match, escaped, plain, braced, operator, word: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const value = values[plain ?? braced] ?? '';
    if (operator === '-') return value === '' ? expandVariables(word ?? '', values) : value;
    if (operator === '+') return value === '' ? '' : expandVariables(word ?? '', values);
    return value;
  });
}
