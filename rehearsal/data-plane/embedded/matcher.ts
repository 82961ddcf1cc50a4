import type { IncomingHttpHeaders } from 'node:http';
import type { HeaderMatch, HttpMatch, TextMatch } from '../plan/model';

/** What routes are chosen by. */
export interface RequestLine {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

function textMatches(text: string, match: TextMatch): boolean {
  switch (match.kind) {
    case 'exact':
      return text === match.value;
    case 'prefix':
      return text.startsWith(match.value);
    case 'suffix':
      return text.endsWith(match.value);
    case 'regex':
      return new RegExp(`^(?:${match.value})$`).test(text);
  }
}

function headerValue(request: RequestLine, name: string): string | undefined {
  if (name === ':method') return request.method;
  if (name === ':scheme') return 'http';
  const value = request.headers[name === ':authority' ? 'host' : name];
  return Array.isArray(value) ? value.join(',') : value;
}

function headerMatches(request: RequestLine, { name, invert, match }: HeaderMatch): boolean {
  const value = headerValue(request, name);
  if (match.kind === 'present') return (value !== undefined) !== invert;
  if (value === undefined) return false;
  if (match.kind === 'range') {
    const number = Number(value);
    return (Number.isInteger(number) && number >= match.start && number < match.end) !== invert;
  }
  return textMatches(value, match) !== invert;
}

/** Whether a request meets all conditions of a route. */
export function matches(request: RequestLine, match: HttpMatch): boolean {
  const [path = '', query = ''] = request.url.split('?', 2);
  if (!textMatches(path, match.path)) return false;
  if (!match.headers.every((header) => headerMatches(request, header))) return false;
  const parameters = new URLSearchParams(query);
  return match.query.every(({ name, exact }) =>
    exact === undefined ? parameters.has(name) : parameters.get(name) === exact,
  );
}
