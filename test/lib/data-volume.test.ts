import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DataVolume } from '../../lib/constructs/service/data-volume';

function synthesize(volume?: { user: string }) {
  const stack = new Stack(new App(), 'Test');
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
  const binding = DataVolume.addTo(stack, {
    environment: 'demo',
    service: { name: 'votes', ...(volume === undefined ? {} : { volume }) },
    vpc,
    taskGroup: new SecurityGroup(stack, 'Tasks', { vpc }),
    taskRole: new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }),
  });
  return { binding, template: Template.fromStack(stack) };
}

describe('DataVolume', () => {
  it('makes nothing for a service without a volume', () => {
    const { binding, template } = synthesize();
    expect(binding).toEqual({});
    template.resourceCountIs('AWS::EFS::FileSystem', 0);
  });

  it('is encrypted, backed up, refuses what is not, and outlives its stack', () => {
    const { template } = synthesize({ user: '70:70' });
    template.hasResource('AWS::EFS::FileSystem', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: Match.objectLike({
        Encrypted: true,
        BackupPolicy: { Status: 'ENABLED' },
        FileSystemPolicy: Match.objectLike({
          Statement: [
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ],
        }),
      }),
    });
  });

  it('owns every file as the service’s user, in every zone, for the service’s tasks alone', () => {
    const { template, binding } = synthesize({ user: '70:71' });
    expect(Object.keys(binding.volume ?? {})).toEqual(['fileSystemId', 'accessPointId']);
    template.resourceCountIs('AWS::EFS::MountTarget', 2);
    template.hasResourceProperties('AWS::EFS::AccessPoint', {
      PosixUser: { Uid: '70', Gid: '71' },
      RootDirectory: { CreationInfo: { OwnerUid: '70', OwnerGid: '71', Permissions: '0700' } },
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      IpProtocol: 'tcp',
      FromPort: 2049,
      ToPort: 2049,
      SourceSecurityGroupId: Match.anyValue(),
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: Match.objectLike({
        Statement: [
          Match.objectLike({
            Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
            Condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': Match.anyValue() } },
          }),
        ],
      }),
    });
  });
});
