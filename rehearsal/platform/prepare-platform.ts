import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type PlatformConfig, platformSchema } from '../../core/config/platform-schema';
import { InvalidInput } from '../../core/errors';
import { readDocument } from '../../documents/read-document';
import type { DeployableAssembly } from '../assembly/describe/deployable';
import { describeDeployable } from '../assembly/describe/describe-deployable';
import { readAssembly } from '../assembly/read-assembly';
import { packageRoot } from '../functions/package-root';
import { createImageBuilder, type ImageBuilder } from '../images';
import { createRepository, type ServiceRepository } from '../repositories';
import type { RehearseOptions } from '../run';
import type { Scenario } from '../scenario/schema';
import type { LiveView } from '../view/snapshot';
import { assemblyFolder } from './assembly-folder';
import { planOwnService } from './own-service';

/** Everything that is ready before anything is started. */
export interface PreparedPlatform {
  readonly scenario: Scenario;
  readonly config: PlatformConfig;
  readonly deployable: DeployableAssembly;
  readonly repositories: ReadonlyMap<string, ServiceRepository>;
  readonly builder: ImageBuilder;
  /** Folder of this run; removed at its end. */
  readonly workDir: string;
  /** Folder that outlives runs. */
  readonly cacheDir: string;
}

/**
 * Checks and prepares everything: platform file, templates, repositories.
 * @throws {InvalidInput} for input that is refused; nothing has been started then.
 */
export async function preparePlatform(
  options: RehearseOptions,
  view: LiveView,
  signal: AbortSignal,
): Promise<PreparedPlatform> {
  const root = packageRoot();
  const folders = makeFolders(root, options.outDir);
  const builder = createImageBuilder({ cacheDir: join(folders.cacheDir, 'images') });
  const own =
    options.ownService === null
      ? null
      : await planOwnService(options.ownService, { workDir: join(folders.workDir, 'own'), builder });
  const scenario = own?.scenario ?? options.scenario;
  if (scenario === null) {
    throw new Error('neither a scenario nor an own service was given');
  }
  const platformFile = own?.platformFile ?? findPlatformFile(root, scenario.platform);
  const config = readPlatform(platformFile);
  refuseUnknownServices(scenario, config);
  const assembly = readAssembly(await assemblyFolder(root, platformFile, signal, (text) => view.line(text)));
  const repositories = await openRepositories(
    config,
    dirname(platformFile),
    folders.workDir,
    own?.repository ?? null,
  );
  return { scenario, config, deployable: describeDeployable(assembly), repositories, builder, ...folders };
}

function makeFolders(root: string, outDir: string): { readonly workDir: string; readonly cacheDir: string } {
  const folders = { workDir: join(outDir, 'work'), cacheDir: join(root, 'out/cache') };
  rmSync(folders.workDir, { recursive: true, force: true });
  for (const folder of Object.values(folders)) {
    mkdirSync(folder, { recursive: true });
  }
  return { workDir: realpathSync(folders.workDir), cacheDir: realpathSync(folders.cacheDir) };
}

/** Relative to the working directory, else to the package: scenarios of this repository work from anywhere. */
function findPlatformFile(root: string, file: string): string {
  const candidates = [resolve(file), join(root, file)];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) {
    throw new InvalidInput('the scenario', [
      {
        path: 'platform',
        received: JSON.stringify(file),
        allowed: 'an existing platform.yaml',
        todo: `looked for ${candidates.join(' and ')}`,
      },
    ]);
  }
  return found;
}

/** @throws {InvalidInput} with every problem of the file, syntax included. */
function readPlatform(path: string): PlatformConfig {
  const { document, problems } = readDocument({ path, format: 'yaml' }, platformSchema);
  if (document === null) {
    throw new InvalidInput(path, problems);
  }
  return document;
}

function refuseUnknownServices(scenario: Scenario, config: PlatformConfig): void {
  const known = config.services.map(({ name }) => name);
  const problems = scenario.stages.flatMap((stage, s) =>
    stage.releases.flatMap((release, r) =>
      known.includes(release.service)
        ? []
        : [
            {
              path: `stages[${s}].releases[${r}].service`,
              received: JSON.stringify(release.service),
              allowed: known.join(', '),
              todo: 'name a service of the platform file',
            },
          ],
    ),
  );
  if (problems.length > 0) {
    throw new InvalidInput(`scenario ${scenario.name}`, problems);
  }
}

async function openRepositories(
  config: PlatformConfig,
  base: string,
  workDir: string,
  own: ServiceRepository | null,
): Promise<ReadonlyMap<string, ServiceRepository>> {
  const repositories = new Map<string, ServiceRepository>();
  for (const { name, source } of config.services) {
    const seed = source === undefined ? {} : { seedFrom: resolve(base, source) };
    repositories.set(
      name,
      own?.name === name ? own : await createRepository({ workDir: join(workDir, 'git'), name, ...seed }),
    );
  }
  return repositories;
}
