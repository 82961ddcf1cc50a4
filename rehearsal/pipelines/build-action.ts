import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { BuildProjectSpec } from '../assembly/describe/delivery';
import type { BuildAction } from '../assembly/describe/pipelines';
import { buildEnvironment } from '../images/run-command';
import { type BuildSpec, BuildSpecRefused, readBuildSpec } from './build-spec';
import { type ActionEnd, artifactDir, artifactKey, type PipelineParts, type RunContext } from './parts';
import { runBuild } from './run-build';
import type { RunningBuild } from './running-build';

/** The builds that run now, for their stand-ins. */
export interface Builds {
  readonly standInDir: string;
  /** Number of the project's next build, and its start: milliseconds, virtual, later than every one before. */
  next(project: string): { readonly number: number; readonly startedAt: number };
  add(id: string, build: Omit<RunningBuild, 'cwd' | 'say'>): void;
  remove(id: string): void;
}

/** Runs a CodeBuild project on the action's input artifact, in a folder of its own. */
export async function runBuildAction(
  action: BuildAction,
  context: RunContext,
  parts: PipelineParts,
  builds: Builds,
): Promise<ActionEnd> {
  const project = projectOf(action, parts);
  parts.access.demand(
    context.pipelineRole,
    ['codebuild:StartBuild', 'codebuild:BatchGetBuilds'],
    project.arn,
  );
  demandExchange(action, context, parts, project);
  const scratchDir = join(context.dir, action.name);
  const sourceDir = join(scratchDir, 'src');
  cpSync(artifactDir(context, action.inputs[0] ?? ''), sourceDir, { recursive: true });
  const id = randomUUID();
  const building = new AbortController();
  try {
    const spec = specOf(project, sourceDir);
    noteStandIns(project, spec, context);
    builds.add(id, {
      service: context.service,
      commit: context.commit,
      images: new Map(),
      signal: AbortSignal.any([context.signal, building.signal]),
      demand: (actions, resource) => parts.access.demand(project.roleName, actions, resource),
    });
    const end = await runBuild({
      spec,
      sourceDir,
      scratchDir,
      artifactDir: artifactDir(context, action.outputs[0] ?? `${action.name}-none`),
      env: environmentOf({ id, project, context, sourceDir }, parts, builds),
      timeoutMillis: project.timeoutMinutes * 60_000,
      onLine: context.report.say,
      signal: context.signal,
    });
    return end.succeeded
      ? { status: 'succeeded', summary: `${action.name} done` }
      : { status: 'failed', summary: `${action.name}, ${end.phase}: ${end.reason}` };
  } catch (error) {
    if (!(error instanceof BuildSpecRefused)) {
      throw error;
    }
    error.problems.forEach(context.report.say);
    return { status: 'failed', summary: `${action.name}: ${error.problems[0] ?? ''}` };
  } finally {
    building.abort();
    builds.remove(id);
    rmSync(scratchDir, { recursive: true, force: true });
  }
}

/** A build reads and writes its artifacts, and its log, as its own role. */
function demandExchange(
  action: BuildAction,
  context: RunContext,
  { access, region, account }: PipelineParts,
  { roleName, logs }: BuildProjectSpec,
): void {
  for (const [kind, names] of [['read', action.inputs] as const, ['write', action.outputs] as const]) {
    for (const name of names) {
      access.demandArtifact(kind, roleName, context.artifactBucket, artifactKey(context, name));
    }
  }
  if (logs !== undefined) {
    const stream = `arn:aws:logs:${region}:${account}:log-group:${logs.group}:log-stream:${logs.stream}/${randomUUID()}`;
    access.demand(roleName, ['logs:CreateLogStream', 'logs:PutLogEvents'], stream);
  }
}

function projectOf(action: BuildAction, { delivery }: PipelineParts): BuildProjectSpec {
  const name = action.project;
  const project = delivery.projects.find((candidate) => candidate.name === name);
  if (project === undefined) {
    throw new Error(
      `action "${action.name}" runs the project "${name}", which is not in the assembly; there are ${delivery.projects.map((one) => one.name).join(', ')}`,
    );
  }
  return project;
}

/** @throws {BuildSpecRefused} when the file is not there or asks for what is not rehearsed. */
function specOf({ buildSpec }: BuildProjectSpec, sourceDir: string): BuildSpec {
  if (buildSpec.kind === 'inline') {
    return readBuildSpec(buildSpec.text, 'the platform’s buildspec');
  }
  const file = join(sourceDir, buildSpec.path);
  if (!existsSync(file)) {
    throw new BuildSpecRefused([`${buildSpec.path}: no such file in this commit`]);
  }
  return readBuildSpec(readFileSync(file, 'utf8'), buildSpec.path);
}

function noteStandIns({ image }: BuildProjectSpec, spec: BuildSpec, { report }: RunContext): void {
  report.say(
    `rehearsal: this machine stands in for ${image}; docker and aws are stand-ins, node is ${process.version}`,
  );
  const versions = spec.phases.install?.['runtime-versions'];
  if (versions !== undefined) {
    report.say(`rehearsal: runtime-versions ${JSON.stringify(versions)} have no effect here`);
  }
}

interface BuildPlace {
  readonly id: string;
  readonly project: BuildProjectSpec;
  readonly context: RunContext;
  readonly sourceDir: string;
}

/** Source of the names: AWS, "Environment variables in build environments". */
function environmentOf(
  { id, project, context, sourceDir }: BuildPlace,
  parts: PipelineParts,
  builds: Builds,
): Record<string, string> {
  const { number, startedAt } = builds.next(project.name);
  const host = buildEnvironment(process.env);
  const buildId = `${project.name}:${id}`;
  return {
    ...host,
    ...parts.buildVariables(project.roleName),
    AWS_DEFAULT_REGION: parts.region,
    AWS_REGION: parts.region,
    CODEBUILD_BUILD_ARN: `arn:aws:codebuild:${parts.region}:${parts.account}:build/${buildId}`,
    CODEBUILD_BUILD_ID: buildId,
    CODEBUILD_BUILD_IMAGE: project.image,
    CODEBUILD_BUILD_NUMBER: String(number),
    CODEBUILD_INITIATOR: `codepipeline/${context.pipelineName}`,
    CODEBUILD_RESOLVED_SOURCE_VERSION: context.commit,
    CODEBUILD_SOURCE_VERSION: `arn:aws:s3:::${context.artifactBucket}/${context.pipelineName.slice(0, 20)}/source`,
    CODEBUILD_SRC_DIR: sourceDir,
    CODEBUILD_START_TIME: String(startedAt),
    ...project.variables,
    REHEARSAL_BUILD: id,
    TMPDIR: dirname(sourceDir),
    PATH: [builds.standInDir, dirname(process.execPath), host.PATH ?? '/usr/bin:/bin'].join(delimiter),
  };
}
