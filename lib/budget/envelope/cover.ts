import { type Exact, exact } from '../../units/exact';
import type { Bound } from '../../units/range';
import { familyOf, normalizationFactor, type ReservedInstanceRow, type SavingsPlanRow } from './commitments';
import type { CoverableUsage } from './coverable';

/** One commitment offered to one usage: `takes` of the commitment's hourly amount covers one instance. */
export interface Step {
  readonly commitment: string;
  readonly usage: CoverableUsage;
  readonly takes: Exact;
  /** False where it is not known that the commitment reaches the usage. */
  readonly isSure: boolean;
}

/** What one hour offers: USD of each plan, units of each reservation. */
export type Supply = ReadonlyMap<string, Exact>;

export interface Covering {
  /** Instances of each usage that something covers. */
  readonly covered: ReadonlyMap<CoverableUsage, Exact>;
  /** Of each commitment, in the units of its supply. */
  readonly used: ReadonlyMap<string, Exact>;
}

/**
 * The order in which AWS applies commitments within an hour: zonal reserved instances, regional ones, EC2 Instance Savings
 * Plans, Compute Savings Plans; each first to its owner's usage, then to the others'; a plan first where it saves the
 * greatest percentage, at equal ones where its rate is lower; a size-flexible reservation from the smallest size up.
 * Where AWS says no more, ids decide, so that the order of the contract never does.
 */
export function stepsOf(
  reserved: readonly ReservedInstanceRow[],
  plans: readonly SavingsPlanRow[],
  usages: readonly CoverableUsage[],
): readonly Step[] {
  const zonal = reserved.filter((row) => row.availabilityZoneId !== undefined);
  const regional = reserved.filter((row) => row.availabilityZoneId === undefined);
  const ofType = (type: SavingsPlanRow['type']) => plans.filter((plan) => plan.type === type);
  return [
    ...reservedSteps(zonal, usages),
    ...reservedSteps(regional, usages),
    ...planSteps(ofType('ec2Instance'), usages),
    ...planSteps(ofType('compute'), usages),
  ];
}

/** What one hour's commitments offer. */
export function supplyOf(reserved: readonly ReservedInstanceRow[], plans: readonly SavingsPlanRow[]): Supply {
  return new Map([
    ...reserved.map((row) => [row.id, exact(row.count).mul(unitsOf(row, row.instanceType) ?? exact(1))] as const),
    ...plans.map((plan) => [plan.id, exact(plan.commitmentPerHour).mul(exact(plan.share ?? '1'))] as const),
  ]);
}

/**
 * Covers one hour's usage at one bound, step by step. With `surely`, only what is known to be reached: for amounts that must
 * not be too low. More usage never leaves less of any usage uncovered.
 */
export function cover(steps: readonly Step[], supply: Supply, bound: Bound, surely: boolean): Covering {
  const rest = new Map(supply);
  const covered = new Map<CoverableUsage, Exact>();
  const used = new Map<string, Exact>();
  for (const { commitment, usage, takes, isSure } of steps) {
    if (surely && !(isSure && usage.isSure)) continue;
    const left = rest.get(commitment);
    const before = covered.get(usage) ?? NONE;
    const open = usage.instances[bound].sub(before);
    if (left === undefined || left.equals(0) || open.equals(0)) continue;
    const wanted = open.mul(takes);
    const isEnough = wanted.compare(left) <= 0;
    const here = isEnough ? wanted : left;
    rest.set(commitment, left.sub(here));
    used.set(commitment, (used.get(commitment) ?? NONE).add(here));
    covered.set(usage, isEnough ? usage.instances[bound] : before.add(left.div(takes)));
  }
  return { covered, used };
}

const NONE = exact(0);

function reservedSteps(rows: readonly ReservedInstanceRow[], usages: readonly CoverableUsage[]): readonly Step[] {
  const inOrder = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  return inTurn((owns) =>
    inOrder.flatMap((row) =>
      usages
        .flatMap((usage) => {
          const takes = reaches(row, usage) && owns(row, usage) ? unitsOf(row, usage.instanceType) : undefined;
          return takes === undefined ? [] : [{ usage, takes }];
        })
        .sort((a, b) => a.takes.compare(b.takes))
        // Where the bill does not say the zone, a zonal reservation may cover it or may not.
        .map((one) => ({
          ...one,
          commitment: row.id,
          isSure: row.availabilityZoneId === undefined || row.availabilityZoneId === one.usage.zoneId,
        })),
    ),
  );
}

