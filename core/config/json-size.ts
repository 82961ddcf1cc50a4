/**
 * Bytes that Step Functions passes on at most, as the input or output of a task, a state or an execution.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MOST_JSON_BYTES = 262_144;

/**
 * Whether a value has, written as JSON, more than `most` bytes for certain: a character counts as one byte, whether it
 * must be escaped or not. What is larger is not looked at any further, so that its size costs nothing.
 */
export function isLargerThan(value: unknown, most: number): boolean {
  // A list of what is left to count, not a call for each level: nobody may choose how many there are.
  const left: unknown[] = [value];
  let bytes = 0;
  while (left.length > 0) {
    const next = left.pop();
    bytes += bytesWithoutMembers(next);
    if (bytes > most) {
      return true;
    }
    if (typeof next === 'object' && next !== null) {
      for (const member of Object.values(next)) {
        left.push(member);
      }
    }
  }
  return false;
}

/** Brackets, commas and keys of a list or object; the whole of anything else. */
function bytesWithoutMembers(value: unknown): number {
  if (typeof value === 'string') {
    return value.length + 2;
  }
  if (typeof value !== 'object' || value === null) {
    return value === undefined ? 0 : String(value).length;
  }
  if (Array.isArray(value)) {
    return 2 + Math.max(0, value.length - 1);
  }
  const keys = Object.keys(value);
  return keys.reduce((sum, key) => sum + key.length + 3, 2 + Math.max(0, keys.length - 1));
}
