import { overlap } from '../../../units/interval';
import { fixed, type Range } from '../../../units/range';
import { ALL_ON_DEMAND, choicesOf, type OnDemandShare, surelyOnDemand } from '../capacity-split';
import { unknownProperties } from '../known-properties';
import { launchDataOf } from '../launch-template';
import { chargeLaunched, type InstanceChoice, overlaid } from '../launched-instances';
import { type Line, unpriced } from '../line';
import { parseInstant } from '../parse-instant';
import type { Resource } from '../read-template';
import { countOf, field, flagOf, listOf, literalText, Opaque, type Value } from '../template-value';
import type { ChargerContext } from './charger';

const INSTANCES = 'instanceHours';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN_FLEET = new Set([
  'Context',
  'ExcessCapacityTerminationPolicy',
  'LaunchTemplateConfigs',
  'OnDemandOptions',
  'ReplaceUnhealthyInstances',
  'SpotOptions',
  'TagSpecifications',
  'TargetCapacitySpecification',
  'TerminateInstancesWithExpiration',
  'Type',
  'ValidFrom',
  'ValidUntil',
]);
const KNOWN_SPOT_FLEET = new Set(['SpotFleetRequestConfigData']);

/** Capacity that a fleet asks for and how much of it is surely on demand. */
interface Target {
  readonly capacity: Range<number>;
  readonly share: OnDemandShare;
}

/** An EC2 fleet: its target capacity in the dearest way that its overrides allow, until it expires. */
export function chargeFleet(fleet: Resource, context: ChargerContext): readonly Line[] {
  const stated = fleet.property('TargetCapacitySpecification');
  const total = countOf(field(stated, 'TotalTargetCapacity'), 'TotalTargetCapacity');
  const onDemand = countOf(field(stated, 'OnDemandTargetCapacity') ?? 0, 'OnDemandTargetCapacity');
  const byDefault = literalText(field(stated, 'DefaultTargetCapacityType') ?? 'on-demand');
  const spot = field(stated, 'SpotTargetCapacity') !== undefined;
  const unit = field(stated, 'TargetCapacityUnitType') ?? 'units';
  const target =
    unit === 'units'
      ? targetOf(total, onDemand, !spot && byDefault === 'on-demand')
      : new Opaque('the capacity is not counted in units');
  const configurations = fleet.property('LaunchTemplateConfigs');
  return [
    ...chargeConfigurations(configurations, target, fleet, isWhole(fleet), context),
    ...unknownProperties(fleet, 'fleet', KNOWN_FLEET),
  ];
}

/** A spot fleet: spot may be nothing at min and is bounded by the on-demand price. */
export function chargeSpotFleet(fleet: Resource, context: ChargerContext): readonly Line[] {
  const config = fleet.property('SpotFleetRequestConfigData');
  const total = countOf(field(config, 'TargetCapacity'), 'TargetCapacity');
  const onDemand = countOf(field(config, 'OnDemandTargetCapacity') ?? 0, 'OnDemandTargetCapacity');
  const target =
    (field(config, 'TargetCapacityUnitType') ?? 'units') === 'units'
      ? targetOf(total, onDemand, false)
      : new Opaque('the capacity is not counted in units');
  const specifications = field(config, 'LaunchSpecifications');
  const lines =
    specifications === undefined
      ? chargeConfigurations(field(config, 'LaunchTemplateConfigs'), target, fleet, true, context)
      : chargeSpecifications(specifications, target, context);
  return [...lines, ...unknownProperties(fleet, 'spotFleet', KNOWN_SPOT_FLEET)];
}

function targetOf(total: Range<number> | Opaque, onDemand: Range<number> | Opaque, all: boolean): Target | Opaque {
  if (total instanceof Opaque) return total;
  if (onDemand instanceof Opaque) return onDemand;
  return { capacity: total, share: all ? ALL_ON_DEMAND : { base: onDemand.min, percent: 0 } };
}

/** Whether the fleet holds its capacity as long as it lives; one that ends its instances when it expires does not. */
function isWhole(fleet: Resource): boolean {
  const ends = flagOf(fleet.property('TerminateInstancesWithExpiration'), 'TerminateInstancesWithExpiration');
  return fleet.property('ValidUntil') === undefined || ends !== true;
}

