import { RemovalPolicy } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { CfnAccessPoint, CfnFileSystem, CfnMountTarget } from 'aws-cdk-lib/aws-efs';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ServiceConfig } from '../../../core/config/platform-schema';
import type { ServiceBinding } from '../../../core/config/service-binding';
import { grant } from '../permission';

/** Port of NFS, which Amazon EFS speaks. */
const NFS_PORT = 2049;

/** What a service's storage is made from. */
export interface DataVolumeProps {
  readonly environment: string;
  readonly service: Pick<ServiceConfig, 'name' | 'volume'>;
  readonly vpc: IVpc;
  /** Of the service's tasks: the only ones that reach the files. */
  readonly taskGroup: ISecurityGroup;
  /** Role that the service's containers act as. */
  readonly taskRole: Role;
}

/**
 * Storage that outlives versions: an encrypted EFS file system with daily backups, reached by the service's tasks
 * alone, over TLS, as their own role, through an access point that owns every file as the service's user. The file
 * system is kept when the stack is deleted: data is never lost by removing a service from platform.yaml.
 */
export class DataVolume extends Construct {
  /** The part of the service's binding that tells rollouts about the volume; empty for a service without one. */
  static addTo(scope: Construct, props: DataVolumeProps): Pick<ServiceBinding, 'volume'> {
    return props.service.volume === undefined ? {} : { volume: new DataVolume(scope, 'Data', props).binding };
  }

  private readonly binding: NonNullable<ServiceBinding['volume']>;

  private constructor(scope: Construct, id: string, props: DataVolumeProps) {
    super(scope, id);
    const fileSystem = this.createFileSystem(props);
    const targets = this.createMountTargets(props, fileSystem.ref);
    const accessPoint = this.createAccessPoint(props, fileSystem.ref);
    // Whoever knows the access point can mount the files.
    for (const target of targets) {
      accessPoint.addResourceDependency(target);
    }
    grant(props.taskRole, 'DataPolicy', [
      {
        actions: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        resources: [fileSystem.attrArn],
        conditions: { StringEquals: { 'elasticfilesystem:AccessPointArn': accessPoint.attrArn } },
      },
    ]);
    this.binding = { fileSystemId: fileSystem.ref, accessPointId: accessPoint.ref };
  }

  private createFileSystem({ environment, service }: DataVolumeProps): CfnFileSystem {
    const fileSystem = new CfnFileSystem(this, 'FileSystem', {
      encrypted: true,
      throughputMode: 'elastic',
      backupPolicy: { status: 'ENABLED' },
      fileSystemTags: [{ key: 'Name', value: `${environment}-${service.name}` }],
      fileSystemPolicy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'EncryptedInTransit',
            effect: Effect.DENY,
            principals: [new AnyPrincipal()],
            actions: [
              'elasticfilesystem:ClientMount',
              'elasticfilesystem:ClientWrite',
              'elasticfilesystem:ClientRootAccess',
            ],
            resources: ['*'],
            conditions: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      }),
    });
    fileSystem.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return fileSystem;
  }

  private createMountTargets(props: DataVolumeProps, fileSystemId: string): readonly CfnMountTarget[] {
    const { vpc, environment, service, taskGroup } = props;
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      securityGroupName: `${environment}-${service.name}-data`,
      description: `Files of ${service.name}`,
      allowAllOutbound: false,
    });
    group.addIngressRule(taskGroup, Port.tcp(NFS_PORT), `tasks of ${service.name}`);
    const { subnetIds } = vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS });
    return subnetIds.map(
      (subnetId, index) =>
        new CfnMountTarget(this, `MountTarget${index + 1}`, {
          fileSystemId,
          subnetId,
          securityGroups: [group.securityGroupId],
        }),
    );
  }

  private createAccessPoint({ environment, service }: DataVolumeProps, fileSystemId: string): CfnAccessPoint {
    const [uid = '', gid = ''] = (service.volume?.user ?? '').split(':');
    return new CfnAccessPoint(this, 'AccessPoint', {
      fileSystemId,
      posixUser: { uid, gid },
      rootDirectory: {
        path: '/data',
        creationInfo: { ownerUid: uid, ownerGid: gid, permissions: '0700' },
      },
      accessPointTags: [{ key: 'Name', value: `${environment}-${service.name}` }],
    });
  }
}
