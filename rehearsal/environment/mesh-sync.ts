import type { DataPlane, DiscoveredInstance, MeshPlan, MeshSnapshot, MeshTask } from '../contracts';

/** Where the plan's parts come from. */
export interface MeshSources {
  readonly mesh: () => MeshSnapshot | null;
  readonly instances: () => readonly DiscoveredInstance[];
  readonly tasks: () => readonly MeshTask[];
}

/**
 * Keeps the data plane in step with the mesh, Cloud Map and the tasks. Changes that come while one is being
 * applied are applied together afterwards, so the proxies always end at the newest state.
 */
export class MeshSync {
  private isDirty = false;
  private isStopped = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly dataPlane: Pick<DataPlane, 'apply'>,
    private readonly sources: MeshSources,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Something changed: apply soon. */
  changed(): void {
    this.isDirty = true;
    if (!this.isStopped) {
      this.running ??= this.run().finally(() => {
        this.running = undefined;
      });
    }
  }

  /** Resolves when everything known so far is in effect. */
  async settled(): Promise<void> {
    while (this.running !== undefined) {
      await this.running;
    }
  }

  /** Applies nothing any more. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.settled();
  }

  private async run(): Promise<void> {
    // Changes come in bursts: one turn of the event loop gathers them.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.isDirty && !this.isStopped) {
      this.isDirty = false;
      const plan = this.plan();
      if (plan !== null) {
        await this.dataPlane.apply(plan).catch(this.onError);
      }
    }
  }

  private plan(): MeshPlan | null {
    const mesh = this.sources.mesh();
    return mesh === null ? null : { mesh, instances: this.sources.instances(), tasks: this.sources.tasks() };
  }
}
