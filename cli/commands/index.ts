import type { CommandSpec } from '../command';
import { deployCommand } from './deploy';
import { destroyCommand } from './destroy';
import { rehearseCommand } from './rehearse';
import { schemaCommand } from './schema';
import { splitCommand } from './split';
import { validateCommand } from './validate';

/** Every verb of `canary`, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  validateCommand,
  rehearseCommand,
  deployCommand,
  destroyCommand,
  splitCommand,
  schemaCommand,
];
