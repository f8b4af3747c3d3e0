import { exact } from '../../../units/exact';
import { type Interval, overlap } from '../../../units/interval';
import type { Range } from '../../../units/range';
import { instanceItem } from '../../prices/items';
import { unknownFields, unknownProperties } from '../known-properties';
import { LAUNCH_OPTIONS } from '../launch-options';
import { zoneIdOf } from '../launch-zone';
import { free, type Line, type PricedLine, unpriced } from '../line';
import { chargeNodeAddresses } from '../node-addresses';
import { type NodeGroup, readNodeGroup } from '../node-group';
import { surgeOf } from '../node-group-surge';
import { chargeNodeVolumes } from '../node-volumes';
import type { Resource } from '../read-template';
import type { ReservedShare } from '../reservations';
import { field, flagOf, literalText, Opaque, textsOf } from '../template-value';
import { type ChargerContext, exactly } from './charger';

const INSTANCES = 'instanceHours';

/**
 * Instances, their volumes and public addresses at the group's smallest, planned and largest size. Spot counts nothing at
 * min and on demand above; capacity that runs on a reservation is billed with the reservation.
 */
export function chargeNodegroup(group: Resource, context: ChargerContext): readonly Line[] {
  const facts = readNodeGroup(group, context.assembly);
  if (facts.size instanceof Opaque) return [unpriced(INSTANCES, facts.size.reason)];
  const size = facts.capacityType === 'SPOT' ? { ...facts.size, min: 0 } : facts.size;
  const surge = context.reservedShare(group)?.kind === 'listed' ? 0 : surgeOf(group, facts.size.max);
  return [
    ...instances(group, facts, size, surge, context),
    ...whileReserved(
      [...chargeNodeVolumes(group, facts, size, surge, context), ...chargeNodeAddresses(group, facts, size, context)],
      context.reservedShare(group),
      context,
    ),
    ...extras(group, facts),
  ];
}

/** What comes with a node is there only while the node can be: where it runs on a reservation or nowhere, while that holds. */
function whileReserved(
  lines: readonly Line[],
  share: ReservedShare | undefined,
  { active }: ChargerContext,
): readonly Line[] {
  if (share?.kind !== 'listed' || !share.only) return lines;
  const held = joined(share.spans).flatMap((span) => overlap(active, span) ?? []);
  const always = held.length === 1 && held[0]?.start === active.start && held[0].end === active.end;
  if (always) return lines;
  return lines.flatMap((line): readonly Line[] =>
    line.kind === 'priced' ? held.map((during) => ({ ...line, during })) : [line],
  );
}

/** Spans that touch, as one. */
function joined(spans: readonly Interval[]): readonly Interval[] {
  const whole: Interval[] = [];
  for (const { start, end } of spans) {
    const last = whole.at(-1);
    if (last?.end === start) whole[whole.length - 1] = { start: last.start, end };
    else whole.push({ start, end });
  }
  return whole;
}

function instances(
  group: Resource,
  facts: NodeGroup,
  size: Range<number>,
  surge: number,
  context: ChargerContext,
): readonly Line[] {
  const { instanceTypes, capacityType } = facts;
  if (capacityType instanceof Opaque) return [unpriced(INSTANCES, capacityType.reason)];
  if (instanceTypes instanceof Opaque) return [unpriced(INSTANCES, instanceTypes.reason)];
  const os = operatingSystem(group);
  if (os instanceof Opaque) return [unpriced(INSTANCES, os.reason)];
  const type = context.dearest(instanceTypes);
  if (type === undefined)
    return [unpriced(INSTANCES, `the price book has no price for ${instanceTypes.join(' or ')} here`)];
  // With several types any of them can run: the dearest bounds the cost from above, nothing bounds it from below.
  const quantity = exactly(instanceTypes.length > 1 ? { ...size, min: 0 } : size);
  const zone = zoneIdOf(group.property('Subnets'), context.assembly);
  const line: PricedLine = {
    kind: 'priced',
    dimension: INSTANCES,
    item: instanceItem(type, 'onDemand'),
    quantity,
    surge: exact(surge),
    ...(instanceTypes.length === 1 && capacityType === 'ON_DEMAND' ? { coverable: true } : {}),
    ...(zone === undefined ? {} : { availabilityZoneId: zone }),
  };
  const share = context.reservedShare(group);
  return share === undefined ? [line] : onReservation(line, size, share, context);
}

