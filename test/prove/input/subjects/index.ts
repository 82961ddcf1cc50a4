import type { Subject } from '../subject';
import { commandLineSubject } from './command-line';
import { fileSubjects } from './files';
import { functionSubjects } from './functions';

/** Everything that people and programs put in. `folder` is an empty folder of the caller's, which it removes. */
export function allSubjects(folder: string): readonly Subject[] {
  return [...fileSubjects(folder), ...functionSubjects(), commandLineSubject];
}
