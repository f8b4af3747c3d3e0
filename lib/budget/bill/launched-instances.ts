import { exact } from '../../units/exact';
import { mapRange, type Range } from '../../units/range';
import { instanceItem } from '../prices/items';
import { type ChargerContext, exactly } from './chargers/charger';
import { chargeImage } from './image-software';
import { unknownFields } from './known-properties';
import { LAUNCH_OPTIONS } from './launch-options';
import { type Line, unpriced, usage } from './line';
import { addressLines } from './node-addresses';
import { chargeVolumes } from './node-volumes';
import { field, flagOf, isMap, listOf, literalText, Opaque, type Value } from './template-value';

const INSTANCES = 'instanceHours';
/** Metrics that detailed monitoring sends for one instance, each billed as a custom metric (CloudWatch pricing). */
const METRICS_PER_INSTANCE = 7;

/** One instance type that may run, and how many of it. */
export interface InstanceChoice {
  readonly instanceType: string;
  readonly units: Range<number>;
}

/** Instances that one resource launches; `data` has the fields of LaunchTemplateData. */
export interface Launched {
  readonly choices: readonly InstanceChoice[] | Opaque;
  /** Instances more while the group is updated or rebalanced. */
  readonly surge: number;
  readonly data: Value;
  /** The subnets that decide over public addresses where the launch data does not. */
  readonly subnets: Value;
  /** Whether the root volume's size is written in the data. @default - by the usual names of root devices */
  readonly rootNames?: readonly string[];
}

/** Names under which Linux images of EC2 have their root volume (EC2 user guide, device names). */
const ROOT_NAMES = ['/dev/xvda', '/dev/sda1'];

/** Of instances that no EKS node group launches. */
const KNOWN = new Set([...LAUNCH_OPTIONS, 'HibernationOptions', 'InstanceRequirements']);

/** Instances, volumes, public addresses and everything else that a launched instance costs. */
export function chargeLaunched(launched: Launched, context: ChargerContext): readonly Line[] {
  const { data, subnets, surge } = launched;
  if (data instanceof Opaque) return [unpriced(INSTANCES, data.reason)];
  if (launched.choices instanceof Opaque) return [unpriced(INSTANCES, launched.choices.reason)];
  // Spot may not run at all, and then has no volumes and addresses either.
  const onDemand = field(data, 'InstanceMarketOptions') === undefined;
  const choices = onDemand
    ? launched.choices
    : launched.choices.map((one) => ({ ...one, units: { ...one.units, min: 0 } }));
  const size = sizeOf(choices);
  if (size.max === 0) return [unpricedIfEmpty(choices)].flat();
  const stated = field(data, 'BlockDeviceMappings');
  const mappings = stated === undefined ? [] : listOf(stated, 'BlockDeviceMappings');
  const rootNames = launched.rootNames ?? ROOT_NAMES;
  return [
    ...instances(launched, choices, context),
    ...chargeVolumes({ mappings, rootNames, size, surge }, context),
    ...addressLines(data, subnets, size, context),
    ...chargeImage(field(data, 'ImageId'), size, context),
    ...extras(data, choices, size),
    ...unknownFields(data, 'launch', KNOWN),
  ];
}

/** Nothing runs at any bound: that is a price of zero of the type, not no price. */
function unpricedIfEmpty(choices: readonly InstanceChoice[]): readonly Line[] {
  const [first] = choices;
  if (first === undefined) return [unpriced(INSTANCES, 'no instance type is named')];
  return [
    {
      kind: 'priced',
      dimension: INSTANCES,
      item: instanceItem(first.instanceType, 'onDemand'),
      quantity: exactly(first.units),
    },
  ];
}

function sizeOf(choices: readonly InstanceChoice[]): Range<number> {
  const all = choices.map(({ units }) => units);
  return {
    min: Math.min(...all.map(({ min }) => min)),
    plan: Math.max(...all.map(({ plan }) => plan)),
    max: Math.max(...all.map(({ max }) => max)),
  };
}

