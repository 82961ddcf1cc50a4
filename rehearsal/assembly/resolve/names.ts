import { createHash } from 'node:crypto';

/** Hexadecimal digest that stands for what AWS would draw at random: the same on every run. */
export function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

const SUFFIX_LENGTH = 12;
/** Shortest limit of the resources whose name CloudFormation makes up. */
const DEFAULT_MAX_LENGTH = 64;

/** A name as CloudFormation makes it up: `<stack>-<logical id>-<12 characters>`, cut to what the service allows. */
export function generatedName(stack: string, logicalId: string, maxLength = DEFAULT_MAX_LENGTH): string {
  const suffix = digestOf(stack, logicalId).slice(0, SUFFIX_LENGTH).toUpperCase();
  const room = maxLength - SUFFIX_LENGTH - 2;
  const ofStack = stack.slice(0, Math.max(Math.floor(room / 2), room - logicalId.length));
  return `${ofStack}-${logicalId.slice(0, room - ofStack.length)}-${suffix}`;
}

/** A UUID that stands for one that AWS would draw. */
export function generatedUuid(stack: string, logicalId: string): string {
  const hex = digestOf('uuid', stack, logicalId);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
