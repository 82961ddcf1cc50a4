import { DATA_KINDS } from '../environment/data-kinds';
import type { Impact, ResourceChange, StackChange } from './changes';

const KINDS: Readonly<Record<StackChange['kind'], string>> = {
  create: 'CREATE',
  update: 'CHANGE',
  none: 'as it is',
  delete: 'DELETE',
};

/** Shown one by one; what is created or changed in place is only counted. */
const SHOWN: readonly Impact[] = ['replace', 'may replace', 'remove', 'leave behind'];

/** What a deployment would do: stack by stack, loudly what is replaced, removed, or lost. */
export function renderPreview(
  changes: readonly StackChange[],
  place: { readonly environment: string; readonly account: string; readonly region: string },
): string {
  const lines = changes.map(({ name, kind, resources }) => {
    const counts = count(resources);
    return `  ${KINDS[kind].padEnd(8)}  ${name}${counts === '' ? '' : `: ${counts}`}`;
  });
  const loud = changes.flatMap(({ name, resources }) =>
    resources
      .filter(({ impact }) => SHOWN.includes(impact))
      .map(({ logicalId, type, impact }) => `  ! ${impact}: ${logicalId} (${type}) of ${name}`),
  );
  const lost = lostData(changes);
  return [
    `Environment "${place.environment}" in account ${place.account}, region ${place.region}:`,
    ...lines,
    ...(loud.length === 0 ? [] : ['', 'Replaced or removed:', ...loud]),
    ...(lost.length === 0 ? [] : ['', 'DATA THAT CANNOT BE HAD BACK:', ...lost.map((line) => `  ! ${line}`)]),
  ].join('\n');
}

/** Whether a deployment would change anything. */
export function hasChanges(changes: readonly StackChange[]): boolean {
  return changes.some(({ kind }) => kind !== 'none');
}

function lostData(changes: readonly StackChange[]): readonly string[] {
  return changes.flatMap(({ name, resources }) =>
    resources
      .filter(({ impact }) => impact === 'replace' || impact === 'remove')
      .flatMap(({ type, logicalId }) =>
        DATA_KINDS[type] === undefined ? [] : [`${DATA_KINDS[type]}: ${logicalId} of ${name}`],
      ),
  );
}

function count(resources: readonly ResourceChange[]): string {
  const order: readonly Impact[] = ['create', 'change', ...SHOWN];
  return order
    .map((impact) => ({ impact, number: resources.filter((each) => each.impact === impact).length }))
    .filter(({ number }) => number > 0)
    .map(({ impact, number }) => `${number} to ${impact}`)
    .join(', ');
}
