import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DeliverySpec } from '../../../rehearsal/assembly/describe/delivery';
import { type BuiltImage, ImageBuildError } from '../../../rehearsal/images';
import type { PipelineRun } from '../../../rehearsal/live/state';
import { Access } from '../../../rehearsal/pipelines/access';
import { type News, type PipelineEngine, startPipelines } from '../../../rehearsal/pipelines/engine';
import type { ExecutionEnd } from '../../../rehearsal/pipelines/parts';
import { createRepository, type ServiceRepository } from '../../../rehearsal/repositories';

const run = promisify(execFile);
const ACCOUNT = '000000000000';
const IMAGES = `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/demo-shop`;
const REPOSITORY = `arn:aws:codecommit:eu-west-1:${ACCOUNT}:demo-shop`;
const PIPELINE = `arn:aws:codepipeline:eu-west-1:${ACCOUNT}:demo-shop`;

/** The sample's own build, and a check that wants a valid deploy.json. */
const BUILD = `version: 0.2
env: { shell: bash }
phases:
  pre_build:
    commands:
      - IMAGE="$DOCKER_REGISTRY_URI:$CODEBUILD_RESOLVED_SOURCE_VERSION"
      - aws ecr get-login-password | docker login --username AWS --password-stdin "\${DOCKER_REGISTRY_URI%%/*}"
  build:
    commands: [docker build --tag "$IMAGE" .]
  post_build:
    commands:
      - test "$CODEBUILD_BUILD_SUCCEEDING" = 1
      - docker manifest inspect "$IMAGE" > /dev/null 2>&1 || docker push "$IMAGE"
      - printf '{"service":"%s","image":"%s","sequence":%s,"deploy":{"a":1}}' "$SERVICE_NAME" "$IMAGE" "$CODEBUILD_START_TIME" > rollout.json
artifacts: { files: [rollout.json] }
`;

export const FILES: Readonly<Record<string, string>> = {
  Dockerfile: 'FROM scratch\nCOPY app /app\nCMD ["/app"]\n',
  app: 'one\n',
  'specfiles/deploy.json': '{}\n',
  'specfiles/build.yml': BUILD,
};

const delivery: DeliverySpec = {
  pipelines: [
    {
      name: 'demo-shop',
      arn: PIPELINE,
      roleName: 'pipeline',
      artifactBucket: 'bucket',
      branches: [],
      stages: [
        {
          name: 'Source',
          actions: [
            {
              kind: 'source',
              name: 'Source',
              runOrder: 1,
              inputs: [],
              outputs: ['Source'],
              provider: 'CodeCommit',
              repository: 'demo-shop',
              branch: 'main',
              connectionArn: null,
            },
          ],
        },
        {
          name: 'Build',
          actions: [
            { kind: 'build', name: 'Check', runOrder: 1, inputs: ['Source'], outputs: [], project: 'check' },
            {
              kind: 'build',
              name: 'Image',
              runOrder: 2,
              inputs: ['Source'],
              outputs: ['Build'],
              project: 'build',
            },
          ],
        },
        {
          name: 'Deploy',
          actions: [
            {
              kind: 'deploy',
              name: 'Rollout',
              runOrder: 1,
              inputs: ['Build'],
              outputs: [],
              stateMachineArn: 'machine',
              namePrefix: 'shop',
              inputFile: 'rollout.json',
            },
          ],
        },
      ],
    },
  ],
  triggers: [
    {
      ruleName: 'trigger',
      enabled: true,
      pipelineArn: PIPELINE,
      roleName: 'trigger',
      eventPattern: {
        source: ['aws.codecommit'],
        resources: [REPOSITORY],
        detail: {
          event: ['referenceCreated', 'referenceUpdated'],
          referenceType: ['branch'],
          referenceName: ['main'],
        },
      },
      input: {
        paths: { commit: '$.detail.commitId' },
        template:
          '{"sourceRevisions":[{"actionName":"Source","revisionType":"COMMIT_ID","revisionValue":"<commit>"}]}',
      },
    },
  ],
  projects: [
    {
      name: 'check',
      arn: 'check',
      roleName: 'check',
      image: 'linux',
      timeoutMinutes: 5,
      variables: {},
      buildSpec: {
        kind: 'inline',
        text: 'version: 0.2\nphases: { build: { commands: ["for file in specfiles/deploy.json specfiles/build.yml; do test -f $file || { echo \\"$file: no file\\"; bad=1; }; done; test -z \\"$bad\\""] } }',
      },
    },
    {
      name: 'build',
      arn: 'build',
      roleName: 'build',
      image: 'linux',
      timeoutMinutes: 5,
      variables: { DOCKER_REGISTRY_URI: IMAGES, SERVICE_NAME: 'shop' },
      buildSpec: { kind: 'file', path: 'specfiles/build.yml' },
    },
  ],
  gitRepositories: [{ name: 'demo-shop', arn: REPOSITORY, id: 'id' }],
  imageRepositories: [{ arn: 'images', uri: IMAGES, isImmutable: true }],
};

