import { ApiError } from '../../api';
import type { StringFilter } from './inputs';
import type { StoredParameter } from './store';

type Test = (parameter: StoredParameter, option: string, value: string) => boolean;

/** Filter keys with the options that each allows. */
const KEYS: Readonly<Record<string, { readonly options: readonly string[]; readonly test: Test }>> = {
  Name: {
    options: ['Equals', 'BeginsWith', 'Contains'],
    test: ({ name }, option, value) => {
      const [own, wanted] = [name.replace(/^\//, ''), value.replace(/^\//, '')];
      if (option === 'BeginsWith') return own.startsWith(wanted);
      return option === 'Contains' ? own.includes(wanted) : own === wanted;
    },
  },
  Type: {
    options: ['Equals', 'BeginsWith'],
    test: ({ versions }, option, value) => {
      const type = versions.at(-1)?.type ?? '';
      return option === 'BeginsWith' ? type.startsWith(value) : type === value;
    },
  },
  Path: {
    options: ['OneLevel', 'Recursive'],
    test: ({ name }, option, value) => isUnder(name, value, option === 'Recursive'),
  },
  Tier: { options: ['Equals'], test: ({ versions }, _option, value) => versions.at(-1)?.tier === value },
  DataType: {
    options: ['Equals'],
    test: ({ versions }, _option, value) => versions.at(-1)?.dataType === value,
  },
};

/** Whether a name lies in a path: directly, or at any depth. */
export function isUnder(name: string, path: string, isRecursive: boolean): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  if (!name.startsWith(prefix)) return false;
  return isRecursive || !name.slice(prefix.length).includes('/');
}

/** Whether a parameter passes every filter, which `checkFilters` accepted. */
export function passesFilters(parameter: StoredParameter, filters: readonly StringFilter[] = []): boolean {
  return filters.every(({ Key, Option, Values }) => {
    if (Key.startsWith(TAG)) {
      const tag = parameter.tags.get(Key.slice(TAG.length));
      return tag !== undefined && (Values === undefined || Values.includes(tag));
    }
    const rule = KEYS[Key];
    const option = Option ?? rule?.options[0] ?? '';
    return (Values ?? []).some((value) => rule?.test(parameter, option, value));
  });
}

const TAG = 'tag:';

/** @throws ApiError `InvalidFilterKey` or `InvalidFilterOption`. */
export function checkFilters(filters: readonly StringFilter[] = []): void {
  for (const { Key, Option } of filters.filter((filter) => !filter.Key.startsWith(TAG))) {
    const rule = KEYS[Key];
    if (!rule)
      throw new ApiError(
        'InvalidFilterKey',
        `filter key "${Key}" is not offered; use tag:… or ${Object.keys(KEYS).join(', ')}`,
      );
    if (Option !== undefined && !rule.options.includes(Option))
      throw new ApiError(
        'InvalidFilterOption',
        `option "${Option}" of filter "${Key}"; use ${rule.options.join(', ')}`,
      );
  }
}
