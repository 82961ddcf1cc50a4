import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { makeFolder, reachableFolder, unprivilegedIdentity } from './identity';

/** A file system in a container: where the container sees it, and the folder of this machine that it is. */
export interface Mount {
  readonly containerPath: string;
  readonly folder: string;
}

/** The folders that stand in for file systems: one per access point, shared by all tasks that mount it. */
export class VolumeFolders {
  private readonly home: string;
  private readonly identity = unprivilegedIdentity();

  /** @param workDir Folder of this run; where other users cannot reach it, a folder of its own in the temporary one. */
  constructor(workDir: string) {
    const preferred = join(workDir, 'volumes');
    const reachable = reachableFolder(preferred, this.identity);
    const run = createHash('sha256').update(workDir).digest('hex').slice(0, 12);
    this.home = reachable === preferred ? preferred : join(reachable, `volumes-${run}`);
  }

  /** The file systems that a container mounts; empty volumes, which end with the task, are not among them. */
  mountsOf(definition: TaskDefinition, container: ContainerDefinition): readonly Mount[] {
    return (container.mountPoints ?? []).flatMap(({ sourceVolume, containerPath = '' }) => {
      const volume = definition.volumes?.find(({ name }) => name === sourceVolume)?.efsVolumeConfiguration;
      return volume === undefined
        ? []
        : [
            {
              containerPath,
              folder: this.folderOf(volume.authorizationConfig?.accessPointId ?? volume.fileSystemId ?? ''),
            },
          ];
    });
  }

  /** Removes every folder: what a run has stored ends with it. */
  removeAll(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  private folderOf(id: string): string {
    makeFolder(this.home, undefined);
    return makeFolder(join(this.home, id.replaceAll(/[^A-Za-z0-9-]/g, '-')), this.identity);
  }
}

/** A path inside a mount as it is on this machine; any other text as it is. */
export function intoMounts(mounts: readonly Mount[], value: string): string {
  const mount = mounts.find(
    ({ containerPath }) => value === containerPath || value.startsWith(`${containerPath}/`),
  );
  return mount === undefined ? value : `${mount.folder}${value.slice(mount.containerPath.length)}`;
}
