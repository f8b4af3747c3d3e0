import { instanceItem } from '../budget/prices/items';
import { priceOf } from '../budget/prices/lookup';
import type { PriceBook } from '../budget/prices/price-book';
import type { CapacityOption, RateOf } from '../planner/capacity-option';
import { assertNever } from '../problem';
import type { Instant } from '../units/interval';
import { Usd } from '../units/money';

/**
 * Translates the planner's word for something that has a price into an offer: the only place that knows both. Spot has no
 * price that holds for a plan, and a reservation or block has one only once it is owned, so these are offered to nobody yet.
 */
export function rateOf(book: PriceBook, at: Instant): RateOf {
  return (option) => {
    const item = itemOf(option);
    if (item === undefined) return undefined;
    const price = priceOf(book, { region: option.region, item }, at);
    if (price.kind === 'missing') return undefined;
    return { usd: Usd.of(price.offer.usd), per: price.offer.unit === 'hour' ? 'hour' : 'month' };
  };
}

function itemOf(option: CapacityOption): string | undefined {
  switch (option.kind) {
    case 'instance':
      return option.purchase === 'onDemand' ? instanceItem(option.instanceType, 'onDemand') : undefined;
    case 'gp3':
      return `gp3:${option.dimension}`;
    default:
      return assertNever(option);
  }
}