/** One pipeline with a real repository, real hooks and real builds; images and the state machine are made up. */
export class PipelineFixture {
  readonly news: News[] = [];
  readonly inputs: Record<string, unknown>[] = [];
  readonly images = new Map<string, BuiltImage>();
  readonly denied = new Set<string>();
  private readonly running = new Map<string, (end: ExecutionEnd) => void>();

  private constructor(
    readonly folder: string,
    readonly repository: ServiceRepository,
  ) {}

  engine!: PipelineEngine;

  static async start(files: Readonly<Record<string, string>> | null = FILES): Promise<PipelineFixture> {
    const folder = mkdtempSync(join(tmpdir(), 'pipelines-'));
    const seed = join(folder, 'seed');
    writeFiles(seed, files ?? {});
    const repository = await createRepository({
      workDir: join(folder, 'git'),
      name: 'shop',
      ...(files === null ? {} : { seedFrom: seed }),
    });
    const fixture = new PipelineFixture(folder, repository);
    fixture.engine = await startPipelines({
      delivery,
      account: ACCOUNT,
      region: 'eu-west-1',
      repositories: new Map([['demo-shop', repository]]),
      builder: { build: (request) => fixture.build(request.contextDir) },
      images: fixture.images,
      asset: () => undefined,
      machines: {
        start: async (_role, { name, input }) => {
          fixture.inputs.push(JSON.parse(input));
          return name;
        },
        follow: (_role, arn) => new Promise((resolve) => fixture.running.set(arn, resolve)),
      },
      access: new Access(
        ({ principal, action }) =>
          fixture.denied.has(action) ? { allowed: false, reason: `${principal} may not` } : { allowed: true },
        { now: Date.now },
        () => undefined,
      ),
      now: Date.now,
      deployOverrides: () => ({ b: 2 }),
      buildVariables: () => ({}),
      completeSource: () => null,
      workDir: join(folder, 'work'),
      serviceOf: (name) => name.replace('demo-', ''),
      onNews: (news) => fixture.news.push(news),
    });
    return fixture;
  }

  /** A developer's clone, with what git printed on the last push. */
  async clone(): Promise<string> {
    const dir = mkdtempSync(join(this.folder, 'clone-'));
    await git(dir, 'clone', '--quiet', this.repository.dir, '.');
    return dir;
  }

  /** Commits files and pushes; answers what git says and the commit. */
  async push(
    dir: string,
    files: Readonly<Record<string, string | null>>,
    ...target: string[]
  ): Promise<{ said: string; commit: string }> {
    writeFiles(dir, files);
    await git(dir, 'add', '--all');
    await git(dir, 'commit', '--quiet', '--allow-empty', '--message', 'A change');
    const said = await git(dir, 'push', 'origin', ...(target.length === 0 ? ['HEAD:main'] : target));
    return { said, commit: (await git(dir, 'rev-parse', 'HEAD')).trim() };
  }

  /** The newest run of a commit, once it is as asked. */
  async run(commit: string, isSo: (run: PipelineRun) => boolean): Promise<PipelineRun> {
    for (;;) {
      const found = this.engine.runs().find((one) => one.commit === commit);
      if (found !== undefined && isSo(found)) {
        return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  endRollout(run: PipelineRun, end: Partial<ExecutionEnd>): void {
    this.running.get(run.rolloutId ?? '')?.({ status: 'FAILED', error: '', cause: '', output: '', ...end });
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async build(contextDir: string): Promise<BuiltImage> {
    const { existsSync } = await import('node:fs');
    if (!existsSync(join(contextDir, 'Dockerfile'))) {
      throw new ImageBuildError(`"Dockerfile" is not in ${contextDir}; add one, or name another`);
    }
    return { contentId: 'content-of-image', notes: [], cached: false } as unknown as BuiltImage;
  }
}

export async function git(cwd: string, ...args: string[]): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@localhost', '-c', 'init.defaultBranch=main'];
  const { stdout, stderr } = await run('git', [...person, ...args], { cwd, env });
  return `${stdout}${stderr}`;
}

function writeFiles(dir: string, files: Readonly<Record<string, string | null>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(dir, name);
    if (content === null) {
      rmSync(file);
      continue;
    }
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
  }
}