/** The reservation bills what it holds; the group what goes beyond, and what runs before and after it. */
function onReservation(
  line: PricedLine,
  size: Range<number>,
  share: ReservedShare,
  { active }: ChargerContext,
): readonly Line[] {
  if (share.kind === 'unlisted') return [unpriced(INSTANCES, share.reason)];
  const lines: Line[] = [free(`runs on the reservation ${share.id}, which is billed whether it is used or not`)];
  for (const { over, ...span } of share.spans) {
    const during = overlap(active, span);
    if (during !== undefined && over.max > 0) lines.push({ ...line, quantity: exactly(over), during });
  }
  if (share.only) return lines;
  const most = exactly({ min: 0, plan: 0, max: size.max });
  return [...lines, ...between(active, joined(share.spans)).map((during) => ({ ...line, quantity: most, during }))];
}

/** What is left of an interval without spans that are in order of time. */
function between(whole: Interval, spans: readonly Interval[]): readonly Interval[] {
  const edges = [whole.start, ...spans.flatMap(({ start, end }) => [start, end]), whole.end];
  const gaps = edges.flatMap((start, index) =>
    index % 2 === 0 ? [{ start, end: edges[index + 1] ?? whole.end }] : [],
  );
  return gaps.flatMap((gap) => overlap(whole, gap) ?? []);
}

function operatingSystem(group: Resource): 'linux' | Opaque {
  const types = textsOf(group.property('AmiType') ?? 'AL2023_x86_64_STANDARD', 'AmiType');
  if (types instanceof Opaque) return types;
  return types.some((type) => type.startsWith('WINDOWS')) ? new Opaque('only Linux nodes are priced') : 'linux';
}

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN_PROPERTIES = new Set([
  'AmiType',
  'CapacityType',
  'ClusterName',
  'DiskSize',
  'ForceUpdateEnabled',
  'InstanceTypes',
  'Labels',
  'LaunchTemplate',
  'NodeRepairConfig',
  'NodeRole',
  'NodegroupName',
  'ReleaseVersion',
  'RemoteAccess',
  'ScalingConfig',
  'Subnets',
  'Tags',
  'Taints',
  'UpdateConfig',
  'Version',
  'WarmPoolConfig',
]);

/** Any of these puts the nodes on dedicated hosts, whatever the tenancy says. */
const HOST_PLACEMENT = ['Affinity', 'HostId', 'HostResourceGroupArn'];

/** What costs something apart, and options that nobody has looked at. */
function extras(group: Resource, { launchTemplate, instanceTypes }: NodeGroup): readonly Line[] {
  const lines: Line[] = [];
  if (flagOf(field(launchTemplate, 'Monitoring', 'Enabled'), 'Monitoring') !== false) {
    lines.push(unpriced('detailedMonitoring', 'detailed monitoring is billed by metric and not priced'));
  }
  const tenancy = field(launchTemplate, 'Placement', 'Tenancy') ?? 'default';
  const onHosts = HOST_PLACEMENT.some((name) => field(launchTemplate, 'Placement', name) !== undefined);
  if (tenancy !== 'default' || onHosts)
    lines.push(unpriced('dedicatedTenancy', 'only shared tenancy is priced, without dedicated hosts'));
  if (flagOf(field(group.property('WarmPoolConfig'), 'Enabled'), 'WarmPoolConfig') !== false) {
    lines.push(unpriced('warmPool', 'the instances of a warm pool are not priced'));
  }
  if (field(launchTemplate, 'ImageId') !== undefined) {
    lines.push(
      unpriced('imageSoftware', 'what the software of the image costs is not known; only the AMIs of EKS are priced'),
    );
  }
  const burstable = !(instanceTypes instanceof Opaque) && instanceTypes.some((type) => /^t\d/.test(type));
  if (burstable && literalText(field(launchTemplate, 'CreditSpecification', 'CpuCredits')) !== 'standard') {
    lines.push(unpriced('cpuCredits', 'burstable nodes buy CPU credits without a limit unless CpuCredits is standard'));
  }
  return [
    ...lines,
    ...unknownFields(launchTemplate, 'launch', LAUNCH_OPTIONS),
    ...unknownProperties(group, 'nodegroup', KNOWN_PROPERTIES),
  ];
}
