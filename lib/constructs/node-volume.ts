import type { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import type { RootVolume } from '../planner/plan';

/** Where Amazon Linux 2023 has its root disk. */
const ROOT_DEVICE = '/dev/xvda';

/** The only disk that a node is billed for: gp3, encrypted with the account's own EBS key, gone with the node. */
export function rootDevice(volume: RootVolume): CfnLaunchTemplate.BlockDeviceMappingProperty {
  return {
    deviceName: ROOT_DEVICE,
    ebs: {
      volumeType: 'gp3',
      volumeSize: volume.gibibytes,
      iops: volume.iops,
      throughput: volume.mebibytesPerSecond,
      encrypted: true,
      deleteOnTermination: true,
    },
  };
}
