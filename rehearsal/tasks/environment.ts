import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { BuiltImage } from '../images';
import { TaskStartError } from './types';
import { intoMounts, type Mount } from './volumes';

/** What decides a process's environment besides the task definition. */
export interface EnvironmentSources {
  readonly image: Pick<BuiltImage, 'env'>;
  readonly ip: string;
  /** The task's own folder on the host. */
  readonly home: string;
  readonly mounts: readonly Mount[];
  readonly secrets: (valueFrom: string) => string | undefined;
  /** Where this task reaches a virtual service; undefined for a task outside the mesh. */
  readonly egress?: (
    virtualService: string,
    port: number,
  ) => { readonly host: string; readonly port: number };
}

/**
 * The environment of a task's process: the image's, then the container's with its secrets, then what is true on this
 * machine: `HOST`, `HOSTNAME`, every `<NAME>_ENDPOINT`, which leads to the task's own proxy, and every path in a
 * mounted file system.
 * @throws TaskStartError when a secret or a virtual service is missing.
 */
export function taskEnvironment(
  container: ContainerDefinition,
  sources: EnvironmentSources,
): Record<string, string> {
  const { image, ip, home } = sources;
  const declared = Object.fromEntries(
    (container.environment ?? []).map(({ name = '', value = '' }) => [
      name,
      localValue(name, value, sources),
    ]),
  );
  return {
    HOME: home,
    TMPDIR: `${home}/tmp`,
    LANG: 'C.UTF-8',
    ...image.env,
    ...declared,
    ...readSecrets(container, sources.secrets),
    HOST: ip,
    HOSTNAME: `ip-${ip.replaceAll('.', '-')}`,
  };
}

const ENDPOINT = /^([A-Za-z][A-Za-z0-9.-]*):(\d{1,5})$/;

function localValue(name: string, value: string, { egress, mounts }: EnvironmentSources): string {
  const mapped = intoMounts(mounts, value);
  if (mapped !== value) return mapped;
  const match = name.endsWith('_ENDPOINT') ? ENDPOINT.exec(value) : null;
  if (match === null || egress === undefined) return value;
  try {
    const { host, port } = egress(match[1] ?? '', Number(match[2]));
    return `${host}:${port}`;
  } catch (error) {
    throw new TaskStartError(
      `ResourceInitializationError: "${name}" is "${value}": ${(error as Error).message}`,
    );
  }
}

function readSecrets(
  container: ContainerDefinition,
  find: (valueFrom: string) => string | undefined,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name = '', valueFrom = '' } of container.secrets ?? []) {
    const value = find(valueFrom);
    if (value === undefined) {
      throw new TaskStartError(
        `ResourceInitializationError: unable to pull secrets or registry auth: "${valueFrom}" (for "${name}") does not exist; create it, or correct its name in specfiles/taskdef.json`,
      );
    }
    values[name] = value;
  }
  return values;
}