function instances(launched: Launched, choices: readonly InstanceChoice[], context: ChargerContext): readonly Line[] {
  const { data, surge } = launched;
  const target = field(data, 'CapacityReservationSpecification', 'CapacityReservationTarget');
  if (target !== undefined) {
    return [
      unpriced(INSTANCES, 'they run on a reservation, and only those of EKS node groups are matched with theirs'),
    ];
  }
  const market = literalText(field(data, 'InstanceMarketOptions', 'MarketType') ?? '');
  if (market === 'capacity-block')
    return [
      unpriced(INSTANCES, 'they run on a Capacity Block, and only those of EKS node groups are matched with theirs'),
    ];
  if (market !== '' && market !== 'spot') return [unpriced(INSTANCES, 'the market is not decided by the template')];
  const chosen = context.costliest(choices);
  if (chosen === undefined) {
    const names = choices.map(({ instanceType }) => instanceType).join(' or ');
    return [
      unpriced(
        INSTANCES,
        `the price book has no price for ${names} here; headroom prices refresh --instance-type reads it`,
      ),
    ];
  }
  // Any of several types can run, and spot may not at all: nothing bounds the cost from below.
  const open = choices.length > 1 || market === 'spot';
  return [
    {
      kind: 'priced',
      dimension: INSTANCES,
      item: instanceItem(chosen.instanceType, 'onDemand'),
      quantity: exactly(open ? { ...chosen.units, min: 0 } : chosen.units),
      surge: exact(surge),
      // A number that can vary may be partly spot (an on-demand share of a fleet's capacity).
      ...(open || chosen.units.min < chosen.units.max ? {} : { coverable: true }),
    },
  ];
}

function extras(data: Value, choices: readonly InstanceChoice[], size: Range<number>): readonly Line[] {
  const lines: Line[] = [];
  const monitored = flagOf(field(data, 'Monitoring', 'Enabled'), 'Monitoring');
  if (monitored !== false) {
    const metrics = mapRange(size, (count, at) =>
      exact(monitored === true || at === 'max' ? count * METRICS_PER_INSTANCE : 0),
    );
    lines.push({
      kind: 'priced',
      dimension: 'detailedMonitoringMetrics',
      item: 'cloudwatch:metric',
      quantity: metrics,
    });
  }
  const placement = field(data, 'Placement');
  const onHosts = ['Affinity', 'HostId', 'HostResourceGroupArn'].some((name) => field(placement, name) !== undefined);
  if ((field(placement, 'Tenancy') ?? 'default') !== 'default' || onHosts)
    lines.push(unpriced('dedicatedTenancy', 'only shared tenancy is priced, without dedicated hosts'));
  return [...lines, ...cpuCredits(data, choices)];
}

/** T3 and T4g buy credits without a limit unless told otherwise, T2 only when told (EC2 user guide, unlimited mode). */
function cpuCredits(data: Value, choices: readonly InstanceChoice[]): readonly Line[] {
  const credits = literalText(field(data, 'CreditSpecification', 'CpuCredits') ?? '');
  if (credits === 'standard') return [];
  const families = new Set(
    choices.flatMap(
      ({ instanceType }) => /^(t2|t3|t4g)/.exec(instanceType)?.[1] ?? (/^t\d/.test(instanceType) ? '?' : []),
    ),
  );
  if (credits === '') families.delete('t2');
  // Usage is declared once for all that a resource launches, so the dearest family's price bounds it.
  const [family] = (['t2', 't3', 't4g'] as const).filter((name) => families.has(name));
  if (families.has('?')) return [unpriced('cpuCredits', 'CPU credits of this family are not priced')];
  return family === undefined ? [] : [usage('cpuCreditVcpuHours', `cpuCredits:${family}`)];
}

/** Fields of launch data, one put over another; those of `over` win. */
export function overlaid(under: Value, over: Readonly<Record<string, Value>>): Value {
  if (under instanceof Opaque) return under;
  const stated = Object.entries(over).filter(([, value]) => value !== undefined);
  return { ...(isMap(under) ? (under as Readonly<Record<string, Value>>) : {}), ...Object.fromEntries(stated) };
}
