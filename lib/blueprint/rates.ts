import { type Item, instanceItem, type SavingsPlan, savingsPlanItem } from '../budget/prices/items';
import { priceOf } from '../budget/prices/lookup';
import type { PriceBook } from '../budget/prices/price-book';
import type { CapacityOption, CommittedRate, CommittedRateOf, RateOf, UnitRate } from '../planner/capacity-option';
import type { BlockRateOf } from '../planner/sizing/block-proposals';
import { assertNever } from '../problem';
import { exact } from '../units/exact';
import { hoursIn, type Instant, type Interval } from '../units/interval';
import { Usd } from '../units/money';
import type { SpotRate } from '../workload/capacity';

/**
 * Translates the planner's word for something that has a price into an offer: the only place that knows both.
 *
 * An instance in a reservation that is made for it costs what it costs on demand. AWS lists no price of spot: its rate is the
 * declared one, and only where an on-demand price bounds it. A Capacity Block has a price only once it is bought.
 */
export function rateOf(book: PriceBook, at: Instant, spotRates: readonly SpotRate[] = []): RateOf {
  const listed: RateOf = (option) => {
    const price = priceOf(book, { region: option.region, item: itemOf(option) }, at);
    if (price.kind === 'missing') return undefined;
    const { usd, unit, source, effectiveDate } = price.offer;
    return { usd: Usd.of(usd), per: unit === 'hour' ? 'hour' : 'month', source, asOf: effectiveDate };
  };
  return (option) => {
    if (option.kind === 'gp3') return listed(option);
    switch (option.purchase) {
      case 'onDemand':
      case 'capacityReservation':
        return listed(option);
      case 'spot':
        return listed(option) === undefined ? undefined : declared(option, spotRates);
      case 'capacityBlock':
        return undefined;
      default:
        return assertNever(option.purchase);
    }
  };
}

function declared({ region, instanceType }: InstanceOption, spotRates: readonly SpotRate[]): UnitRate | undefined {
  const rate = spotRates.find((row) => row.region === region && row.instanceType === instanceType);
  return rate === undefined ? undefined : { usd: Usd.of(rate.usdPerHour), per: 'hour' };
}

type InstanceOption = Extract<CapacityOption, { kind: 'instance' }>;

function itemOf(option: CapacityOption): Item {
  return option.kind === 'gp3' ? `gp3:${option.dimension}` : instanceItem(option.instanceType, 'onDemand');
}

const YEARS = { '1yr': 1, '3yr': 3 } as const;
const PAYMENTS = { noUpfront: 'nothing upfront', partialUpfront: 'partly upfront', allUpfront: 'all upfront' } as const;
const PLANS: readonly SavingsPlan[] = (['compute', 'ec2Instance'] as const).flatMap((type) =>
  (['1yr', '3yr'] as const).flatMap((term) =>
    (['noUpfront', 'partialUpfront', 'allUpfront'] as const).map((payment) => ({ type, term, payment })),
  ),
);

/** The cheapest Savings Plan rate that the book has of an instance, among terms that end within the horizon. */
export function committedRateOf(book: PriceBook, horizon: Interval): CommittedRateOf {
  const plans = PLANS.filter(({ term }) => exact(YEARS[term] * 8760).compare(hoursIn(horizon)) <= 0);
  return ({ region, instanceType }) => {
    let cheapest: CommittedRate | undefined;
    for (const plan of plans) {
      const price = priceOf(book, { region, item: savingsPlanItem(plan, instanceType) }, horizon.start);
      if (price.kind === 'missing') continue;
      const usdPerHour = Usd.of(price.offer.usd);
      if (cheapest === undefined || cheapest.usdPerHour.exceeds(usdPerHour)) {
        cheapest = { usdPerHour, name: planName(plan) };
      }
    }
    return cheapest;
  };
}

function planName({ type, term, payment }: SavingsPlan): string {
  const kind = type === 'compute' ? 'Compute' : 'EC2 Instance';
  return `${kind} Savings Plan, ${YEARS[term] === 1 ? '1 year' : '3 years'}, ${PAYMENTS[payment]}`;
}

/** What an instance of a Capacity Block is published to cost. It proposes and never plans: a quote alone is a price. */
export function blockRateOf(book: PriceBook, at: Instant): BlockRateOf {
  return ({ region, instanceType }) => {
    const price = priceOf(book, { region, item: instanceItem(instanceType, 'capacityBlock') }, at);
    return price.kind === 'missing' ? undefined : { usd: Usd.of(price.offer.usd), per: 'hour' };
  };
}
