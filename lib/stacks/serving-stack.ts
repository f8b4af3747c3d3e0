import type { Construct } from 'constructs';
import type { Protection } from '../constructs/protection';
import { WeightsAccess } from '../constructs/weights-access';
import type { Cell } from '../workload/cell';
import { CellPart } from './cell-part';

export interface ServingStackProps {
  readonly cell: Cell;
  readonly clusterName: string;
  readonly weightsBucket: string;
  /** Names of the workloads that the cell may serve. */
  readonly workloads: readonly string[];
  readonly protection: Protection;
}

/**
 * What the model servers of a cell may do in AWS. Changes with the list of workloads, never with the plan: a workload that is
 * planned elsewhere today keeps its role.
 */
export class ServingStack extends CellPart {
  static readonly PART = 'Serving';

  constructor(scope: Construct, { cell, clusterName, weightsBucket, workloads, protection }: ServingStackProps) {
    super(scope, ServingStack.PART, {
      cell,
      description: `Roles of the model servers of cell ${cell.id}`,
      terminationProtection: protection.deletionProtection,
    });
    for (const workload of [...workloads].sort()) {
      new WeightsAccess(this, workload, { clusterName, workload, bucket: weightsBucket });
    }
  }
}
