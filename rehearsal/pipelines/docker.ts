import { resolve } from 'node:path';
import type { ImageRepositorySpec } from '../assembly/describe/delivery';
import type { BuiltImage, ImageBuilder } from '../images';
import { parseOptions } from './options';
import type { RunningBuild } from './running-build';
import { StandInError } from './stand-in-error';

/** What stands in for the Docker daemon and for ECR. */
export interface DockerParts {
  readonly builder: ImageBuilder;
  /** What was pushed, by URI with tag: what tasks run. */
  readonly registry: Map<string, BuiltImage>;
  readonly repositories: readonly ImageRepositorySpec[];
}

type Command = (argv: readonly string[], build: RunningBuild, parts: DockerParts) => Promise<void> | void;

const BUILD_OPTIONS = {
  tag: 'value',
  file: 'value',
  'build-arg': 'value',
  platform: 'ignored-value',
  label: 'ignored-value',
  'cache-from': 'ignored-value',
  progress: 'ignored-value',
  provenance: 'ignored-value',
  sbom: 'ignored-value',
  pull: 'ignored',
  'no-cache': 'ignored',
  quiet: 'ignored',
  rm: 'ignored',
  load: 'ignored',
} as const;

const COMMANDS: Readonly<Record<string, Command>> = {
  build: buildImage,
  'buildx build': buildImage,
  'image build': buildImage,
  login: (_argv, build) => build.say('Login Succeeded (no registry here wants a password)'),
  logout: () => undefined,
  push: pushImage,
  'image push': pushImage,
  tag: tagImage,
  'image tag': tagImage,
  'manifest inspect': inspectManifest,
};

/**
 * Carries out one `docker` command.
 * @throws {StandInError} for what Docker or ECR would refuse, and for a command that is not rehearsed.
 */
export async function runDocker(
  argv: readonly string[],
  build: RunningBuild,
  parts: DockerParts,
): Promise<void> {
  const two = argv.slice(0, 2).join(' ');
  const name = Object.hasOwn(COMMANDS, two) ? two : (argv[0] ?? '');
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new StandInError(
      `docker ${argv.join(' ')}: not rehearsed; the stand-in for docker knows ${Object.keys(COMMANDS).join(', ')}`,
      125,
    );
  }
  await command(argv.slice(name.split(' ').length), build, parts);
}

async function buildImage(argv: readonly string[], build: RunningBuild, parts: DockerParts): Promise<void> {
  const { options, rest } = parseOptions('docker build', argv, BUILD_OPTIONS, {
    t: 'tag',
    f: 'file',
    q: 'quiet',
  });
  if (rest.length !== 1) {
    throw new StandInError('docker build: needs exactly one folder to build from');
  }
  const buildArgs = (options['build-arg'] ?? []).map((text) => {
    const [name = '', ...value] = text.split('=');
    return [name, value.join('=')] as const;
  });
  const image = await parts.builder.build({
    contextDir: resolve(build.cwd, rest[0] ?? '.'),
    service: build.service,
    commit: build.commit,
    buildArgs: Object.fromEntries(buildArgs),
    ...(options.file === undefined ? {} : { dockerfile: options.file.at(-1) ?? '' }),
    onLine: (line) => build.say(line),
    signal: build.signal,
  });
  for (const note of image.notes) {
    build.say(`rehearsal: ${note}`);
  }
  build.say(
    `rehearsal: the Dockerfile was carried out on this machine${image.cached ? ', all of it from the cache' : ''} (${image.contentId.slice(0, 12)})`,
  );
  for (const tag of options.tag ?? []) {
    build.images.set(tag, image);
    build.say(`naming to ${tag}`);
  }
}

function tagImage(argv: readonly string[], build: RunningBuild): void {
  const [from = '', to = ''] = argv;
  build.images.set(to, localImage(from, build));
}

function localImage(name: string, build: RunningBuild): BuiltImage {
  const image = build.images.get(name);
  if (image === undefined) {
    throw new StandInError(
      `no such image: "${name}"; this build has ${[...build.images.keys()].join(', ') || 'none'}`,
    );
  }
  return image;
}

const PUSH_ACTIONS = [
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
];

function pushImage(argv: readonly string[], build: RunningBuild, parts: DockerParts): void {
  const { rest } = parseOptions('docker push', argv, { quiet: 'ignored' }, { q: 'quiet' });
  const [uri = ''] = rest;
  const image = localImage(uri, build);
  const repository = repositoryOf(uri, parts);
  demandAll(build, PUSH_ACTIONS, repository.arn);
  const before = parts.registry.get(uri);
  if (before !== undefined && repository.isImmutable) {
    throw new StandInError(
      `tag invalid: "${uri}" is in the repository already, whose tags are immutable; build another commit`,
    );
  }
  parts.registry.set(uri, image);
  build.say(`pushed ${uri}`);
}

function inspectManifest(argv: readonly string[], build: RunningBuild, parts: DockerParts): void {
  const [uri = ''] = argv;
  const repository = repositoryOf(uri, parts);
  demandAll(build, ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage'], repository.arn);
  const image = parts.registry.get(uri);
  if (image === undefined) {
    throw new StandInError(`no such manifest: ${uri}`);
  }
  build.say(JSON.stringify({ schemaVersion: 2, config: { digest: `sha256:${image.contentId}` } }));
}

/** ECR has no resource-level control for its token. */
function demandAll(build: RunningBuild, actions: readonly string[], arn: string): void {
  for (const action of actions) {
    build.demand([action], action === 'ecr:GetAuthorizationToken' ? '*' : arn);
  }
}

function repositoryOf(uri: string, { repositories }: DockerParts): ImageRepositorySpec {
  const found = repositories.find((repository) => uri.startsWith(`${repository.uri}:`));
  if (found === undefined) {
    throw new StandInError(
      `name unknown: no repository for "${uri}"; there are ${repositories.map((one) => one.uri).join(', ')}`,
    );
  }
  return found;
}
