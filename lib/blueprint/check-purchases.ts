import { type Catalog, findInstanceType } from '../catalog/catalog';
import type { InstanceType } from '../catalog/instance-type';
import type { Deployment } from '../deployments/deployment';
import { Problem } from '../problem';
import { exact } from '../units/exact';
import { hoursIn, interval } from '../units/interval';
import { Usd } from '../units/money';
import type { PurchaseRequest } from '../workload/capacity';

const NAME = /^[a-z][a-z0-9-]{0,39}$/;
/** At most five decimals, so that a shell compares it in whole numbers. */
const AMOUNT = /^\d{1,12}(\.\d{1,5})?$/;
/** Families that can be reserved from a later date on (EC2 user guide, 2026-11-23): never P, Trn or Inf. */
const FUTURE_FAMILY = /^[cmritg]\d/;
const FAMILY = /^[a-z][a-z0-9-]*$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const MAX_BLOCK = 64;
const MAX_BLOCK_DAYS = 182;
const LEAST_COMMITMENT_DAYS = 14;
/** Of a reservation, and of one from a later date on (EC2 API reference, CreateCapacityReservation, as in @aws-sdk/client-ec2). */
const MAX_RESERVATION = 1000;
const LEAST_FUTURE_VCPUS = 32;
const HOURS_A_YEAR = 8760;

/** @throws Problem InvalidDeployment for the first purchase that nobody could make, or that exceeds its own approval. */
export function checkPurchases({ name, cells, purchases = [] }: Deployment, catalog: Catalog): void {
  const names = purchases.map((purchase) => purchase.name);
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice !== undefined) refuse(name, twice, 'stands there twice; give each a name of its own');
  for (const purchase of purchases) {
    if (!NAME.test(purchase.name)) refuse(name, purchase.name, 'needs a name of up to 40 a-z, 0-9 and "-"; rename it');
    const why =
      purchase.kind === 'savingsPlan' ? savingsPlanWhyNot(purchase) : capacityWhyNot(purchase, catalog, cells);
    if (why !== undefined) refuse(name, purchase.name, why);
  }
}

type Capacity = Exclude<PurchaseRequest, { kind: 'savingsPlan' }>;

function capacityWhyNot(purchase: Capacity, catalog: Catalog, cells: Deployment['cells']): string | undefined {
  const { cell, instanceType, count } = purchase;
  if (!cells.some(({ id }) => id === cell)) {
    return `is for the cell ${cell}, which does not exist; name one of ${cells.map(({ id }) => id).join(', ')}`;
  }
  const found = findInstanceType(catalog, instanceType);
  if (!Number.isInteger(count) || count < 1) return `is for ${count} instances; give a whole number of at least 1`;
  return purchase.kind === 'capacityBlock' ? blockWhyNot(purchase) : reservationWhyNot(purchase, found);
}

function blockWhyNot(block: Extract<PurchaseRequest, { kind: 'capacityBlock' }>): string | undefined {
  const { count, days, startsFrom, endsBy, maximumFeeUsd } = block;
  if (count > MAX_BLOCK) return `is for ${count} instances and a block has at most ${MAX_BLOCK}; split it`;
  const isLength = Number.isInteger(days) && days >= 1 && days <= MAX_BLOCK_DAYS && (days <= 14 || days % 7 === 0);
  if (!isLength) return `is for ${days} days; give 1 to 14, or whole weeks up to ${MAX_BLOCK_DAYS}`;
  if (hoursIn(interval(startsFrom, endsBy)).compare(exact(24 * days)) < 0) {
    return `is for ${days} days between ${startsFrom} and ${endsBy}, which are fewer; widen the window`;
  }
  return amountWhyNot('maximumFeeUsd', maximumFeeUsd);
}

function reservationWhyNot(
  { future, instanceType, count, maximumUsdPerHour }: Extract<PurchaseRequest, { kind: 'capacityReservation' }>,
  { family, vcpus }: InstanceType,
): string | undefined {
  if (count > MAX_RESERVATION) {
    return `is for ${count} instances and a reservation has at most ${MAX_RESERVATION}; split it`;
  }
  if (future !== undefined && !FUTURE_FAMILY.test(family)) {
    return `reserves ${instanceType} from ${future.start} on, and only C, M, R, I, T and G can be reserved for later; reserve it when it is needed, or buy a Capacity Block`;
  }
  if (future !== undefined && !(vcpus !== undefined && vcpus * count >= LEAST_FUTURE_VCPUS)) {
    return `reserves ${vcpus === undefined ? 'an unknown number of' : vcpus * count} vCPUs from ${future.start} on, and at least ${LEAST_FUTURE_VCPUS} can be reserved for later; reserve more instances`;
  }
  if (
    future !== undefined &&
    !(Number.isInteger(future.commitmentDays) && future.commitmentDays >= LEAST_COMMITMENT_DAYS)
  ) {
    return `commits to ${future.commitmentDays} days; give a whole number of at least ${LEAST_COMMITMENT_DAYS}`;
  }
  return amountWhyNot('maximumUsdPerHour', maximumUsdPerHour);
}

function savingsPlanWhyNot(purchase: Extract<PurchaseRequest, { kind: 'savingsPlan' }>): string | undefined {
  const { plan, termYears, commitmentUsdPerHour, maximumTotalUsd } = purchase;
  if (plan !== 'compute' && !(FAMILY.test(plan.ec2Family) && REGION.test(plan.region))) {
    return `is for the family ${JSON.stringify(plan.ec2Family)} in ${JSON.stringify(plan.region)}; write them as "p5" and "us-east-1"`;
  }
  const wrong =
    amountWhyNot('commitmentUsdPerHour', commitmentUsdPerHour) ?? amountWhyNot('maximumTotalUsd', maximumTotalUsd);
  if (wrong !== undefined) return wrong;
  const total = Usd.of(commitmentUsdPerHour).times(HOURS_A_YEAR * termYears);
  return total.exceeds(Usd.of(maximumTotalUsd))
    ? `commits to ${total.toText()} USD over its term and ${maximumTotalUsd} USD are approved; lower the commitment`
    : undefined;
}

function amountWhyNot(field: string, text: string): string | undefined {
  return AMOUNT.test(text) && !Usd.of(text).isZero()
    ? undefined
    : `has ${field} ${JSON.stringify(text)}; give USD above zero as text with at most five decimals, such as "47040.00"`;
}

function refuse(deployment: string, purchase: string, why: string): never {
  throw new Problem('InvalidDeployment', `deployment ${deployment} cannot be planned: its purchase ${purchase} ${why}`);
}
