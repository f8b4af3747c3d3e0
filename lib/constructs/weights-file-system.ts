import {
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  type ISubnet,
  type IVpc,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { CfnDataRepositoryAssociation, CfnFileSystem } from 'aws-cdk-lib/aws-fsx';
import { Construct, type IDependable } from 'constructs';
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
    const access = this.createAccess(props.vpc);
    const rules = this.openTo(access, props.clusterSecurityGroupId);
    const fileSystem = new CfnFileSystem(this, 'FileSystem', {
      fileSystemType: 'LUSTRE',
      fileSystemTypeVersion: '2.15',
      storageType: 'SSD',
      storageCapacity: settings.storageGibibytes,
      subnetIds: [subnet.subnetId],
      // EFA's own traffic needs a group that is open to itself, which the nodes have too.
      securityGroupIds: [access, ...(settings.efa === true ? [props.efaSecurityGroupId] : [])],
      lustreConfiguration: {
        deploymentType: 'PERSISTENT_2',
        perUnitStorageThroughput: settings.megabytesPerSecondPerTebibyte,
        automaticBackupRetentionDays: 0,
        // What EFA asks for, and no dearer than none.
        metadataConfiguration: { mode: 'AUTOMATIC' },
        ...(settings.efa === true ? { efaEnabled: true } : {}),
      },
    });
    // FSx refuses to make one whose groups do not let Lustre through yet (aws/aws-parallelcluster#6181).
    for (const rule of rules) fileSystem.node.addDependency(rule);
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

  private createAccess(vpc: IVpc): string {
    const description = 'Lustre traffic between the weights of a cell and its nodes';
    return new SecurityGroup(this, 'Access', { vpc, allowAllOutbound: false, description }).securityGroupId;
  }

  /** Servers talk to each other, and both servers and nodes start connections. A node's way out is open already. */
  private openTo(groupId: string, nodes: string): readonly IDependable[] {
    return LUSTRE_PORTS.flatMap((ports) => {
      const rule = { ipProtocol: 'tcp', ...ports };
      const name = `${ports.fromPort}`;
      const among = { ...rule, groupId, description: 'Lustre between its own servers' };
      const withNodes = { ...rule, groupId, description: 'Lustre with the nodes of the cell' };
      return [
        new CfnSecurityGroupIngress(this, `FromServers${name}`, { ...among, sourceSecurityGroupId: groupId }),
        new CfnSecurityGroupEgress(this, `ToServers${name}`, { ...among, destinationSecurityGroupId: groupId }),
        new CfnSecurityGroupIngress(this, `FromNodes${name}`, { ...withNodes, sourceSecurityGroupId: nodes }),
        new CfnSecurityGroupEgress(this, `ToNodes${name}`, { ...withNodes, destinationSecurityGroupId: nodes }),
        new CfnSecurityGroupIngress(this, `OnNodes${name}`, {
          ...rule,
          groupId: nodes,
          sourceSecurityGroupId: groupId,
          description: 'Lustre from the weights of the cell',
        }),
      ];
    });
  }
}
