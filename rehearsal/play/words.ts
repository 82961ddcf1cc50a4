import type { Environment } from '../environment/environment';
import type { PipelineRun } from '../live/state';
import type { ServiceRepository } from '../repositories';

/** What the person reads first: addresses, and what to try. */
export function openingLines(facts: {
  readonly applicationUrl: string;
  readonly pageUrl: string;
  readonly repositories: ReadonlyMap<string, ServiceRepository>;
  readonly speed: number;
}): readonly string[] {
  const remotes = [...facts.repositories].map(([service, { dir }]) => `  git clone '${dir}' ${service}`);
  return [
    '',
    `Application  ${facts.applicationUrl}`,
    `Live page    ${facts.pageUrl}`,
    '',
    `Repositories: a push to main is a release (time runs ${facts.speed} times as fast)`,
    ...remotes,
    '',
    'Try, once the first releases are done (docs/guides/play.md has the commands):',
    '  fix the bug      yelb-appserver, src/votes.ts: VOTE_INCREMENT = 2 becomes 1; a click then counts 1 vote',
    '  break the port   yelb-appserver, src/port.ts: LISTEN_PORT = 4567 becomes 4568; it is rolled back',
    '  see the split    reload the application while it rolls out: its App Server changes in that proportion',
    '',
    'Ctrl-C ends everything.',
    '',
  ];
}

/** What came of it. */
export function closingLines(environment: Environment, runs: readonly PipelineRun[]): readonly string[] {
  const outcomes = new Map<string, number>();
  for (const { outcome } of environment.tracker.all()) {
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const counted = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  const { total, denied } = environment.callCounts();
  return [
    '',
    `Rollouts     ${counted === '' ? 'none' : counted}`,
    `Pipelines    ${runs.filter(({ status }) => status === 'succeeded').length} of ${runs.length} succeeded`,
    `AWS calls    ${total}, ${denied === 0 ? 'none' : denied} denied by the role policies`,
    'everything that was started is being ended',
  ];
}
