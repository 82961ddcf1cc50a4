import type { Mutation } from '../mutation';
import { ALONE_RULES } from './alone';
import { HEALTH } from './health';
import { LEASE_RULES } from './lease';
import { MACHINE } from './machine';
import { PHASES } from './phases';
import { RECOVERY } from './recovery';
import { SPLIT_RULES } from './split';
import { TRAFFIC } from './traffic';

/** Every mutation, in the order of the rules. */
export const CATALOGUE: readonly Mutation[] = [
  ...TRAFFIC,
  ...MACHINE,
  ...LEASE_RULES,
  ...RECOVERY,
  ...HEALTH,
  ...PHASES,
  ...ALONE_RULES,
  ...SPLIT_RULES,
];
