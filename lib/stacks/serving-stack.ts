import type { Construct } from 'constructs';
import { PulledImages } from '../constructs/image-cache';
import type { Protection } from '../constructs/protection';
import { WeightsAccess } from '../constructs/weights-access';
import type { Cell } from '../workload/cell';
import { CellPart } from './cell-part';

export interface ServingStackProps {
  readonly cell: Cell;
  readonly clusterName: string;
  /** Name of the bucket that model servers read. @default - they read the Hugging Face hub and need no role */
  readonly weightsBucket?: string;
  /** Names of the workloads that the cell may serve. */
  readonly workloads: readonly string[];
  /** Ids of their models, by workload. @default - each reads the whole bucket */
  readonly models?: Readonly<Record<string, string>>;
  readonly nodeRoleArn: string;
  readonly protection: Protection;
}

/**
 * What the model servers of a cell may do in AWS, and the cache of their images. Changes with the list of workloads, never with the plan: a workload that is
 * planned elsewhere today keeps its role.
 */
export class ServingStack extends CellPart {
  static readonly PART = 'Serving';

  constructor(scope: Construct, props: ServingStackProps) {
    const { cell, clusterName, weightsBucket, workloads, models = {}, nodeRoleArn, protection } = props;
    super(scope, ServingStack.PART, {
      cell,
      description: `Roles of the model servers of cell ${cell.id}`,
      terminationProtection: protection.deletionProtection,
    });
    if (cell.serving?.imageCache !== undefined) new PulledImages(this, 'Images', { cell, nodeRoleArn });
    if (weightsBucket === undefined) return;
    for (const workload of [...workloads].sort()) {
      const model = models[workload];
      const ofModel = model === undefined ? {} : { model };
      new WeightsAccess(this, workload, { clusterName, workload, bucket: weightsBucket, ...ofModel });
    }
  }
}
