/** One HTTP request that users make. */
export interface LoadStep {
  /** @default GET */
  readonly method?: string;
  /** Path and query at the base URL. */
  readonly path: string;
  /** `{{uuid}}` becomes a UUID that is new in each request and the same in all of its parts. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `{{uuid}}` as in the headers. */
  readonly body?: string;
  /** Answers that are as they should be; others below 500 count as unexpected. @default any below 500 */
  readonly expectStatus?: readonly number[];
}

/** What one user does, step after step. */
export interface LoadJourney {
  readonly name: string;
  /** How often, relative to the other journeys. @default 1 */
  readonly weight?: number;
  readonly steps: readonly LoadStep[];
}

/** A load on one address. */
export interface LoadConfig {
  /** Such as `http://127.0.0.1:18080`. */
  readonly baseUrl: string;
  /** Requests per wall second, all journeys together; begun whether or not earlier ones have been answered. */
  readonly rate: number;
  readonly journeys: readonly LoadJourney[];
  /** Most keep-alive connections. @default 64 */
  readonly connections?: number;
  /** Wall milliseconds after which a request has failed. @default 20000 */
  readonly timeoutMillis?: number;
  /** Most journeys under way at once; further ones are dropped and counted. @default 2000 */
  readonly maxInFlight?: number;
}

/** What requests that one version had a part in came to. */
export interface VersionTraffic {
  /** Requests that passed the version. */
  readonly requests: number;
  /** Failed requests that broke at the version: it is the first one that the answer lists. */
  readonly failed: number;
  /** Of the whole request as its user saw it. */
  readonly p50Millis: number | null;
  readonly p99Millis: number | null;
}

/** What all requests came to. */
export interface LoadTotals {
  readonly requests: number;
  /** Answered with 500 or above, not answered within the time limit, or cut off. */
  readonly failed: number;
  /** Answered below 500, but not as the step expects. */
  readonly unexpected: number;
  /** Requests that were due but not made, because too many were under way. */
  readonly dropped: number;
  readonly p50Millis: number | null;
  readonly p99Millis: number | null;
  /** By the names found in `x-served-by`. */
  readonly byVersion: Readonly<Record<string, VersionTraffic>>;
}

/** The requests that ended within one wall second. */
export interface LoadSecond extends LoadTotals {
  /** Wall time of the second's start, milliseconds since the Unix epoch. */
  readonly wallMillis: number;
  readonly inFlight: number;
}

/** One request that failed or was answered unexpectedly. */
export interface LoadFailure {
  readonly wallMillis: number;
  readonly journey: string;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  /** What cut it off; null when it was answered. */
  readonly error: string | null;
  readonly servedBy: readonly string[];
  /** Beginning of the answer's body. */
  readonly body: string;
}

/** Everything that a load came to. */
export interface LoadReport extends LoadTotals {
  /** Wall seconds from start to stop. */
  readonly seconds: number;
  /** The last hour at most. */
  readonly perSecond: readonly LoadSecond[];
  /** The first 20 failed requests. */
  readonly failures: readonly LoadFailure[];
  /** The first 20 unexpected answers. */
  readonly unexpectedAnswers: readonly LoadFailure[];
}

/** What the parent tells the process that makes the load. */
export type LoadCommand =
  | { readonly kind: 'start'; readonly config: LoadConfig }
  | { readonly kind: 'rate'; readonly rate: number }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'stop' };

/** What the process that makes the load tells its parent. */
export type LoadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'second'; readonly second: LoadSecond }
  | { readonly kind: 'report'; readonly report: LoadReport };
