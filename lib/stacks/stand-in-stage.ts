import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BudgetStack } from './budget-stack';
import { CAPACITY_PARTS } from './capacity-shards';
import { environmentOf, type PlacedPart } from './cell-part';
import { ClusterStack } from './cluster-stack';
import { DeliveryStack } from './delivery-stack';
import { FLEET_PARTS } from './fleet-stage';
import { NetworkStack } from './network-stack';
import { ObservabilityStack } from './observability-stack';
import { PlaceholderStack } from './placeholder-stack';
import { ScalingStack } from './scaling-stack';
import { ServingStack } from './serving-stack';
import { TeardownStack } from './teardown-stack';
import { WeightsStack } from './weights-stack';

/** What each stack of a cell is destroyed before. */
const DESTROYED_BEFORE: Readonly<Record<string, readonly string[]>> = {
  [TeardownStack.PART]: [],
  [NetworkStack.PART]: [TeardownStack.PART],
  [ClusterStack.PART]: [NetworkStack.PART],
  [ServingStack.PART]: [ClusterStack.PART],
  [ScalingStack.PART]: [ClusterStack.PART],
  [WeightsStack.PART]: [ClusterStack.PART],
  ...Object.fromEntries(CAPACITY_PARTS.map((part) => [part, [ClusterStack.PART]])),
  [DeliveryStack.PART]: [...CAPACITY_PARTS, ClusterStack.PART],
  [ObservabilityStack.PART]: [ClusterStack.PART],
  [BudgetStack.PART]: [ObservabilityStack.PART, TeardownStack.PART],
};

/**
 * Every stack that a cell can have, as placeholders: for a deployment that cannot be planned or built now, so that what an
 * earlier one left in the account can still be destroyed.
 */
export class StandInStage extends Stage {
  constructor(scope: Construct, cell: PlacedPart) {
    super(scope, cell.id, { env: environmentOf(cell) });
    const stacks = new Map<string, PlaceholderStack>();
    for (const [part, before] of Object.entries(DESTROYED_BEFORE)) {
      const stack = new PlaceholderStack(this, part, { cell });
      for (const other of before.flatMap((name) => stacks.get(name) ?? []))
        stack.addStackDependency(other, 'destroyed before it');
      stacks.set(part, stack);
    }
  }
}

/** The same of what cells share. */
export class FleetStandInStage extends Stage {
  constructor(scope: Construct, fleet: PlacedPart) {
    super(scope, fleet.id, { env: environmentOf(fleet) });
    for (const [part, region] of Object.entries(FLEET_PARTS))
      new PlaceholderStack(this, part, { cell: { ...fleet, region: region ?? fleet.region } });
  }
}
