/** How much is played, and what first. */
export interface Bounds {
  readonly seed: number;
  readonly maxPlays: number;
  readonly maxSeconds: number;
}

/** Plays to be made until one breaks an invariant. */
export interface Search extends Bounds {
  readonly scenarios: readonly string[];
  /** Parts of disturbances that go first, such as `setSplit` or `:kill-after`. */
  readonly first: readonly string[];
  readonly pairs: boolean;
}

/** A play that broke an invariant. */
export interface Sighting {
  readonly play: string;
  readonly invariant: string;
  readonly found: string;
}

/** What a process that plays is asked. */
export type Ask =
  | ({ readonly type: 'search' } & Search)
  | { readonly type: 'replay'; readonly play: string }
  /** Whether the sighting just told counts: not when the play breaks with every rule in place, too. Has no answer of its own. */
  | { readonly type: 'counts'; readonly counts: boolean };

/** What it answers. */
export type Answer =
  | { readonly type: 'sighted'; readonly sighting: Sighting }
  | { readonly type: 'searched'; readonly plays: number }
  | { readonly type: 'replayed'; readonly sighting: Sighting | null }
  | { readonly type: 'failed'; readonly message: string };
