import type { EFSVolumeConfiguration, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { checkVolumes } from '../../../rehearsal/aws/services/ecs/volume-rules';

const EFS: EFSVolumeConfiguration = {
  fileSystemId: 'fs-0123456789abcdef0',
  rootDirectory: '/',
  transitEncryption: 'ENABLED',
  authorizationConfig: { accessPointId: 'fsap-0123456789abcdef0', iam: 'ENABLED' },
};

function check(
  efs: Partial<EFSVolumeConfiguration>,
  changes: Partial<RegisterTaskDefinitionRequest> = {},
): void {
  checkVolumes({
    family: 'some',
    containerDefinitions: [{ name: 'app', mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] }],
    volumes: [{ name: 'data', efsVolumeConfiguration: { ...EFS, ...efs } as EFSVolumeConfiguration }],
    ...changes,
  });
}

describe('checkVolumes', () => {
  it('admits a file system over TLS through an access point', () => {
    expect(() => check({})).not.toThrow();
  });

  it.each([
    ['an id that is none', { fileSystemId: 'data' }, /file system id/],
    ['an access point without TLS', { transitEncryption: 'DISABLED' as const }, /transit encryption/],
    ['a folder beside an access point', { rootDirectory: '/votes' }, /root directory/],
    [
      'IAM without TLS',
      { transitEncryption: undefined, authorizationConfig: { iam: 'ENABLED' as const } },
      /IAM authorization/,
    ],
  ])('refuses %s', (_what, changes, message) => {
    expect(() => check(changes as Partial<EFSVolumeConfiguration>)).toThrow(message);
  });

  it('refuses a mount of a volume that is not there, and two of one name', () => {
    expect(() => check({}, { volumes: [] })).toThrow("Unknown volume 'data'.");
    expect(() => check({}, { volumes: [{ name: 'data' }, { name: 'data' }] })).toThrow(/more than once/);
  });
});
