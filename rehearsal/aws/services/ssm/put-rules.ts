import { ApiError } from '../../api';
import type { ParameterVersion, StoredParameter } from './store';

const MAX_NAME = 1011;
const MAX_LEVELS = 15;
const STANDARD_CHARACTERS = 4096;
const ADVANCED_CHARACTERS = 8192;

/** A write before its defaults are known. */
export interface ParameterWrite {
  readonly Name: string;
  readonly Value: string;
  readonly Type?: ParameterVersion['type'] | undefined;
  readonly Overwrite?: boolean | undefined;
  readonly AllowedPattern?: string | undefined;
  readonly Tags?: readonly unknown[] | undefined;
  readonly Tier?: 'Standard' | 'Advanced' | 'Intelligent-Tiering' | undefined;
}

/**
 * Checks a write as Parameter Store does, beyond what its types say.
 * @throws ApiError of the several kinds that `PutParameter` documents.
 */
export function checkWrite(write: ParameterWrite, existing: StoredParameter | undefined): void {
  checkName(write.Name);
  if (existing && !write.Overwrite)
    throw new ApiError(
      'ParameterAlreadyExists',
      `parameter "${write.Name}" already exists; set Overwrite to replace its value`,
    );
  if (!existing && write.Type === undefined)
    throw invalid(`Type is missing; a new parameter needs one of String, StringList, SecureString`);
  const type = existing?.versions.at(-1)?.type;
  if (type !== undefined && write.Type !== undefined && type !== write.Type)
    throw new ApiError(
      'HierarchyTypeMismatchException',
      `parameter "${write.Name}" is a ${type} and cannot become a ${write.Type}; delete it first`,
    );
  if (write.Overwrite && (write.Tags ?? []).length > 0)
    throw invalid('Tags and Overwrite exclude each other; tag an existing parameter with AddTagsToResource');
  checkPattern(write);
}

/** The tier that a value of this length is stored in. */
export function tierOf({ Name, Value, Tier }: ParameterWrite): 'Standard' | 'Advanced' {
  const fitting = Value.length > STANDARD_CHARACTERS ? 'Advanced' : 'Standard';
  const tier = Tier === 'Intelligent-Tiering' ? fitting : (Tier ?? 'Standard');
  const limit = tier === 'Advanced' ? ADVANCED_CHARACTERS : STANDARD_CHARACTERS;
  if (Value.length <= limit) return tier;
  throw invalid(`the value of "${Name}" has ${Value.length} characters; tier ${tier} allows ${limit}`);
}

function checkName(name: string): void {
  if (name.length > MAX_NAME || !/^[a-zA-Z0-9_.\-/]+$/.test(name))
    throw invalid(
      `Name "${name}" is not allowed; use at most ${MAX_NAME} letters, digits and _ . - with / between levels`,
    );
  if (name.includes('/') && !name.startsWith('/'))
    throw invalid(`Name "${name}" has levels and so must be fully qualified; start it with /`);
  if (/^\/?(aws|ssm)/i.test(name))
    throw invalid(`Name "${name}" starts with aws or ssm, which are reserved; choose another prefix`);
  const levels = name.split('/').filter(Boolean).length;
  if (levels > MAX_LEVELS)
    throw new ApiError(
      'HierarchyLevelLimitExceededException',
      `Name "${name}" has ${levels} levels; at most ${MAX_LEVELS} are allowed`,
    );
}

function checkPattern({ Value, AllowedPattern }: ParameterWrite): void {
  if (AllowedPattern === undefined) return;
  let pattern: RegExp;
  try {
    pattern = new RegExp(AllowedPattern);
  } catch {
    throw new ApiError(
      'InvalidAllowedPatternException',
      `AllowedPattern "${AllowedPattern}" is no regular expression`,
    );
  }
  if (!pattern.test(Value))
    throw new ApiError('ParameterPatternMismatchException', `the value does not match "${AllowedPattern}"`);
}

function invalid(message: string): ApiError {
  return new ApiError('ValidationException', message);
}
