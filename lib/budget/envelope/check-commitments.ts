import { exact } from '../../units/exact';
import { hoursIn } from '../../units/interval';
import { familyOf, normalizationFactor, type ReservedInstanceRow, type SavingsPlanRow } from './commitments';
import type { Contract } from './contract';

/** What is wrong with a contract's Savings Plans and reserved instances, as the rest of a sentence; undefined for nothing. */
export function faultOfCommitments(contract: Contract): string | undefined {
  const { savingsPlans = [], reservedInstances = [], counts } = contract;
  const ids = [...savingsPlans, ...reservedInstances].map(({ id }) => id);
  const twin = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twin !== undefined) return `has the commitment id ${JSON.stringify(twin)} twice; keep one`;
  const paid = reservedInstances.find(({ upfront }) => !exact(upfront).equals(0));
  if (paid !== undefined && counts.reservedInstanceUpfront === undefined)
    return `has an upfront part in ${paid.id} and no counts.reservedInstanceUpfront; say atPurchase, amortized or no`;
  return firstOf([...savingsPlans.map(faultOfPlan), ...reservedInstances.map(faultOfReserved)]);
}

function faultOfPlan(plan: SavingsPlanRow): string | undefined {
  const { id, type, instanceFamily, region, upfront, commitmentPerHour, rates } = plan;
  if (plan.start >= plan.end) return backwards(id);
  const isBound = instanceFamily !== undefined && region !== undefined;
  if (type === 'ec2Instance' && !isBound)
    return `has an EC2 Instance plan ${id} without its instanceFamily and region; give both`;
  if (type === 'compute' && (instanceFamily ?? region) !== undefined)
    return `has a compute plan ${id} with an instanceFamily or region, which only an EC2 Instance plan has; remove it`;
  if (exact(upfront).compare(exact(commitmentPerHour).mul(hoursIn(plan))) > 0)
    return `has a plan ${id} whose upfront part is more than it commits over its term; correct one of them`;
  const stray = rates.find(
    (rate) => isBound && (rate.region !== region || familyOf(rate.instanceType) !== instanceFamily),
  );
  if (stray !== undefined)
    return `has a rate for ${stray.instanceType} in ${stray.region} in the plan ${id}, which is for ${instanceFamily} in ${region}; remove it`;
  const keys = rates.map((rate) => `${rate.instanceType} in ${rate.region}`);
  const twin = keys.find((key, index) => keys.indexOf(key) !== index);
  return twin === undefined ? undefined : `has two rates for ${twin} in the plan ${id}; keep one`;
}

function faultOfReserved(row: ReservedInstanceRow): string | undefined {
  if (row.start >= row.end) return backwards(row.id);
  if (!row.sizeFlexible) return undefined;
  if (row.availabilityZoneId !== undefined)
    return `has a zonal reserved instance ${row.id} that is sizeFlexible; only regional ones can be, so write false`;
  return normalizationFactor(row.instanceType) === undefined
    ? `has a reserved instance ${row.id} that is sizeFlexible, and ${row.instanceType} has no size factor; write false`
    : undefined;
}

function backwards(id: string): string {
  return `has a commitment ${id} that does not start before it ends; correct its dates (the end is exclusive)`;
}

function firstOf(faults: readonly (string | undefined)[]): string | undefined {
  return faults.find((fault) => fault !== undefined);
}
