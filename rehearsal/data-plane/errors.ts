/** No proxy of the wanted kind can run here: missing, built for a newer system, or it ended while starting. */
export class DataPlaneUnavailable extends Error {
  readonly code = 'DataPlaneUnavailable';
  constructor(
    message: string,
    /** Last lines the proxy wrote, newest last; empty when it never ran. */
    readonly lastLogLines: readonly string[] = [],
  ) {
    super(lastLogLines.length === 0 ? message : `${message}; its last lines:\n${lastLogLines.join('\n')}`);
    this.name = 'DataPlaneUnavailable';
  }
}

/** The proxy ends again and again: without it nothing that is rehearsed means anything. */
export class DataPlaneLost extends Error {
  readonly code = 'DataPlaneLost';
  constructor(
    message: string,
    /** Last lines the proxy wrote, newest last. */
    readonly lastLogLines: readonly string[],
  ) {
    super(lastLogLines.length === 0 ? message : `${message}; its last lines:\n${lastLogLines.join('\n')}`);
    this.name = 'DataPlaneLost';
  }
}

/** The proxy refused a configuration; what was in effect before stays in effect. */
export class PlanRejected extends Error {
  readonly code = 'PlanRejected';
  constructor(
    /** Which part was refused, such as `routes`. */
    readonly part: string,
    /** The proxy's own words. */
    readonly reason: string,
  ) {
    super(`the data plane refused the new ${part}: ${reason}`);
    this.name = 'PlanRejected';
  }
}

/** The mesh asks for something that the rehearsal's data plane does not have; nothing was applied. */
export class UnsupportedMeshFeature extends Error {
  readonly code = 'UnsupportedMeshFeature';
  constructor(
    /** One sentence for each resource that asks for it. */
    readonly problems: readonly string[],
  ) {
    super(problems.join('; '));
    this.name = 'UnsupportedMeshFeature';
  }
}
