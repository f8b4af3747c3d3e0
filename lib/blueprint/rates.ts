import { type Item, instanceItem } from '../budget/prices/items';
import { priceOf } from '../budget/prices/lookup';
import type { PriceBook } from '../budget/prices/price-book';
import type { CapacityOption, RateOf, UnitRate } from '../planner/capacity-option';
import { assertNever } from '../problem';
import type { Instant } from '../units/interval';
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
    return { usd: Usd.of(price.offer.usd), per: price.offer.unit === 'hour' ? 'hour' : 'month' };
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
