import { runAwsCli } from './aws-cli';
import type { Builds } from './build-action';
import { runDocker } from './docker';
import type { DoorAnswer, DoorRequest } from './door';
import type { PipelineParts } from './parts';
import type { RunningBuild } from './running-build';
import { StandInError } from './stand-in-error';

/** The builds that run, and the answers that their stand-ins for `docker` and `aws` get. */
export class BuildDesk {
  private readonly building = new Map<string, Omit<RunningBuild, 'cwd' | 'say'>>();
  private readonly numbers = new Map<string, number>();

  /**
   * @param nextStart milliseconds, virtual, later than every one before: two builds of one millisecond have an order.
   */
  constructor(
    private readonly parts: Pick<PipelineParts, 'builder' | 'images' | 'delivery' | 'asset'>,
    private readonly nextStart: () => number,
  ) {}

  /** What build actions need of the desk. */
  builds(standInDir: string): Builds {
    return {
      standInDir,
      next: (project) => {
        const number = (this.numbers.get(project) ?? 0) + 1;
        this.numbers.set(project, number);
        return { number, startedAt: this.nextStart() };
      },
      add: (id, build) => this.building.set(id, build),
      remove: (id) => this.building.delete(id),
    };
  }

  /** Does what a build's command asks, and answers its exit code. */
  async answer(request: DoorRequest, answer: DoorAnswer): Promise<number> {
    const known = this.building.get(request.build ?? '');
    if (known === undefined) {
      answer.complain(`${request.kind}: no build of this rehearsal asks`);
      return 1;
    }
    const signal = AbortSignal.any([known.signal, answer.signal]);
    try {
      await this.standIn(request, { ...known, cwd: request.cwd, say: answer.say, signal });
      return 0;
    } catch (error) {
      answer.complain(error instanceof Error ? error.message : String(error));
      return error instanceof StandInError ? error.exitCode : 1;
    }
  }

  private async standIn({ kind, argv }: DoorRequest, build: RunningBuild): Promise<void> {
    const { builder, images, delivery, asset } = this.parts;
    if (kind === 'docker') {
      await runDocker(argv, build, { builder, registry: images, repositories: delivery.imageRepositories });
    } else {
      runAwsCli(argv, build, { asset });
    }
  }
}
