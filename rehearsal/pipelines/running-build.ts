import type { BuiltImage } from '../images';

/** A build as its stand-ins see it. */
export interface RunningBuild {
  readonly service: string;
  /** Full commit id. */
  readonly commit: string;
  /** Folder in which the command was given. */
  readonly cwd: string;
  /** Images that this build made, by every name that it gave them. */
  readonly images: Map<string, BuiltImage>;
  say(line: string): void;
  /** Asks whether the build's role may make these calls. @throws {AccessDenied} */
  demand(actions: readonly string[], resource: string): void;
  readonly signal: AbortSignal;
}
