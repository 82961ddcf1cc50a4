import { ApiError } from '../../api';

/**
 * The test that a FilterLogEvents pattern makes of a line: words and "quoted phrases" that must all occur, `-word`
 * that must not, `?word` of which one must occur. Case counts.
 * @throws ApiError `InvalidParameterException` for JSON, column and regular-expression patterns, which are not emulated.
 */
export function lineFilter(pattern: string | undefined): (line: string) => boolean {
  const text = pattern?.trim() ?? '';
  if (/^[{[%]/.test(text))
    throw new ApiError(
      'InvalidParameterException',
      `the rehearsal filters by words and phrases only, not by "${text}"; filter the lines yourself`,
    );
  const terms = [...text.matchAll(/([-?]?)(?:"([^"]*)"|(\S+))/g)].map(([, sign = '', phrase, word]) => ({
    sign,
    term: phrase ?? word ?? '',
  }));
  const all = terms.filter(({ sign }) => sign === '').map(({ term }) => term);
  const none = terms.filter(({ sign }) => sign === '-').map(({ term }) => term);
  const any = terms.filter(({ sign }) => sign === '?').map(({ term }) => term);
  return (line) =>
    all.every((term) => line.includes(term)) &&
    !none.some((term) => line.includes(term)) &&
    (any.length === 0 || any.some((term) => line.includes(term)));
}
