declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly updateTableMs?: number;
    readonly deleteTableMs?: number;
  }

  /** An HTTP server that speaks DynamoDB; closing it closes its store. */
  const createDynalite: (options?: DynaliteOptions) => Server;
  export = createDynalite;
}