function chargeConfigurations(
  stated: Value,
  target: Target | Opaque,
  fleet: Resource,
  whole: boolean,
  context: ChargerContext,
): readonly Line[] {
  const configurations = listOf(stated, 'LaunchTemplateConfigs');
  if (configurations instanceof Opaque) return [unpriced(INSTANCES, configurations.reason)];
  if (target instanceof Opaque) return [unpriced(INSTANCES, target.reason)];
  const [only, ...others] = configurations;
  if (only === undefined || others.length > 0)
    return [unpriced(INSTANCES, 'a fleet of several launch templates is not priced; use one with overrides')];
  const data = launchDataOf(field(only, 'LaunchTemplateSpecification'), fleet, context.assembly);
  const capacity = surelyOnDemand(target.capacity, target.share);
  const choices =
    data instanceof Opaque ? data : choicesOf(field(only, 'Overrides'), field(data, 'InstanceType'), capacity);
  const lines = chargeLaunched({ choices, surge: 0, data, subnets: subnetsOf(field(only, 'Overrides')) }, context);
  return whole ? lines : lines.map((line) => cutShort(line, fleet, context));
}

function cutShort(line: Line, fleet: Resource, { active }: ChargerContext): Line {
  const end = parseInstant(literalText(fleet.property('ValidUntil')));
  if (line.kind !== 'priced' || end === undefined) return line;
  const during = overlap(active, { start: active.start, end });
  return during === undefined ? { ...line, quantity: zero(line.quantity) } : { ...line, during };
}

function zero<T extends { mul(by: number): T }>(range: Range<T>): Range<T> {
  return fixed(range.min.mul(0));
}

/** Each specification is a launch of its own kind; any of them can be all of the fleet. */
function chargeSpecifications(stated: Value, target: Target | Opaque, context: ChargerContext): readonly Line[] {
  const specifications = listOf(stated, 'LaunchSpecifications');
  if (specifications instanceof Opaque) return [unpriced(INSTANCES, specifications.reason)];
  if (target instanceof Opaque) return [unpriced(INSTANCES, target.reason)];
  const [first, ...others] = specifications;
  if (first === undefined || others.length > 0)
    return [
      unpriced(
        INSTANCES,
        'a spot fleet of several launch specifications is not priced; use a launch template with overrides',
      ),
    ];
  const weight = countOf(field(first, 'WeightedCapacity') ?? 1, 'WeightedCapacity');
  const capacity = surelyOnDemand(target.capacity, target.share);
  const choices: readonly InstanceChoice[] | Opaque =
    weight instanceof Opaque ? weight : choicesOf([choiceOf(first)], undefined, capacity);
  const subnet = field(first, 'SubnetId');
  const data = overlaid(first, { WeightedCapacity: undefined });
  return chargeLaunched(
    { choices, surge: 0, data: withoutFleetFields(data), subnets: subnet === undefined ? undefined : [subnet] },
    context,
  );
}

/** What of a specification says which type and how many of it; the rest of it is launch data. */
function choiceOf(specification: Value): Value {
  const names = ['InstanceRequirements', 'InstanceType', 'WeightedCapacity'];
  const stated = names.map((name) => [name, field(specification, name)] as const);
  return Object.fromEntries(stated.filter(([, value]) => value !== undefined));
}

const FLEET_FIELDS = new Set(['SpotPrice', 'SubnetId', 'WeightedCapacity', 'InstanceRequirements']);

function withoutFleetFields(data: Value): Value {
  if (data instanceof Opaque || typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).filter(([name]) => !FLEET_FIELDS.has(name)));
}

function subnetsOf(overrides: Value): Value {
  const list = listOf(overrides ?? [], 'Overrides');
  if (list instanceof Opaque) return list;
  const subnets = list.map((one) => field(one, 'SubnetId'));
  // Where one override names none, what it launches in is not known.
  return subnets.length === 0 || subnets.includes(undefined) ? undefined : subnets;
}
