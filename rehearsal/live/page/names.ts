import type { LiveState } from '../state';

/** An id of an element made from data: any name becomes one that is unique and holds no odd character. */
export function domId(prefix: string, name: string): string {
  return `${prefix}-${name.replace(/[^A-Za-z0-9-]/g, (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}_`)}`;
}

/** Address of a rollout on the page. */
export function rolloutLink(id: string): string {
  return `#rollout/${encodeURIComponent(id)}`;
}

/** Address of a stage's log on the page. */
export function stageLink(runId: string, stage: string): string {
  return `#run/${encodeURIComponent(runId)}/${encodeURIComponent(stage)}`;
}

/** What an address names; null for any other, also one that was cut. */
export type Target =
  | { readonly kind: 'rollout'; readonly id: string }
  | { readonly kind: 'stage'; readonly run: string; readonly stage: string };

/** Reads an address made by `rolloutLink` or `stageLink`. */
export function targetOf(hash: string): Target | null {
  const [kind, first, second] = hash.replace(/^#/, '').split('/').map(decoded);
  if (kind === 'rollout' && first) {
    return { kind, id: first };
  }
  return kind === 'run' && first && second ? { kind: 'stage', run: first, stage: second } : null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** A version of a service as people call it, from the version itself or from `<environment>-<service>-<version>`. */
export function versionOf(
  name: string,
  service: string,
  { environment }: Pick<LiveState, 'environment'>,
): string {
  const prefix = `${environment}-${service}-`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
