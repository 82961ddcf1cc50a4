import type { Releases } from '../environment/releases';
import type { TrackedRollout } from '../environment/rollout-tracker';
import type { Expectation } from '../report/schema';
import type { ServiceRepository } from '../repositories';
import { type FaultTargets, injectFault } from './faults';
import { askProbe, askThroughout } from './probe';
import type { ReleaseStep, Stage } from './schema';
import { playSplit } from './split-step';
import { endOf, momentOf, rolloutOf } from './watch';

/** What a stage is played with. */
export interface StageContext extends FaultTargets {
  readonly releases: Releases;
  readonly repositories: ReadonlyMap<string, ServiceRepository>;
  /** Versions by the names that releases gave them: `<service>/<name>`. */
  readonly versions: Map<string, string>;
  /** A line for the live view. */
  readonly tell: (text: string) => void;
  /** Told of each fault as it is put in the way. */
  readonly onFault: (text: string) => void;
  /** Called once the stage's releases have been started. */
  readonly onStarted: () => void;
}

/** Plays one stage and returns what was expected of it and what was found. */
export async function runStage(stage: Stage, context: StageContext): Promise<readonly Expectation[]> {
  const commits = await Promise.all(stage.releases.map((release) => prepare(release, context)));
  const ended = new AbortController();
  const watched = stage.probes
    .filter(({ throughout }) => throughout)
    .map((probe) => askThroughout(context.environment, probe, ended.signal, context.signal));
  const running = stage.releases.map((release, index) => play(release, commits[index] ?? '', context));
  context.onStarted();
  const outcomes = await Promise.all(running).finally(() => ended.abort());
  const applied: Expectation[] = [];
  for (const split of stage.splits) {
    applied.push(...(await playSplit(split, context)));
  }
  const answers = await Promise.all(watched);
  for (const probe of stage.probes.filter(({ throughout }) => !throughout)) {
    answers.push(await askProbe(context.environment.ingressUrl, probe));
  }
  for (const answer of answers) {
    context.tell(`${answer.met ? '✓' : '✗'} ${answer.text}: ${answer.found}`);
  }
  return [...outcomes.flat(), ...applied, ...answers];
}

/** Makes the commit and builds it, so that every release of the stage starts at the same time. */
async function prepare(release: ReleaseStep, context: StageContext): Promise<string> {
  const repository = repositoryOf(release, context);
  const { change } = release;
  return context.releases.prepare(
    repository,
    change === undefined
      ? { revision: release.revision ?? 'HEAD' }
      : { change: { files: change.write, replace: change.replace, message: change.message } },
  );
}

async function play(
  release: ReleaseStep,
  commit: string,
  context: StageContext,
): Promise<readonly Expectation[]> {
  const { environment, signal } = context;
  const { rolloutId } = await context.releases.release(repositoryOf(release, context), commit);
  const commits = prepareAhead(release, context);
  const beside = release.during.map(async (step, index): Promise<readonly Expectation[]> => {
    const rollout = await rolloutOf(environment, rolloutId, signal);
    if (!(await momentOf(environment, rolloutId, step.when, signal))) {
      return [
        {
          text: `the moment ${JSON.stringify(step.when)} comes`,
          met: false,
          found: 'the rollout ended before it',
        },
      ];
    }
    if (step.fault !== undefined) {
      const text = JSON.stringify(step.fault);
      context.tell(`fault: ${text}`);
      context.onFault(text);
      // A fault may last; the rollout goes on meanwhile.
      await Promise.race([injectFault(step.fault, rollout, context), endOf(environment, rolloutId, signal)]);
    }
    return step.release === undefined
      ? []
      : play(step.release as ReleaseStep, (await commits[index]) ?? '', context);
  });
  // Awaited together: an interruption rejects all of them, and none may go unheard.
  const [ended, found] = await Promise.all([endOf(environment, rolloutId, signal), Promise.all(beside)]);
  if (release.as !== undefined) {
    context.versions.set(`${release.service}/${release.as}`, ended.version);
  }
  return [...judge(release, ended), ...found.flat()];
}

/**
 * Commits and builds what is released while this rollout runs, one after the other: a build takes wall time, in which
 * the rollout would go on far beyond the moment that was named.
 */
function prepareAhead(release: ReleaseStep, context: StageContext): readonly Promise<string>[] {
  let last = Promise.resolve('');
  return release.during.map((step) => {
    const next = step.release as ReleaseStep | undefined;
    if (next !== undefined) {
      last = last.then(() => prepare(next, context));
      // Its moment may never come; whoever waits for it hears of the failure all the same.
      last.catch(() => undefined);
    }
    return last;
  });
}

function repositoryOf(release: ReleaseStep, context: StageContext): ServiceRepository {
  const repository = context.repositories.get(release.service);
  if (repository === undefined) {
    throw new Error(
      `the scenario releases "${release.service}", which platform.yaml does not name; known: ${[...context.repositories.keys()].join(', ')}`,
    );
  }
  return repository;
}

function judge(release: ReleaseStep, ended: TrackedRollout): readonly Expectation[] {
  const { outcome, reason, max_weight } = release.expect;
  const name = `${release.service} ${ended.version}`;
  const greatest = Math.max(0, ...ended.splits.map(({ weights }) => weights[ended.version] ?? 0));
  return [
    {
      text: `${name} ends ${outcome}`,
      met: ended.outcome === outcome,
      found: `${ended.outcome}: ${ended.reason}`,
    },
    ...(reason === undefined
      ? []
      : [
          {
            text: `${name} ends because of "${reason}"`,
            met: ended.reason.includes(reason),
            found: ended.reason,
          },
        ]),
    ...(max_weight === undefined
      ? []
      : [
          {
            text: `${name} never gets more than ${max_weight} %`,
            met: greatest <= max_weight,
            found: `${greatest} %`,
          },
        ]),
  ];
}
