const cache = new Map<string, RegExp>();

/** Whether `value` matches a pattern of IAM in which `*` stands for any characters and `?` for one. */
export function matchesText(pattern: string, value: string): boolean {
  return compiled(`text:${pattern}`, () => globSource(pattern, '.')).test(value);
}

/** As `matchesText`, in any case: IAM does not tell `ecs:listtasks` from `ecs:ListTasks`. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesText(pattern.toLowerCase(), action.toLowerCase());
}

const ARN_SEGMENTS = 6;

/**
 * Whether an ARN matches a pattern. A wildcard stays within its segment unless it ends the segment; in the last one,
 * the resource, it matches `/` and `:` as well.
 * Source: IAM user guide, "IAM JSON policy elements: Resource".
 */
export function matchesArn(pattern: string, arn: string): boolean {
  return compiled(`arn:${pattern}`, () => arnSource(pattern)).test(arn);
}

function arnSource(pattern: string): string {
  const parts = pattern.split(':');
  const segments = [...parts.slice(0, ARN_SEGMENTS - 1), parts.slice(ARN_SEGMENTS - 1).join(':')];
  const sources = segments
    .filter((_, index) => index < parts.length)
    .map((segment, index) => {
      if (index === ARN_SEGMENTS - 1) {
        return globSource(segment, '.');
      }
      return segment.endsWith('*')
        ? `${globSource(segment.slice(0, -1), '[^:]')}.*`
        : globSource(segment, '[^:]');
    });
  return sources.join(':');
}

function globSource(pattern: string, anyCharacter: string): string {
  return pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', `${anyCharacter}*`)
    .replaceAll('?', anyCharacter);
}

function compiled(key: string, source: () => string): RegExp {
  const known = cache.get(key);
  if (known !== undefined) {
    return known;
  }
  const expression = new RegExp(`^${source()}$`, 's');
  cache.set(key, expression);
  return expression;
}
