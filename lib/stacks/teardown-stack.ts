import type { Construct } from 'constructs';
import { type Deletion, ScheduledDeletion } from '../constructs/scheduled-deletion';
import { type Instant, plusHours } from '../units/interval';
import type { Cell } from '../workload/cell';
import { BudgetStack } from './budget-stack';
import { CellPart, stackNameOf } from './cell-part';
import { ClusterStack } from './cluster-stack';
import { NetworkStack } from './network-stack';

/** Longest a stack is expected to take to delete; the bill counts it to the end of that hour. */
const HOURS_TO_DELETE = 1;

/**
 * The waves in which a cell is deleted, each an hour after the one before: a stack can go only when those that import from
 * it are gone, and then it need not be asked twice.
 */
const WAVES = ['capacity', 'cluster', 'network', 'teardown'] as const;
export type TeardownWave = (typeof WAVES)[number];

/** When the deletion of each wave begins, so that all is gone by an instant. */
export function teardownStarts(goneBy: Instant): Readonly<Record<TeardownWave, Instant>> {
  const start = (wave: TeardownWave) => plusHours(goneBy, -(WAVES.length - WAVES.indexOf(wave)) * HOURS_TO_DELETE);
  return {
    capacity: start('capacity'),
    cluster: start('cluster'),
    network: start('network'),
    teardown: start('teardown'),
  };
}

export interface TeardownStackProps {
  readonly cell: Cell;
  /** By when everything is deleted. */
  readonly goneBy: Instant;
  /** "Capacity00" … */
  readonly capacityParts: readonly string[];
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

function deletionsOf({ cell, goneBy, capacityParts }: TeardownStackProps): readonly Deletion[] {
  const starts = teardownStarts(goneBy);
  const deletion = (part: string, wave: TeardownWave) => ({ stackName: stackNameOf(cell, part), from: starts[wave] });
  return [
    ...capacityParts.map((part) => deletion(part, 'capacity')),
    deletion(ClusterStack.PART, 'cluster'),
    deletion(NetworkStack.PART, 'network'),
    deletion(BudgetStack.PART, 'network'),
    deletion(TeardownStack.PART, 'teardown'),
  ];
}
