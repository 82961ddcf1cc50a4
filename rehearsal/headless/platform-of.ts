import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the platform file of an environment with so many services, which call each other as a binary tree; every
 * fifth speaks tcp. With `seeds`, each has a folder that seeds its repository.
 * @returns the file.
 */
export function writePlatformOf(
  count: number,
  options: { readonly folder: string; readonly seeds: boolean },
): string {
  const { folder, seeds } = options;
  const names = Array.from({ length: count }, (_, index) => serviceName(index));
  const services = names.map((name, index) => ({
    name,
    port: 8000 + index,
    protocol: index % 5 === 4 ? 'tcp' : 'http',
    backends: [names[2 * index + 1], names[2 * index + 2]].filter((each) => each !== undefined),
    ...(seeds ? { source: writeSeed(folder, name) } : {}),
  }));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'platform.yaml');
  const head = { environment: 'bench', namespace: 'bench.local', ingress: names[0] };
  // JSON is YAML, too.
  writeFileSync(file, JSON.stringify({ ...head, services }, null, 1));
  return file;
}

function serviceName(index: number): string {
  return `service-${String(index).padStart(3, '0')}`;
}

function writeSeed(folder: string, name: string): string {
  mkdirSync(join(folder, name, 'specfiles'), { recursive: true });
  writeFileSync(join(folder, name, 'Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(folder, name, 'specfiles/deploy.json'), '{}\n');
  return name;
}
