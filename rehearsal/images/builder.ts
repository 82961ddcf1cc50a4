import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readContext } from './context';
import { parseDockerfile } from './dockerfile';
import { StageExecutor } from './execute';
import { hostPath, mapIfPresent, mapRunCommand, searchPath } from './host-paths';
import { withFolderLock } from './lock';
import { planImage, type StagePlan } from './plan';
import {
  type BuildRequest,
  type BuiltImage,
  ImageBuildError,
  type ImageBuilder,
  type ImageConfig,
} from './types';

/** How images are built. */
export interface ImageBuilderOptions {
  /** Folder that keeps layers between runs; may be shared by processes. */
  readonly cacheDir: string;
  /** Wall milliseconds that one RUN may take. @default 10 minutes */
  readonly runTimeoutMillis?: number;
  /** Gets each line that a RUN writes. */
  readonly onLine?: (service: string, line: string) => void;
}

const TEN_MINUTES = 600_000;

/** Creates a builder that carries Dockerfiles out on this machine, without a container engine. */
export function createImageBuilder(options: ImageBuilderOptions): ImageBuilder {
  return { build: (request) => buildImage(options, request) };
}

async function buildImage(options: ImageBuilderOptions, request: BuildRequest): Promise<BuiltImage> {
  const startedAt = performance.now();
  const contextDir = resolve(request.contextDir);
  const file = parseDockerfile(readDockerfile(contextDir, request.dockerfile ?? 'Dockerfile'));
  const context = readContext(contextDir);
  const plan = planImage(file, context, request.buildArgs ?? {});
  mkdirSync(options.cacheDir, { recursive: true });
  const cacheDir = realpathSync(options.cacheDir);
  const executor = new StageExecutor(cacheDir, context, {
    runTimeoutMillis: options.runTimeoutMillis ?? TEN_MINUTES,
    onLine: (line) => {
      options.onLine?.(request.service, line);
      request.onLine?.(line);
    },
    signal: request.signal,
  });
  const cached = executor.isComplete(plan);
  if (!cached) await withFolderLock(cacheDir, () => executor.ensure(plan));
  const wallMillis = Math.round(performance.now() - startedAt);
  return describeImage(request, plan, executor.rootOf(plan), { cached, wallMillis });
}

function readDockerfile(contextDir: string, name: string): string {
  const path = join(contextDir, name);
  if (!existsSync(path)) {
    throw new ImageBuildError(`"${name}" is not in ${contextDir}; add one, or name another`);
  }
  return readFileSync(path, 'utf8');
}

function describeImage(
  request: BuildRequest,
  plan: StagePlan,
  root: string,
  how: { cached: boolean; wallMillis: number },
): BuiltImage {
  const { config } = plan;
  if (config.entrypoint.length === 0 && config.cmd.length === 0) {
    throw new ImageBuildError('the image has no command; add CMD ["program", "argument"]', plan.line);
  }
  return {
    service: request.service,
    commit: request.commit,
    contentId: plan.key,
    kind: config.kind,
    root,
    workdir: hostPath(root, config.workdir),
    env: hostEnvironment(root, config),
    command: toHostCommand(root, [...config.entrypoint, ...config.cmd]),
    entrypoint: config.entrypoint,
    cmd: config.cmd,
    expose: config.expose,
    stopSignal: config.stopSignal,
    initFiles: config.kind === 'postgres' ? listInitFiles(root) : [],
    notes: config.notes,
    ...how,
  };
}

/** A command line of the image with its paths as they are on the host. */
export function toHostCommand(root: string, command: readonly string[]): readonly string[] {
  const isShell = /(^|\/)(ba|da|z)?sh$/.test(command[0] ?? '') && /^-\w*c$/.test(command[1] ?? '');
  return command.map((part, index) => {
    if (isShell && index === 2) return mapRunCommand(root, part);
    return isShell && index === 0 ? part : mapIfPresent(root, part);
  });
}

function hostEnvironment(root: string, config: ImageConfig): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.env)) {
    env[name] = value
      .split(':')
      .map((part) => mapIfPresent(root, part))
      .join(':');
  }
  env.PATH = searchPath(root, config.env.PATH, process.env.PATH ?? '/usr/bin:/bin');
  return env;
}

function listInitFiles(root: string): readonly string[] {
  const folder = join(root, 'docker-entrypoint-initdb.d');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}
