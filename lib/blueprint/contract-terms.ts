import type { ReservedInstanceRow, SavingsPlanRow } from '../budget/envelope/commitments';
import type { Contract } from '../budget/envelope/contract';
import type { RateOf } from '../planner/capacity-option';
import type { OwnedCommitment } from '../planner/commitments';
import type { ContractTerms } from '../planner/contract-terms';
import { exact } from '../units/exact';
import { hoursIn } from '../units/interval';
import { Usd } from '../units/money';
import type { ContractInput } from './question';

/** What a contract makes of list prices, as plain rates and commitments; undefined where it makes nothing of them. */
export function contractTerms(input: ContractInput, listed: RateOf): ContractTerms | undefined {
  const contract = input.kind === 'given' ? input.contract : input.kind === 'none' ? input.own.contract : undefined;
  if (contract === undefined) return undefined;
  const { discounts, rates = [], savingsPlans = [], reservedInstances = [], disclose } = contract;
  if (discounts.length + rates.length + savingsPlans.length + reservedInstances.length === 0) return undefined;
  return {
    rateOf: paidRateOf(contract, listed),
    commitments: [...savingsPlans.map(planOf), ...reservedInstances.map(reservedOf)],
    withholdsAmounts: !disclose,
  };
}

/** A private rate, from which nothing is taken off again; else the list price less every discount of its service. */
function paidRateOf({ discounts, rates = [] }: Contract, listed: RateOf): RateOf {
  const left = discounts
    .filter(({ services }) => services.includes('AmazonEC2'))
    .reduce((share, { percent }) => share.mul(exact(1).sub(exact(percent).div(100))), exact(1));
  return (option) => {
    const rate = listed(option);
    if (option.kind === 'instance') {
      // A reservation is billed as on demand.
      const purchase = option.purchase === 'capacityReservation' ? 'onDemand' : option.purchase;
      const own = rates.find(
        (row) => row.instanceType === option.instanceType && row.region === option.region && row.purchase === purchase,
      );
      if (own !== undefined && rate !== undefined) {
        return { usd: Usd.of(own.usdPerHour), per: 'hour', source: own.source };
      }
    }
    return rate === undefined ? undefined : { ...rate, usd: rate.usd.times(left) };
  };
}

function planOf(row: SavingsPlanRow): OwnedCommitment {
  const { id, start, end, type, instanceFamily, region, commitmentPerHour, share = '1', rates } = row;
  const isOfFamily = type === 'ec2Instance' && instanceFamily !== undefined && region !== undefined;
  return {
    kind: 'savingsPlan',
    name: id,
    during: { start, end },
    ...(isOfFamily ? { scope: { family: instanceFamily, region } } : {}),
    usdPerHour: Usd.of(commitmentPerHour).times(share),
    rates: rates.map(({ instanceType, region: at, usdPerHour }) => ({
      instanceType,
      region: at,
      usdPerHour: Usd.of(usdPerHour),
    })),
  };
}

/** Other sizes of its family are not counted on: AWS excludes most accelerated families from that. */
function reservedOf(row: ReservedInstanceRow): OwnedCommitment {
  const { id, start, end, region, availabilityZoneId, instanceType, count, usdPerHour, upfront } = row;
  const spread = Usd.of(upfront).times(exact(1).div(hoursIn({ start, end }).mul(count)));
  return {
    kind: 'reservedInstances',
    name: id,
    during: { start, end },
    region,
    ...(availabilityZoneId === undefined ? {} : { availabilityZoneId }),
    instanceType,
    count,
    usdPerHour: Usd.of(usdPerHour).plus(spread),
  };
}
