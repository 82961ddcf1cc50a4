import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { resolveBaseImage } from './base-images';
import type { BuildContext } from './context';
import { type CopyRequest, filesFromContext } from './copy';
import type { DockerStage, DockerStep, ParsedDockerfile } from './dockerfile';
import { ImageBuildError, type ImageConfig } from './types';
import { expandVariables } from './variables';

/** Something to do in a stage's root. `key` names the state after it: same key, same files. */
export type StageAction = { readonly key: string; readonly step: DockerStep } & (
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'copy';
      readonly from?: StagePlan;
      readonly request: CopyRequest;
      readonly mode?: number;
    }
  | {
      readonly kind: 'run';
      readonly workdir: string;
      readonly env: Readonly<Record<string, string>>;
      readonly shell: readonly string[];
    }
);

/** A stage, evaluated: what to do and what the image then says about itself. Nothing has been done yet. */
export interface StagePlan {
  /** Names the finished stage. */
  readonly key: string;
  readonly line: number;
  readonly base?: StagePlan;
  readonly needsPythonEnvironment: boolean;
  readonly actions: readonly StageAction[];
  readonly config: ImageConfig;
}

/** Where the planning of a stage stands. */
interface Draft {
  key: string;
  config: ImageConfig;
  args: Record<string, string>;
  cmdSet: boolean;
  readonly actions: StageAction[];
}

const CACHE_FORMAT = 'images-1';

/**
 * Evaluates the last stage of a Dockerfile and those it needs.
 * @throws ImageBuildError naming the line.
 */
export function planImage(
  file: ParsedDockerfile,
  context: BuildContext,
  buildArgs: Readonly<Record<string, string>>,
): StagePlan {
  const globals: Record<string, string> = {};
  for (const step of file.globalArgs) declareArgs(step, globals, globals, buildArgs);
  const planned = new Map<number, StagePlan>();
  const planStage = (stage: DockerStage): StagePlan => {
    const known = planned.get(stage.index);
    if (known !== undefined) return known;
    const find = (name: string): StagePlan | undefined => {
      const earlier = file.stages.slice(0, stage.index);
      const found = earlier.findLast(
        (other) => other.name === name.toLowerCase() || String(other.index) === name,
      );
      return found === undefined ? undefined : planStage(found);
    };
    const plan = new StagePlanner(context, globals, buildArgs, find).plan(stage);
    planned.set(stage.index, plan);
    return plan;
  };
  return planStage(file.stages.at(-1) as DockerStage);
}

function declareArgs(
  step: DockerStep,
  into: Record<string, string>,
  values: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): void {
  for (const { name, value } of step.properties) {
    const fallback = value === undefined ? values[name] : expandVariables(value, values);
    const chosen = given[name] ?? fallback;
    if (chosen !== undefined) into[name] = chosen;
  }
}

class StagePlanner {
  constructor(
    private readonly context: BuildContext,
    private readonly globals: Readonly<Record<string, string>>,
    private readonly buildArgs: Readonly<Record<string, string>>,
    private readonly findStage: (name: string) => StagePlan | undefined,
  ) {}

  plan(stage: DockerStage): StagePlan {
    const reference = expandVariables(stage.from, this.globals);
    if (reference === '') throw new ImageBuildError(`FROM ${stage.from} names no image`, stage.line);
    const base = this.findStage(reference);
    const image = base === undefined ? resolveBaseImage(reference) : undefined;
    const config = base?.config ?? (image as NonNullable<typeof image>).config;
    const from = base === undefined ? `${reference} ${process.version} ${process.platform}` : base.key;
    const draft: Draft = { key: digest(CACHE_FORMAT, from), config, args: {}, cmdSet: false, actions: [] };
    for (const step of stage.steps) this.apply(step, draft);
    return {
      key: digest(draft.key, 'stage'),
      line: stage.line,
      needsPythonEnvironment: image?.needsPythonEnvironment ?? false,
      actions: draft.actions,
      config: draft.config,
      ...(base === undefined ? {} : { base }),
    };
  }

  private apply(step: DockerStep, draft: Draft): void {
    const fill = (text: string) => expandVariables(text, { ...draft.args, ...draft.config.env });
    const known = { ...this.globals, ...draft.args, ...draft.config.env };
    if (step.keyword === 'ARG') declareArgs(step, draft.args, known, this.buildArgs);
    else if (step.keyword === 'WORKDIR') this.setWorkdir(step, draft, fill(unquote(step.text)));
    else if (step.keyword === 'COPY' || step.keyword === 'ADD') this.addCopy(step, draft, fill);
    else if (step.keyword === 'RUN') this.addRun(step, draft);
    else draft.config = configure(step, draft, fill);
  }

  private setWorkdir(step: DockerStep, draft: Draft, text: string): void {
    const path = posix.resolve(draft.config.workdir, text);
    draft.config = { ...draft.config, workdir: path };
    this.push(draft, step, path, { kind: 'folder', path });
  }

