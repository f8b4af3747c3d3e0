import {
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  type ISubnet,
  type IVpc,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { CfnDataRepositoryAssociation, CfnFileSystem } from 'aws-cdk-lib/aws-fsx';
import { Construct } from 'constructs';
import type { WeightsFileSystem } from '../workload/cell';

/** Lustre's ports (FSx for Lustre user guide, "File system access control with Amazon VPC", 2026-11-23). */
const LUSTRE_PORTS = [
  { fromPort: 988, toPort: 988 },
  { fromPort: 1018, toPort: 1023 },
];

export interface LustreWeightsProps {
  readonly settings: WeightsFileSystem;
  /** Name of the S3 bucket that it shows. */
  readonly bucket: string;
  readonly vpc: IVpc;
  /** Of the accelerators: a file system is in one zone, and reads from another cost by the gigabyte. */
  readonly subnet: ISubnet;
  readonly clusterSecurityGroupId: string;
  readonly efaSecurityGroupId: string;
}

/**
 * A file system for Lustre that shows a bucket of weights as files, and what lets it and the nodes reach each other.
 *
 * It holds copies alone: whatever is in it is in the bucket, so that it is deleted with its stack and makes no backups. What
 * the bucket gets, changes or loses is seen in it; what is written to it stays there.
 */
export class LustreWeights extends Construct {
  readonly fileSystemId: string;
  readonly mountName: string;

  constructor(scope: Construct, id: string, props: LustreWeightsProps) {
    super(scope, id);
    const { settings, subnet } = props;
    const fileSystem = new CfnFileSystem(this, 'FileSystem', {
      fileSystemType: 'LUSTRE',
      fileSystemTypeVersion: '2.15',
      storageType: 'SSD',
      storageCapacity: settings.storageGibibytes,
      subnetIds: [subnet.subnetId],
      securityGroupIds: this.securityGroups(props),
      lustreConfiguration: {
        deploymentType: 'PERSISTENT_2',
        perUnitStorageThroughput: settings.megabytesPerSecondPerTebibyte,
        automaticBackupRetentionDays: 0,
        // What EFA asks for, and no dearer than none.
        metadataConfiguration: { mode: 'AUTOMATIC' },
        ...(settings.efa === true ? { efaEnabled: true } : {}),
      },
    });
    new CfnDataRepositoryAssociation(this, 'Bucket', {
      fileSystemId: fileSystem.ref,
      fileSystemPath: '/',
      dataRepositoryPath: `s3://${props.bucket}`,
      batchImportMetaDataOnCreate: true,
      s3: { autoImportPolicy: { events: ['NEW', 'CHANGED', 'DELETED'] } },
    });
    this.fileSystemId = fileSystem.ref;
    this.mountName = fileSystem.attrLustreMountName;
  }

  /** EFA's own traffic needs a group that is open to itself, which the nodes have too. */
  private securityGroups(props: LustreWeightsProps): string[] {
    const group = new SecurityGroup(this, 'Access', {
      vpc: props.vpc,
      allowAllOutbound: false,
      description: 'Lustre traffic between the weights of a cell and its nodes',
    });
    this.openTo(group.securityGroupId, props.clusterSecurityGroupId);
    return [group.securityGroupId, ...(props.settings.efa === true ? [props.efaSecurityGroupId] : [])];
  }

  /** Servers talk to each other, and both servers and nodes start connections. A node's way out is open already. */
  private openTo(groupId: string, nodes: string): void {
    for (const ports of LUSTRE_PORTS) {
      const rule = { ipProtocol: 'tcp', ...ports };
      const name = `${ports.fromPort}`;
      const among = { ...rule, groupId, description: 'Lustre between its own servers' };
      new CfnSecurityGroupIngress(this, `FromServers${name}`, { ...among, sourceSecurityGroupId: groupId });
      new CfnSecurityGroupEgress(this, `ToServers${name}`, { ...among, destinationSecurityGroupId: groupId });
      const withNodes = { ...rule, groupId, description: 'Lustre with the nodes of the cell' };
      new CfnSecurityGroupIngress(this, `FromNodes${name}`, { ...withNodes, sourceSecurityGroupId: nodes });
      new CfnSecurityGroupEgress(this, `ToNodes${name}`, { ...withNodes, destinationSecurityGroupId: nodes });
      new CfnSecurityGroupIngress(this, `OnNodes${name}`, {
        ...rule,
        groupId: nodes,
        sourceSecurityGroupId: groupId,
        description: 'Lustre from the weights of the cell',
      });
    }
  }
}
