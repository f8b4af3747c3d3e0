import { CfnOutput } from 'aws-cdk-lib';
import { CfnAddon } from 'aws-cdk-lib/aws-eks-v2';
import type { Construct } from 'constructs';
import type { Protection } from '../constructs/protection';
import { LustreWeights, type LustreWeightsProps } from '../constructs/weights-file-system';
import type { Cell } from '../workload/cell';
import { CellPart } from './cell-part';

export interface WeightsStackProps extends LustreWeightsProps {
  readonly cell: Cell;
  readonly clusterName: string;
  readonly protection: Protection;
}

/**
 * The file system of a cell's weights, which nodes and servers come and go without, and the driver that mounts it. The driver
 * has no role: it mounts what is here, and makes no file system that nobody priced.
 */
export class WeightsStack extends CellPart {
  static readonly PART = 'Weights';

  constructor(scope: Construct, { cell, clusterName, protection, ...props }: WeightsStackProps) {
    super(scope, WeightsStack.PART, {
      cell,
      description: `File system with the weights of cell ${cell.id}`,
      terminationProtection: protection.deletionProtection,
    });
    const addonName = 'aws-fsx-csi-driver';
    new CfnAddon(this, addonName, { clusterName, addonName, resolveConflicts: 'OVERWRITE' });
    const { fileSystemId, mountName } = new LustreWeights(this, 'Weights', props);
    const description = 'Goes into serving.weightsFileSystem.mount, from where on model servers read from it';
    new CfnOutput(this, 'WeightsFileSystemId', { value: fileSystemId, description });
    new CfnOutput(this, 'WeightsMountName', { value: mountName, description });
  }
}
