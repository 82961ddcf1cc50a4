import type { ImageConfig } from './types';

/** What FROM gives: configuration, and whether the root needs a Python environment of its own. */
export interface BaseImage {
  readonly config: ImageConfig;
  readonly needsPythonEnvironment: boolean;
}

const PLAIN: ImageConfig = {
  kind: 'process',
  workdir: '/',
  env: {},
  entrypoint: [],
  cmd: [],
  expose: [],
  stopSignal: 'SIGTERM',
  shell: ['/bin/sh', '-c'],
  notes: [],
};

/**
 * Finds what stands in for a public image: real servers for PostgreSQL, Valkey and Redis, else the host with its
 * own runtimes.
 */
export function resolveBaseImage(reference: string): BaseImage {
  const repository = reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const name = repository.split('/').at(-1) ?? repository;
  if (name === 'postgres' || name === 'postgresql') {
    return plain({
      kind: 'postgres',
      cmd: ['postgres'],
      expose: [5432],
      stopSignal: 'SIGINT',
      notes: [`FROM ${reference}: PostgreSQL 16 of the rehearsal's Python packages runs instead`],
    });
  }
  if (name === 'valkey' || name === 'redis') {
    return plain({
      kind: 'valkey',
      workdir: '/data',
      cmd: ['valkey-server'],
      expose: [6379],
      notes: [`FROM ${reference}: Valkey 9 of the rehearsal's Python packages runs instead`],
    });
  }
  if (name === 'node') {
    return plain({
      cmd: ['node'],
      notes: [`FROM ${reference}: Node ${process.version} of this machine runs instead`],
    });
  }
  if (name === 'python') {
    const notes = [`FROM ${reference}: python3 of this machine runs instead, in an environment of its own`];
    return { ...plain({ cmd: ['python3'], notes }), needsPythonEnvironment: true };
  }
  if (name === 'scratch') return plain({});
  return plain({
    notes: [`FROM ${reference}: the programs of this machine stand in for those of the image`],
  });
}

function plain(changes: Partial<ImageConfig>): BaseImage {
  return { config: { ...PLAIN, ...changes }, needsPythonEnvironment: false };
}
