import type { RegisterTaskDefinitionRequest, Volume } from '@aws-sdk/client-ecs';
import { ApiError } from '../../api';

function refuse(message: string): never {
  throw new ApiError('ClientException', message);
}

/**
 * Refuses what ECS refuses of volumes and mount points. Rules of EFS volumes: Amazon ECS Developer Guide, "Specify an
 * Amazon EFS file system in an Amazon ECS task definition".
 * @throws ApiError `ClientException` with ECS's kind of message.
 */
export function checkVolumes(input: RegisterTaskDefinitionRequest): void {
  const volumes = input.volumes ?? [];
  const names = volumes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`Volume name '${twice}' is used more than once.`);
  for (const volume of volumes) checkVolume(volume);
  for (const { name: container, mountPoints } of input.containerDefinitions ?? []) {
    for (const { sourceVolume, containerPath } of mountPoints ?? []) {
      if (!names.includes(sourceVolume)) refuse(`Unknown volume '${sourceVolume}'.`);
      if (!containerPath?.startsWith('/'))
        refuse(
          `Invalid mount point of container '${container}': '${containerPath}' is not an absolute path.`,
        );
    }
  }
}

function checkVolume({ name, host, efsVolumeConfiguration: efs }: Volume): void {
  if (efs === undefined) return;
  if (host !== undefined) refuse(`Volume '${name}' cannot have both a host and an EFS configuration.`);
  if (!/^(arn:aws[-a-z]*:elasticfilesystem:.*:file-system\/)?fs-[0-9a-f]{8,40}$/.test(efs.fileSystemId ?? ''))
    refuse(`Invalid EFS file system id '${efs.fileSystemId}' of volume '${name}'.`);
  const { accessPointId, iam } = efs.authorizationConfig ?? {};
  const isEncrypted = efs.transitEncryption === 'ENABLED';
  if (accessPointId !== undefined && !isEncrypted)
    refuse(`Volume '${name}': transit encryption must be enabled to use an EFS access point.`);
  if (iam === 'ENABLED' && !isEncrypted)
    refuse(`Volume '${name}': transit encryption must be enabled to use IAM authorization.`);
  if (accessPointId !== undefined && (efs.rootDirectory ?? '/') !== '/')
    refuse(`Volume '${name}': the root directory must be omitted or '/' when an access point is used.`);
  if (efs.transitEncryptionPort !== undefined && !isEncrypted)
    refuse(`Volume '${name}': a transit encryption port needs transit encryption.`);
}
