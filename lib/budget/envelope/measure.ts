import { type Exact, exact } from '../../units/exact';
import type { Usd } from '../../units/money';
import { mapAlike, type Range } from '../../units/range';
import type { Charge } from '../bill/charge';
import type { Contract, ContractRate } from './contract';
import { serviceOf } from './services';

/** A cost in the contract's measure: never too low for a ceiling, never too high for a floor. */
export interface Measured {
  readonly towardCeiling: Range<Usd>;
  readonly towardFloor: Range<Usd>;
}

/**
 * Turns a cost at list price into a measure, without commitments: they are taken off later, as a whole.
 *
 * `net` takes private rates, then the discount of the service; a private rate is what is invoiced and is not discounted
 * again. Where the service of a charge is unknown the ceiling gets no discount and the floor gets the contract's greatest.
 */
export function measured(
  cost: Range<Usd>,
  charge: Charge,
  contract: Contract,
  measure: Contract['measure'] = contract.measure,
): Measured {
  const { highest, lowest } = measure === 'net' ? netShare(charge, contract) : LIST;
  if (highest === ALL && lowest === ALL) return { towardCeiling: cost, towardFloor: cost };
  const towardCeiling = mapAlike(cost, (usd) => usd.times(highest));
  return {
    towardCeiling,
    towardFloor: lowest === highest ? towardCeiling : mapAlike(cost, (usd) => usd.times(lowest)),
  };
}

/** What is left of the fees of commitments: whether the discount of EC2 reaches them is the contract's to say. */
export function feeShare(contract: Contract, measure: Contract['measure']): NetShare {
  const found = contract.discounts.find(({ services }) => services.includes('AmazonEC2'));
  if (measure !== 'net' || found === undefined) return LIST;
  const discounted = left(found.percent);
  const { commitmentFeesDiscounted } = contract.counts;
  if (commitmentFeesDiscounted === undefined) return spread([exact(1), discounted]);
  return commitmentFeesDiscounted ? spread([discounted]) : LIST;
}

interface NetShare {
  readonly highest: Exact;
  readonly lowest: Exact;
}

const ALL = exact(1);
const LIST: NetShare = { highest: ALL, lowest: ALL };

/** Thousands of charges have a few offers. */
const SHARES = new WeakMap<Contract, Map<string, NetShare>>();

function netShare(charge: Charge, contract: Contract): NetShare {
  const known = SHARES.get(contract) ?? new Map<string, NetShare>();
  if (known.size === 0) SHARES.set(contract, known);
  const key = JSON.stringify([charge.offer, charge.unit, charge.basis, charge.unitPrice, charge.region]);
  const share = known.get(key) ?? shareOf(charge, contract);
  known.set(key, share);
  return share;
}

function shareOf(charge: Charge, contract: Contract): NetShare {
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
