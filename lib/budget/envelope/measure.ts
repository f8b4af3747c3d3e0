import { type Exact, exact } from '../../units/exact';
import type { Usd } from '../../units/money';
import { mapRange, type Range } from '../../units/range';
import type { Charge } from '../bill/charge';
import type { Contract, ContractRate } from './contract';
import { serviceOf } from './services';

/** A cost in the contract's measure: never too low for a ceiling, never too high for a floor. */
export interface Measured {
  readonly towardCeiling: Range<Usd>;
  readonly towardFloor: Range<Usd>;
}

/**
 * Turns a cost at list price into the contract's measure.
 *
 * `listGross` and `afterCommitmentDiscounts` are list price here: a contract with Savings Plans or reserved instances is
 * refused, so there is no commitment discount to take off. `net` takes private rates, then the discount of the service;
 * a private rate is what is invoiced and is not discounted again. Where the service of a charge is unknown the ceiling gets
 * no discount and the floor gets the contract's greatest.
 */
export function measured(cost: Range<Usd>, charge: Charge, contract: Contract): Measured {
  const { highest, lowest } = contract.measure === 'net' ? netShare(charge, contract) : LIST;
  return {
    towardCeiling: mapRange(cost, (usd) => usd.times(highest)),
    towardFloor: mapRange(cost, (usd) => usd.times(lowest)),
  };
}

interface NetShare {
  readonly highest: Exact;
  readonly lowest: Exact;
}

const LIST: NetShare = { highest: exact(1), lowest: exact(1) };

function netShare(charge: Charge, contract: Contract): NetShare {
  const rates = (contract.rates ?? []).filter((rate) => isFor(rate, charge));
  if (rates.length === 0) return discounted(charge, contract);
  const shares = rates.map((rate) => exact(rate.usdPerHour).div(exact(charge.unitPrice)));
  return charge.region === undefined ? spread([exact(1), ...shares]) : spread(shares);
}

/** Without a region a rate of any region may be meant. */
function isFor(rate: ContractRate, charge: Charge): boolean {
  const sameOffer = charge.offer === `instance:${rate.instanceType}:${rate.purchase}` && charge.unit === 'hour';
  return sameOffer && (charge.region === undefined || rate.region === charge.region);
}

function discounted(charge: Charge, contract: Contract): NetShare {
  const service = serviceOf(charge);
  if (service === undefined) return spread([exact(1), ...contract.discounts.map((discount) => left(discount.percent))]);
  const found = contract.discounts.find((discount) => discount.services.includes(service));
  return spread([left(found?.percent ?? '0')]);
}

function left(percent: string): Exact {
  return exact(1).sub(exact(percent).div(exact(100)));
}

function spread(shares: readonly Exact[]): NetShare {
  const [first = exact(1), ...rest] = shares;
  return rest.reduce<NetShare>(
    (range, share) => ({
      highest: share.compare(range.highest) > 0 ? share : range.highest,
      lowest: share.compare(range.lowest) < 0 ? share : range.lowest,
    }),
    { highest: first, lowest: first },
  );
}
