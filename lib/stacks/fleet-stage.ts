import { Stack, type StackProps, Stage, Tags } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnResourceShare } from 'aws-cdk-lib/aws-ram';
import type { Construct } from 'constructs';
import { checkFleet } from '../constructs/check-fleet';
import { DeploymentPlace } from '../constructs/deployment-place';
import { FleetSpendWatch, type FleetSpendWatchProps } from '../constructs/fleet-spend-watch';
import { InvoiceExport, type InvoiceExportProps } from '../constructs/invoice-export';
import { ModelBucket } from '../constructs/model-bucket';
import { SharedRegistry } from '../constructs/shared-registry';
import type { Fleet } from '../workload/fleet';

/** Budgets and Cost Explorer answer in one region for the whole partition. */
const BILLING_REGION = 'us-east-1';

/** The stacks of what cells share, each in its region; undefined for the fleet's own. */
export const FLEET_PARTS: Readonly<Record<'Shared' | 'Invoice' | 'Budget', string | undefined>> = {
  Shared: undefined,
  Invoice: BILLING_REGION,
  Budget: BILLING_REGION,
};

export interface FleetStageProps extends Pick<FleetSpendWatchProps, 'deployment' | 'cells' | 'limits'> {
  readonly fleet: Fleet;
  /** On everything that takes tags. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * What cells share, deployed before them and kept when they go. They name its buckets and its registry literally: nothing here
 * is exported, and nothing imports.
 *
 * @throws Problem InvalidDeployment when it could not be deployed.
 */
export class FleetStage extends Stage {
  static readonly ID = 'Fleet';

  constructor(scope: Construct, props: FleetStageProps) {
    const { fleet, tags } = props;
    super(scope, FleetStage.ID, { env: { account: fleet.account, region: fleet.region } });
    checkFleet(fleet);
    for (const key of Object.keys(tags).sort()) Tags.of(this).add(key, tags[key] ?? '');
    new FleetShared(this, fleet);
    if (fleet.invoice !== undefined) new FleetInvoiceStack(this, { ...props, fleet, invoice: fleet.invoice });
    if (fleet.spend !== undefined) new FleetBudget(this, { ...props, fleet, spend: fleet.spend });
  }
}

abstract class FleetPart extends Stack {
  constructor(scope: Construct, part: keyof typeof FLEET_PARTS, { account }: Fleet, region: string, props: StackProps) {
    super(scope, part, {
      stackName: `${FleetStage.ID}-${part}`,
      env: { account, region },
      analyticsReporting: false,
      terminationProtection: true,
      ...props,
    });
    new DeploymentPlace(this, { region, accounts: [account] });
  }
}

/** Weights, images and reservations. */
class FleetShared extends FleetPart {
  constructor(scope: Construct, fleet: Fleet) {
    super(scope, 'Shared', fleet, fleet.region, { description: 'Weights, images and reservations that cells share' });
    const { modelBuckets = [], repositories = [], sharedReservations = [], consumerAccounts: readers = [] } = fleet;
    for (const bucketName of modelBuckets) new ModelBucket(this, bucketName, { bucketName, readers });
    const needsKey = repositories.length > 0;
    const registry = needsKey || (fleet.cachedRegistries ?? []).length > 0;
    if (registry) new SharedRegistry(this, 'Registry', { fleet, key: needsKey ? this.createKey() : undefined });
    if (sharedReservations.length > 0) this.share(sharedReservations, readers);
  }

  private createKey(): Key {
    return new Key(this, 'ImagesKey', { description: 'Images of the fleet', enableKeyRotation: true });
  }

  private share(reservations: readonly string[], principals: readonly string[]): void {
    const resourceArns = reservations.map((resourceName) =>
      this.formatArn({ service: 'ec2', resource: 'capacity-reservation', resourceName }),
    );
    new CfnResourceShare(this, 'Reservations', {
      name: 'headroom-reservations',
      allowExternalPrincipals: false,
      principals: [...principals],
      resourceArns,
    });
  }
}

/** What AWS charges, as it exports it: in the one region that exports (AWS Data Exports user guide). Deployable alone. */
class FleetInvoiceStack extends FleetPart {
  constructor(scope: Construct, { fleet, ...exported }: InvoiceExportProps & { readonly fleet: Fleet }) {
    super(scope, 'Invoice', fleet, BILLING_REGION, { description: 'The invoice, exported and to be asked' });
    const { deployment, invoice } = exported;
    new InvoiceExport(this, 'Invoice', { deployment, invoice });
  }
}

/** The spend of all cells together. Deployable alone. */
class FleetBudget extends FleetPart {
  constructor(scope: Construct, { fleet, ...watched }: FleetSpendWatchProps & { readonly fleet: Fleet }) {
    super(scope, 'Budget', fleet, BILLING_REGION, { description: 'Spend of all cells together' });
    const { deployment, cells, limits, spend } = watched;
    new FleetSpendWatch(this, 'Spend', { deployment, cells, limits, spend });
  }
}
