import type { Range } from '../../units/range';
import { unknownFields } from './known-properties';
import type { InstanceChoice } from './launched-instances';
import { alternatives, countOf, field, isMap, listOf, Opaque, textsOf, type Value } from './template-value';

/** Which part of a fleet's capacity is bought on demand; the rest is spot, which may be nothing at min. */
export interface OnDemandShare {
  /** Units of capacity that are on demand first. */
  readonly base: number;
  /** Percent of the rest. */
  readonly percent: number;
}

export const ALL_ON_DEMAND: OnDemandShare = { base: 0, percent: 100 };

/** Capacity that is surely on demand at min, and all of it, at on-demand rates, above. */
export function surelyOnDemand(capacity: Range<number>, { base, percent }: OnDemandShare): Range<number> {
  const least = Math.min(capacity.min, base + Math.ceil((percent * Math.max(0, capacity.min - base)) / 100));
  return { ...capacity, min: least };
}

/**
 * The types of a fleet's overrides, each in the number that its weight makes of the capacity, rounded up. Where weights differ, a mixture
 * may end as far above the capacity as the heaviest weighs, less one: at max each type makes all of that, so that no mixture costs more
 * than the dearest type alone.
 */
export function choicesOf(
  overrides: Value,
  onTemplate: Value,
  capacity: Range<number>,
): readonly InstanceChoice[] | Opaque {
  if (overrides === undefined) return ofType(onTemplate, 1, capacity);
  const lists = alternatives(overrides).map((list) => listOf(list, 'Overrides'));
  const choices = lists.flatMap((list): readonly (readonly InstanceChoice[] | Opaque)[] => {
    if (list instanceof Opaque) return [list];
    const reached = { ...capacity, max: mostUnits(list, capacity.max) };
    return list.map((one) => ofOverride(one, onTemplate, reached));
  });
  const unknown = choices.find((one) => one instanceof Opaque);
  if (unknown instanceof Opaque) return unknown;
  const all = choices.flatMap((one) => (one instanceof Opaque ? [] : one));
  return all.length === 0 ? ofType(onTemplate, 1, capacity) : distinct(all);
}

/** Units of capacity that instances of several weights may make of a target: the last to start may be the heaviest. */
function mostUnits(overrides: readonly Value[], target: number): number {
  const weights = overrides.map((one) => countOf(field(one, 'WeightedCapacity') ?? 1, 'WeightedCapacity'));
  const known = weights.flatMap((weight) => (weight instanceof Opaque ? [] : [weight.min, weight.max]));
  const heaviest = Math.max(...known);
  return target <= 0 || known.every((weight) => weight === heaviest) ? target : target + heaviest - 1;
}

/** Fields of an override that say which type, how many of it, where, or at most for how much of spot. */
const READ = new Set([
  'AvailabilityZone',
  'AvailabilityZoneId',
  'InstanceRequirements',
  'InstanceType',
  'LaunchTemplateSpecification',
  'MaxPrice',
  'Priority',
  'SpotPrice',
  'SubnetId',
  'WeightedCapacity',
]);

function ofOverride(override: Value, onTemplate: Value, capacity: Range<number>): readonly InstanceChoice[] | Opaque {
  if (override instanceof Opaque) return override;
  if (field(override, 'InstanceRequirements') !== undefined)
    return new Opaque('the instance types are chosen by requirements, so nothing bounds their price');
  if (field(override, 'LaunchTemplateSpecification') !== undefined)
    return new Opaque('an override brings a launch template of its own, which is not read');
  const [other] = unknownFields(override, 'an override sets ', READ);
  if (other !== undefined) return new Opaque(`${other.dimension}, which is not read`);
  const weight = countOf(field(override, 'WeightedCapacity') ?? 1, 'WeightedCapacity');
  if (weight instanceof Opaque) return weight;
  if (weight.min < 1) return new Opaque('WeightedCapacity is 0');
  return ofType(field(override, 'InstanceType') ?? onTemplate, weight.min, capacity);
}

function ofType(type: Value, weight: number, capacity: Range<number>): readonly InstanceChoice[] | Opaque {
  if (type === undefined) return new Opaque('no instance type is named');
  const names = textsOf(type, 'InstanceType');
  if (names instanceof Opaque) return names;
  const each = (units: number) => Math.ceil(units / weight);
  const units = { min: each(capacity.min), plan: each(capacity.plan), max: each(capacity.max) };
  return names.map((instanceType) => ({ instanceType, units }));
}

/** One of each type: the one that runs in the greater number. */
function distinct(choices: readonly InstanceChoice[]): readonly InstanceChoice[] {
  const byType = new Map<string, InstanceChoice>();
  for (const choice of choices) {
    const known = byType.get(choice.instanceType);
    if (known === undefined || known.units.max < choice.units.max) byType.set(choice.instanceType, choice);
  }
  return [...byType.values()];
}

/** Percent and base of an InstancesDistribution; opaque when a part is not literal. */
export function shareOf(distribution: Value): OnDemandShare | Opaque {
  if (distribution === undefined) return ALL_ON_DEMAND;
  if (!isMap(distribution)) return new Opaque('InstancesDistribution is not decided by the template');
  const base = countOf(field(distribution, 'OnDemandBaseCapacity') ?? 0, 'OnDemandBaseCapacity');
  const percent = countOf(
    field(distribution, 'OnDemandPercentageAboveBaseCapacity') ?? 100,
    'OnDemandPercentageAboveBaseCapacity',
  );
  if (base instanceof Opaque) return base;
  return percent instanceof Opaque ? percent : { base: base.min, percent: Math.min(100, percent.min) };
}