function reaches(row: ReservedInstanceRow, usage: CoverableUsage): boolean {
  if (row.region !== usage.region || (row.availabilityZoneId !== undefined && !mayBeIn(row.availabilityZoneId, usage)))
    return false;
  if (row.instanceType === usage.instanceType) return true;
  return row.sizeFlexible && familyOf(row.instanceType) === familyOf(usage.instanceType);
}

/** Zonal ones reach no capacity reservation. */
function mayBeIn(zoneId: string, usage: CoverableUsage): boolean {
  return !usage.isReservation && (usage.zoneId === undefined || usage.zoneId === zoneId);
}

/** Units of a reservation that an instance takes: its size's factor, or one where sizes do not matter. */
function unitsOf(row: ReservedInstanceRow, instanceType: string): Exact | undefined {
  if (!row.sizeFlexible) return exact(1);
  const factor = normalizationFactor(instanceType);
  return factor === undefined ? undefined : exact(factor);
}

function planSteps(plans: readonly SavingsPlanRow[], usages: readonly CoverableUsage[]): readonly Step[] {
  const offers = plans
    .flatMap((plan) => usages.flatMap((usage) => offerOf(plan, usage) ?? []))
    .sort(
      (a, b) =>
        b.saves.compare(a.saves) ||
        a.takes.compare(b.takes) ||
        (a.plan.id < b.plan.id ? -1 : a.plan.id > b.plan.id ? 1 : 0),
    );
  return inTurn((owns) =>
    offers
      .filter(({ plan, usage }) => owns(plan, usage))
      .map(({ plan, usage, takes, isSure }) => ({ commitment: plan.id, usage, takes, isSure })),
  );
}

/** The most that a plan saves, of 1: "up to 66 %" and "up to 72 %" (aws.amazon.com/savingsplans, copies read 2026-11-24). */
const GREATEST_SAVING = { compute: '0.66', ec2Instance: '0.72' } as const;

/**
 * What a plan asks for one instance. Where it lists no rate it is not counted on, and in a floor it saves the most that any
 * plan does. Undefined where it saves nothing: AWS never applies a plan at a loss.
 */
function offerOf(plan: SavingsPlanRow, usage: CoverableUsage) {
  if (!isFor(plan, usage) || usage.unitPrice.equals(0)) return undefined;
  const rate = rateOf(plan, usage);
  const takes =
    rate === undefined ? usage.unitPrice.mul(exact(1).sub(exact(GREATEST_SAVING[plan.type]))) : exact(rate.usdPerHour);
  const saves = exact(1).sub(takes.div(usage.unitPrice));
  return saves.compare(0) <= 0 ? undefined : { plan, usage, takes, saves, isSure: rate !== undefined };
}

/** Whether a usage is of what a plan was bought for. */
export function isFor(
  { type, region, instanceFamily }: SavingsPlanRow,
  usage: Pick<CoverableUsage, 'instanceType' | 'region'>,
): boolean {
  return type === 'compute' || (region === usage.region && instanceFamily === familyOf(usage.instanceType));
}

/** The rate that a plan lists for a usage. */
export function rateOf({ rates }: SavingsPlanRow, usage: Pick<CoverableUsage, 'instanceType' | 'region'>) {
  return rates.find((row) => row.instanceType === usage.instanceType && row.region === usage.region);
}

type Owns = (of: { readonly account?: string }, usage: CoverableUsage) => boolean;

/** The owner's usage first; a commitment whose owner is not known takes all usage as its owner's. */
function inTurn(steps: (owns: Owns) => readonly Step[]): readonly Step[] {
  const isOwn: Owns = ({ account }, usage) => account === undefined || account === usage.account;
  return [...steps(isOwn), ...steps((of, usage) => !isOwn(of, usage))];
}
