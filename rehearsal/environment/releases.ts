import type { PipelineEngine } from '../pipelines/engine';
import {
  isReleased,
  pushCommit,
  type RepositoryChange,
  resolveRevision,
  type ServiceRepository,
  stageChange,
} from '../repositories';

/** A release that was started. */
export interface StartedRelease {
  readonly rolloutId: string;
  readonly commit: string;
}

/** A release whose pipeline ended before its rollout began. */
export class PipelineFailed extends Error {
  constructor(
    readonly stage: string,
    readonly summary: string,
    /** Last lines of the stage's log. */
    readonly log: readonly string[],
  ) {
    super(`stage ${stage} failed: ${summary}\n${log.slice(-20).join('\n')}`);
    this.name = 'PipelineFailed';
  }
}

/**
 * Releases at a named moment: a build takes wall time, in which a rollout would go on far beyond the moment, so all that
 * comes before the push is done ahead of it.
 */
export class Releases {
  constructor(
    private readonly pipelines: PipelineEngine,
    private readonly signal: AbortSignal,
  ) {}

  /** Commits a change where nobody sees it yet, or takes a revision as it is, and builds it ahead of its push. */
  async prepare(
    repository: ServiceRepository,
    what: { readonly change: RepositoryChange } | { readonly revision: string },
  ): Promise<string> {
    const commit =
      'change' in what
        ? await stageChange(repository, what.change)
        : await resolveRevision(repository, what.revision);
    await this.pipelines.prepare(repository.name, commit);
    return commit;
  }

  /**
   * Releases a commit: pushes it; one that main has already is released by hand.
   * @throws {PipelineFailed} when its pipeline ends before the rollout begins.
   */
  async release(repository: ServiceRepository, commit: string): Promise<StartedRelease> {
    if (await isReleased(repository, commit)) {
      await this.pipelines.start(repository.name, commit);
    } else {
      await pushCommit(repository, commit);
    }
    const run = await this.pipelines.rolloutOf(repository.name, commit, this.signal);
    if (run.rolloutId === null) {
      const failed = run.stages.find(({ status }) => status === 'failed' || status === 'stopped');
      throw new PipelineFailed(failed?.name ?? '', failed?.summary ?? '', failed?.log ?? []);
    }
    return { rolloutId: run.rolloutId, commit };
  }
}
