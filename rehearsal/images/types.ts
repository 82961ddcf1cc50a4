/** What starts a task of this image: a process of the host, or a real server that the host brings along. */
export type ImageKind = 'process' | 'postgres' | 'valkey';

/** What a build starts from. */
export interface BuildRequest {
  /** Folder that holds the Dockerfile and all that it copies. */
  readonly contextDir: string;
  readonly service: string;
  /** Full commit id, for messages and the result; content alone decides what is cached. */
  readonly commit: string;
  /** Dockerfile, relative to `contextDir`. Default: `Dockerfile`. */
  readonly dockerfile?: string;
  /** Values for the Dockerfile's ARGs. */
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Gets each line that a RUN of this build writes. */
  readonly onLine?: (line: string) => void;
  /** Ends the build's running command at once; the build then fails. */
  readonly signal?: AbortSignal;
}

/** An image that was carried out on this machine: a folder, and how to start what is in it. */
export interface BuiltImage {
  readonly service: string;
  readonly commit: string;
  /** Same content, same id; it names the folder in the cache. */
  readonly contentId: string;
  readonly kind: ImageKind;
  /** Host folder that stands for the image's `/`. Shared by all tasks of the image: never write into it. */
  readonly root: string;
  /** Host path of the image's WORKDIR. */
  readonly workdir: string;
  /** Environment for the process, paths and PATH already those of the host. */
  readonly env: Readonly<Record<string, string>>;
  /** ENTRYPOINT and CMD as one command line, paths already those of the host. */
  readonly command: readonly string[];
  /** The same two apart, as the image has them: a task definition may replace either. */
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Ports of EXPOSE. */
  readonly expose: readonly number[];
  /** Signal that asks the process to end; default SIGTERM. */
  readonly stopSignal: string;
  /** Scripts of `/docker-entrypoint-initdb.d`, host paths, in order; kind `postgres` only. */
  readonly initFiles: readonly string[];
  /** What is not as it would be in a container, one sentence each. */
  readonly notes: readonly string[];
  /** Whether all of it came from the cache. */
  readonly cached: boolean;
  readonly wallMillis: number;
}

/** Builds images without a container engine. */
export interface ImageBuilder {
  /**
   * Carries the Dockerfile out, or answers from the cache.
   * @throws ImageBuildError naming the line, and for RUN the exit code and the last lines of output.
   */
  build(request: BuildRequest): Promise<BuiltImage>;
}

/** A Dockerfile that cannot be carried out. */
export class ImageBuildError extends Error {
  constructor(
    message: string,
    /** Line of the Dockerfile, from 1. */
    readonly line?: number,
    /** Last lines that a failed command wrote. */
    readonly output: readonly string[] = [],
  ) {
    const place = line === undefined ? 'Dockerfile' : `Dockerfile line ${line}`;
    const tail = output.length === 0 ? '' : `\n${output.map((text) => `  | ${text}`).join('\n')}`;
    super(`${place}: ${message}${tail}`);
    this.name = 'ImageBuildError';
  }
}

/** What an image says about itself, in the container's own paths. */
export interface ImageConfig {
  readonly kind: ImageKind;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly expose: readonly number[];
  readonly stopSignal: string;
  readonly shell: readonly string[];
  readonly notes: readonly string[];
}
