import type { CapacityPlan, Purchase } from '../planner/plan';
import { purchaseScript } from './purchase-script';

/** One purchase for a person, with the script that makes it. */
export type ManifestedPurchase = Purchase & { readonly script: string };

/** purchases.json */
export interface PurchaseManifest {
  readonly schemaVersion: 1;
  readonly deployment: string;
  readonly asOf: string;
  readonly purchases: readonly ManifestedPurchase[];
}

/** What CloudFormation cannot buy, for a person to buy; undefined when there is nothing. Nothing here buys anything. */
export function purchaseManifest({ deployment, asOf, purchases }: CapacityPlan): PurchaseManifest | undefined {
  if (purchases.length === 0) return undefined;
  const listed = purchases.map((purchase) => ({ ...purchase, script: purchaseScript(purchase, deployment) }));
  return { schemaVersion: 1, deployment, asOf, purchases: listed };
}

/** purchases.md: what to buy, for how much at most, how, and what to write down afterwards. */
export function renderPurchases({ deployment, asOf, purchases }: PurchaseManifest): string {
  return [
    `# Purchases for ${deployment}, as of ${asOf}`,
    '',
    'CloudFormation cannot make these. Save each script, run it to see what AWS offers and whether the dry run passes, and run',
    'it again with the argument `buy` to buy. It never buys above the approved amount. Nothing is planned or billed on a',
    'purchase until it is written down as owned.',
    ...purchases.flatMap((purchase) => [
      '',
      `## ${purchase.name}`,
      '',
      ...factsOf(purchase).map((fact) => `- ${fact}`),
      '',
      '```bash',
      purchase.script.trimEnd(),
      '```',
    ]),
    '',
  ].join('\n');
}

function factsOf(purchase: Purchase): readonly string[] {
  const { place } = purchase;
  const where = place === undefined ? '' : ` in ${place.availabilityZone ?? place.availabilityZoneId}`;
  switch (purchase.kind) {
    case 'capacityBlock': {
      const { count, instanceType, days, startsFrom, endsBy, maximumFeeUsd, cell } = purchase;
      return [
        `Capacity Block of ${count} × ${instanceType}${where} for ${days} days between ${startsFrom} and ${endsBy}`,
        `approved: at most ${maximumFeeUsd} USD, due at purchase; it cannot be cancelled`,
        ...onDemandInstead(purchase),
        `afterwards: list its id, start and end in \`ownedCapacity\` of the cell ${cell}, and its fee in \`capacityBlocks\` of the contract`,
        'when it has started, deploy again as of that day: its node group then gets its nodes',
      ];
    }
    case 'capacityReservation': {
      const { count, instanceType, future, maximumUsdPerHour, cell } = purchase;
      const from =
        future === undefined ? 'from now on' : `from ${future.start} on, for at least ${future.commitmentDays} days`;
      return [
        `on-demand capacity reservation of ${count} × ${instanceType}${where}, ${from}`,
        `approved: at most ${maximumUsdPerHour} USD an hour, used or not`,
        ...onDemandInstead(purchase),
        `afterwards: list its id in \`ownedCapacity\` of the cell ${cell} and in \`capacityReservations\` of the contract`,
      ];
    }
    case 'savingsPlan': {
      const { plan, termYears, payment, commitmentUsdPerHour, maximumTotalUsd } = purchase;
      const what = plan === 'compute' ? 'Compute' : `EC2 Instance (${plan.ec2Family} in ${plan.region})`;
      return [
        `${what} Savings Plan, ${termYears} years, ${payment}, ${commitmentUsdPerHour} USD an hour`,
        `approved: at most ${maximumTotalUsd} USD over its term; it cannot be cancelled`,
        'afterwards: enter what it changes in each period of the contract',
      ];
    }
  }
}

function onDemandInstead({ onDemand }: Purchase): readonly string[] {
  if (onDemand === undefined) return [];
  const { perHour, total } = onDemand;
  const over = total === undefined ? '' : `, ${total} USD over its days`;
  return [`on demand instead, at list price: ${perHour} USD an hour${over}`];
}