  private addRun(step: DockerStep, draft: Draft): void {
    const mount = step.flags.mount;
    if (mount !== undefined && !mount.includes('type=cache') && !mount.includes('type=tmpfs')) {
      throw new ImageBuildError(
        `RUN --mount=${mount} cannot be rehearsed; only type=cache and tmpfs can`,
        step.line,
      );
    }
    const { workdir, shell } = draft.config;
    const env = { ...draft.args, ...draft.config.env };
    this.push(draft, step, JSON.stringify([workdir, env, shell]), { kind: 'run', workdir, env, shell });
  }

  private addCopy(step: DockerStep, draft: Draft, fill: (text: string) => string): void {
    for (const flag of Object.keys(step.flags)) {
      if (!['from', 'chown', 'chmod', 'link'].includes(flag)) {
        throw new ImageBuildError(`${step.keyword} --${flag} cannot be rehearsed`, step.line);
      }
    }
    const parts = (step.json ?? step.text.split(/\s+/)).map(fill);
    const target = parts.at(-1) ?? '';
    const sources = parts.slice(0, -1);
    if (sources.length === 0)
      throw new ImageBuildError(`${step.keyword} needs a source and a destination`, step.line);
    const remote = sources.find((source) => /^(https?|git):|\.git$/.test(source));
    if (
      step.keyword === 'ADD' &&
      (remote !== undefined || sources.some((source) => /\.(tar|tgz|tar\.\w+)$/.test(source)))
    ) {
      throw new ImageBuildError('ADD of a URL or an archive cannot be rehearsed; use COPY or RUN', step.line);
    }
    const folder = /\/$/.test(target) || target === '.' || target.endsWith('/.') ? '/' : '';
    const request = { sources, destination: posix.join(posix.resolve(draft.config.workdir, target), folder) };
    this.push(draft, step, JSON.stringify(request), this.copyAction(step, request));
  }

  private copyAction(step: DockerStep, request: CopyRequest): ActionBody {
    const name = step.flags.from;
    const from = name === undefined ? undefined : this.findStage(expandVariables(name, this.globals));
    if (name !== undefined && from === undefined) {
      throw new ImageBuildError(
        `--from=${name} is no earlier stage; other images cannot be copied from`,
        step.line,
      );
    }
    const chmod = step.flags.chmod;
    if (chmod !== undefined && !/^[0-7]{3,4}$/.test(chmod)) {
      throw new ImageBuildError(`--chmod=${chmod} is not an octal mode such as 755`, step.line);
    }
    return {
      kind: 'copy',
      request,
      ...(from === undefined ? {} : { from }),
      ...(chmod === undefined ? {} : { mode: Number.parseInt(chmod, 8) }),
    };
  }

  private push(draft: Draft, step: DockerStep, detail: string, action: ActionBody): void {
    const content = action.kind === 'copy' ? this.contentOf(step, action) : '';
    draft.key = digest(draft.key, step.keyword, step.text, JSON.stringify(step.flags), detail, content);
    draft.actions.push({ ...action, step, key: draft.key } as StageAction);
  }

  private contentOf(step: DockerStep, action: ActionBody & { kind: 'copy' }): string {
    if (action.from !== undefined) return action.from.key;
    try {
      return this.context.hashOf(filesFromContext(this.context, action.request).map(({ file }) => file));
    } catch (error) {
      throw new ImageBuildError((error as Error).message, step.line);
    }
  }
}

type ActionBody = StageAction extends infer Action
  ? Action extends StageAction
    ? Omit<Action, 'key' | 'step'>
    : never
  : never;

/** The instructions that change only what the image says about itself. */
function configure(step: DockerStep, draft: Draft, fill: (text: string) => string): ImageConfig {
  const { config } = draft;
  const command = step.json ?? [...config.shell, step.text];
  switch (step.keyword) {
    case 'ENV': {
      const added = step.properties.map(({ name, value }) => [name, fill(value ?? '')]);
      return { ...config, env: { ...config.env, ...Object.fromEntries(added) } };
    }
    case 'CMD':
      draft.cmdSet = true;
      return { ...config, cmd: command };
    case 'ENTRYPOINT':
      if (config.kind !== 'process') {
        throw new ImageBuildError(
          `ENTRYPOINT of a ${config.kind} image cannot be replaced in rehearsal`,
          step.line,
        );
      }
      return { ...config, entrypoint: command, cmd: draft.cmdSet ? config.cmd : [] };
    case 'EXPOSE':
      return { ...config, expose: [...new Set([...config.expose, ...readPorts(step, fill(step.text))])] };
    case 'SHELL':
      if (step.json === undefined) throw new ImageBuildError('SHELL must be a JSON array', step.line);
      return { ...config, shell: step.json };
    case 'STOPSIGNAL':
      return { ...config, stopSignal: fill(step.text) };
    default:
      // USER, LABEL, VOLUME, MAINTAINER change nothing here; ECS ignores HEALTHCHECK as well.
      return config;
  }
}

function readPorts(step: DockerStep, text: string): number[] {
  return text.split(/\s+/).map((part) => {
    const port = Number(part.replace(/\/(tcp|udp)$/, ''));
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new ImageBuildError(`EXPOSE ${part} is no port from 1 to 65535`, step.line);
    }
    return port;
  });
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
}
