import type { CapacityPlan, Purchase } from '../planner/plan';
import { count, usd } from './format';
import { paragraph, table } from './layout';

const TITLES = ['pending', 'what', 'approved at most, USD', 'on demand instead, USD'];

/** What a person is to buy, with what was approved and what it comes to without: nothing of it is planned, billed or judged. */
export function pendingPurchases({ purchases }: CapacityPlan): readonly string[] {
  if (purchases.length === 0) return [];
  const rows = purchases.map((purchase) => [purchase.name, whatToBuy(purchase), approved(purchase), instead(purchase)]);
  const columns = TITLES.map((title) => ({ title }));
  return [
    [
      paragraph(
        'To buy by hand (see headroom purchases): in no cost above, no bill and no verdict until it is listed as owned.',
      ),
      table(columns, rows),
    ].join('\n'),
  ];
}

function whatToBuy(purchase: Purchase): string {
  switch (purchase.kind) {
    case 'capacityBlock': {
      const { count: instances, instanceType, days, startsFrom, endsBy } = purchase;
      return `block of ${instances} × ${instanceType}\n${count(days, 'day')} within ${startsFrom} to ${endsBy}`;
    }
    case 'capacityReservation': {
      const { count: instances, instanceType, future } = purchase;
      return `reservation of ${instances} × ${instanceType}\nfrom ${future?.start ?? 'now'} on`;
    }
    case 'savingsPlan': {
      const { plan, termYears, commitmentUsdPerHour } = purchase;
      const what = plan === 'compute' ? 'Compute' : `EC2 Instance (${plan.ec2Family}, ${plan.region})`;
      return `${what} Savings Plan\n${usd(commitmentUsdPerHour)} an hour for ${count(termYears, 'year')}`;
    }
  }
}

function approved(purchase: Purchase): string {
  switch (purchase.kind) {
    case 'capacityBlock':
      return `${usd(purchase.maximumFeeUsd)} at once`;
    case 'capacityReservation':
      return `${usd(purchase.maximumUsdPerHour)} an hour`;
    case 'savingsPlan':
      return `${usd(purchase.maximumTotalUsd)} over its term`;
  }
}

function instead({ kind, onDemand }: Purchase): string {
  if (kind === 'savingsPlan') return 'what is listed above';
  if (onDemand === undefined) return 'no known price';
  const { perHour, total } = onDemand;
  return total === undefined ? `${usd(perHour)} an hour` : `${usd(total)}, ${usd(perHour)} an hour`;
}
