import type { Construct } from 'constructs';
import { ManifestDelivery, type ManifestDeliveryProps } from '../constructs/manifest-delivery';
import type { Cell } from '../workload/cell';
import { CellPart } from './cell-part';

export interface DeliveryStackProps extends ManifestDeliveryProps {
  readonly cell: Cell;
}

/** A sandbox's manifests, applied with its deployment and taken away with it. */
export class DeliveryStack extends CellPart {
  static readonly PART = 'Delivery';

  constructor(scope: Construct, { cell, ...props }: DeliveryStackProps) {
    super(scope, DeliveryStack.PART, {
      cell,
      description: `Kubernetes manifests of cell ${cell.id}`,
      terminationProtection: props.protection.deletionProtection,
    });
    new ManifestDelivery(this, 'Manifests', props);
  }
}
