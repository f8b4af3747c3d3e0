import type { Construct } from 'constructs';
import { type Deletion, ScheduledDeletion } from '../constructs/scheduled-deletion';
import type { Instant } from '../units/interval';
import type { Cell } from '../workload/cell';
import { BudgetStack } from './budget-stack';
import { CellPart, stackNameOf } from './cell-part';
import { ClusterStack } from './cluster-stack';
import { NetworkStack } from './network-stack';
import { type TeardownWave, teardownStarts } from './teardown-waves';

export interface TeardownStackProps {
  readonly cell: Cell;
  /** By when everything is deleted. */
  readonly goneBy: Instant;
  /** What imports from the cluster, and goes before it: "Capacity00" …, "Serving". */
  readonly partsOnCluster: readonly string[];
}

/**
 * Ends a cell: deletes its stacks, itself last.
 *
 * It is deployed before anything that costs money and the network names its role, so that CloudFormation refuses to delete it
 * while the network stands: the schedules outlive everything that they must delete.
 */
export class TeardownStack extends CellPart {
  static readonly PART = 'Teardown';
  readonly roleArn: string;

  constructor(scope: Construct, props: TeardownStackProps) {
    const { cell } = props;
    super(scope, TeardownStack.PART, { cell, description: `Deletes cell ${cell.id} by ${props.goneBy}` });
    const { role } = new ScheduledDeletion(this, 'Deletion', deletionsOf(props));
    this.roleArn = role.roleArn;
  }
}

function deletionsOf({ cell, goneBy, partsOnCluster }: TeardownStackProps): readonly Deletion[] {
  const starts = teardownStarts(goneBy);
  const deletion = (part: string, wave: TeardownWave) => ({ stackName: stackNameOf(cell, part), from: starts[wave] });
  return [
    ...partsOnCluster.map((part) => deletion(part, 'capacity')),
    deletion(ClusterStack.PART, 'cluster'),
    deletion(NetworkStack.PART, 'network'),
    deletion(BudgetStack.PART, 'network'),
    deletion(TeardownStack.PART, 'teardown'),
  ];
}
