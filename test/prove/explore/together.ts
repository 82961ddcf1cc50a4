import { fork } from 'node:child_process';
import type { Exploration, ExploreOptions, Finding, Row } from './explore';

/** What an explorer is told, and what it answers: first each finding, then the whole. */
export type ExplorerMessage =
  | { readonly finding: Finding }
  | { readonly exploration: Exploration }
  | { readonly error: string };

/** Options that can be sent to another process. */
export type SharedOptions = Pick<
  ExploreOptions,
  'seed' | 'maxSeconds' | 'scenarios' | 'singles' | 'pairs' | 'share'
>;

/**
 * Explores in several processes at once, each its share of the singles and of the pairs.
 * @param script Module that answers {@link SharedOptions} with {@link ExplorerMessage}s when it is forked.
 * @throws {Error} when one of them fails.
 */
export async function exploreTogether(
  script: string,
  options: SharedOptions & Pick<ExploreOptions, 'onFinding'>,
  processes: number,
): Promise<Exploration> {
  const { onFinding, ...shared } = options;
  const { singles, pairs } = shared;
  const split = {
    ...(singles === undefined ? {} : { singles: Math.ceil(singles / processes) }),
    ...(pairs === undefined ? {} : { pairs: Math.ceil(pairs / processes) }),
  };
  const known = new Set<string>();
  const tell = (finding: Finding) => {
    if (!known.has(finding.play)) {
      known.add(finding.play);
      onFinding?.(finding);
    }
  };
  const parts = await Promise.all(
    Array.from({ length: processes }, (_each, index) =>
      exploreIn(script, { ...shared, ...split, share: { index, of: processes } }, tell),
    ),
  );
  return merge(parts);
}

function exploreIn(
  script: string,
  options: SharedOptions,
  onFinding: (finding: Finding) => void,
): Promise<Exploration> {
  return new Promise((resolve, reject) => {
    const child = fork(script, { execArgv: process.execArgv });
    child.on('message', (message: ExplorerMessage) => {
      if ('finding' in message) {
        onFinding(message.finding);
      } else if ('error' in message) {
        reject(new Error(message.error));
      } else {
        resolve(message.exploration);
      }
    });
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      reject(new Error(`an explorer ended early (code ${code}, signal ${signal})`)),
    );
    child.send(options);
  });
}

/** Adds up what several explorers did; a finding of two is one. */
export function merge(parts: readonly Exploration[]): Exploration {
  const findings = new Map(parts.flatMap((part) => part.findings.map((each) => [each.play, each] as const)));
  const rows = new Map<string, Row>();
  for (const row of parts.flatMap(({ table }) => table)) {
    const known = rows.get(row.scenario);
    rows.set(row.scenario, known === undefined ? row : add(known, row));
  }
  const plays = parts.reduce((total, part) => total + part.plays, 0);
  return { plays, findings: [...findings.values()], table: [...rows.values()] };
}

function add(one: Row, other: Row): Row {
  return {
    ...one,
    played: one.played + other.played,
    pairs: one.pairs + other.pairs,
    findings: one.findings + other.findings,
  };
}
