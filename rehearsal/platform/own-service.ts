import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { SERVICE_NAME_PATTERN } from '../../core/config/service-name';
import { InvalidInput } from '../../core/errors';
import type { ImageBuilder } from '../images';
import { checkout, openRepository, resolveRevision, type ServiceRepository } from '../repositories';
import type { OwnService } from '../run';
import { type Scenario, scenarioSchema } from '../scenario/schema';

/** A scenario and a platform made up for one service repository. */
export interface OwnServicePlan {
  readonly scenario: Scenario;
  readonly platformFile: string;
  readonly repository: ServiceRepository;
}

const DEFAULT_RATE = 60;

/**
 * Makes the scenario that releases `from`, then `to`, of somebody's own repository.
 * @throws {InvalidInput} when nothing says on which port the service listens, or it speaks tcp.
 */
export async function planOwnService(
  own: OwnService,
  parts: { workDir: string; builder: ImageBuilder },
): Promise<OwnServicePlan> {
  const repository = await openRepository({
    path: own.path,
    workDir: parts.workDir,
    name: serviceName(own.path),
  });
  const [from, to] = [await resolveRevision(repository, own.from), await resolveRevision(repository, own.to)];
  const port = own.port ?? (await exposedPort(repository, to, parts.builder));
  if (own.protocol === 'tcp' || own.protocol === 'grpc') {
    throw new InvalidInput('--protocol', [
      {
        path: '',
        received: own.protocol,
        allowed: 'http or http2',
        todo: 'users reach an own service through the ingress gateway, which speaks http',
      },
    ]);
  }
  const protocol = own.protocol ?? 'http';
  const { name } = repository;
  const platform = {
    environment: 'rehearsal',
    namespace: 'rehearsal.local',
    ingress: name,
    services: [{ name, port, protocol }],
  };
  mkdirSync(parts.workDir, { recursive: true });
  const platformFile = join(parts.workDir, 'platform.yaml');
  writeFileSync(platformFile, stringify(platform));
  const release = (revision: string) => ({ service: name, revision, expect: { outcome: 'Promoted' } });
  const scenario = scenarioSchema.parse({
    name: 'own-service',
    description: `${name}: from ${own.from} to ${own.to}`,
    platform: platformFile,
    load: own.load ?? { rate: DEFAULT_RATE, journeys: [{ name: 'front page', steps: [{ path: '/' }] }] },
    stages: [
      { title: `First release: ${own.from} (${from.slice(0, 8)})`, releases: [release(from)] },
      { title: `Release of ${own.to} (${to.slice(0, 8)})`, releases: [release(to)] },
    ],
  });
  return { scenario, platformFile, repository };
}

/** The folder's name as a service name: what does not fit is replaced by dashes. */
function serviceName(path: string): string {
  const name = basename(join(path, '.').replace(/\/+$/, ''))
    .replace(/\.git$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 32);
  return SERVICE_NAME_PATTERN.test(name) ? name : 'service';
}

async function exposedPort(
  repository: ServiceRepository,
  commit: string,
  builder: ImageBuilder,
): Promise<number> {
  const contextDir = await checkout(repository, commit);
  const { expose } = await builder.build({ contextDir, service: repository.name, commit });
  if (expose[0] === undefined) {
    throw new InvalidInput('the port', [
      {
        path: '',
        received: 'neither --port nor EXPOSE in the Dockerfile',
        allowed: 'a port from 1 to 65535',
        todo: 'give --port, or add EXPOSE to the Dockerfile',
      },
    ]);
  }
  return expose[0];
}
