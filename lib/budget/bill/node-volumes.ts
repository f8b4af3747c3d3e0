import { type Exact, exact } from '../../units/exact';
import { mapRange, type Range } from '../../units/range';
import type { Item } from '../prices/items';
import type { ChargerContext } from './chargers/charger';
import { unknownFields } from './known-properties';
import { type Line, unpriced } from './line';
import type { NodeGroup } from './node-group';
import type { Resource } from './read-template';
import { countOf, field, flagOf, listOf, literalText, Opaque, textsOf, type Value } from './template-value';

/** What a gp3 volume has without paying for more (EBS user guide). */
const GP3_IOPS = 3000;
const GP3_MEBIBYTES_PER_SECOND = 125;
const STORAGE = 'volumeStorage';

/** Fields of a mapping and of its volume that cost nothing, or that are billed or refused here. */
const KNOWN_MAPPING = new Set(['DeviceName', 'Ebs', 'NoDevice', 'VirtualName']);
const KNOWN_EBS = new Set([
  'DeleteOnTermination',
  'EbsCardIndex',
  'Encrypted',
  'Iops',
  'KmsKeyId',
  'SnapshotId',
  'Throughput',
  'VolumeInitializationRate',
  'VolumeSize',
  'VolumeType',
]);

/** One kind of paid volume capacity, summed over a node's volumes. */
export interface PerNode {
  readonly dimension: string;
  readonly item: Item;
  readonly units: Range<number>;
}

/** The volumes of every node: storage, and IOPS and throughput above what gp3 includes. */
export function chargeNodeVolumes(
  group: Resource,
  facts: NodeGroup,
  size: Range<number>,
  surge: number,
  context: ChargerContext,
): readonly Line[] {
  const { launchTemplate } = facts;
  if (launchTemplate instanceof Opaque) return [unpriced(STORAGE, launchTemplate.reason)];
  const stated = field(launchTemplate, 'BlockDeviceMappings');
  if (stated === undefined) return [undecidedRoot(size, context)];
  const mappings = listOf(stated, 'BlockDeviceMappings');
  if (mappings instanceof Opaque) return [unpriced(STORAGE, mappings.reason)];
  const lines = volumeLines(mappings, size, surge);
  // What is mapped is billed whether or not the root volume is among it.
  return namesRoot(group, mappings) ? lines : merged([...lines, undecidedRoot(size, context)]);
}

/** Volumes of instances whose image may have a root volume that no mapping names. */
export interface InstanceVolumes {
  readonly mappings: readonly Value[] | Opaque;
  /** Device names that stand for the root volume; none: the image's own is not billed here. */
  readonly rootNames: readonly string[];
  readonly size: Range<number>;
  readonly surge: number;
}

/** The volumes of launched instances; a root volume without a written size is what the image makes it. */
export function chargeVolumes(
  { mappings, rootNames, size, surge }: InstanceVolumes,
  context: ChargerContext,
): readonly Line[] {
  if (mappings instanceof Opaque) return [unpriced(STORAGE, mappings.reason)];
  const isRoot = (mapping: Value) => rootNames.includes(literalText(field(mapping, 'DeviceName')) ?? '');
  const sized = mappings.filter((one) => !isRoot(one) || field(one, 'Ebs', 'VolumeSize') !== undefined);
  const named = sized.some(isRoot) || rootNames.length === 0;
  const lines = volumeLines(sized, size, surge);
  return named ? lines : merged([...lines, undecidedRoot(size, context)]);
}

/** Two lines of one dimension and item are told apart by their basis. */
function merged(lines: readonly Line[]): readonly Line[] {
  return lines.map((line) =>
    line.kind === 'priced' && line.basis === 'assumption' ? { ...line, dimension: 'rootVolumeStorage' } : line,
  );
}

/** The mapped volumes of so many nodes. */
export function volumeLines(mappings: readonly Value[] | Opaque, size: Range<number>, surge: number): readonly Line[] {
  if (mappings instanceof Opaque) return [unpriced(STORAGE, mappings.reason)];
  const volumes = mappings.map((mapping) => field(mapping, 'Ebs')).filter((ebs) => ebs !== undefined);
  const parts = volumes.map(partsOf);
  const unknown = parts.find((part) => part instanceof Opaque);
  if (unknown instanceof Opaque) return [unpriced(STORAGE, unknown.reason)];
  const lines = summed(parts.flatMap((part) => (part instanceof Opaque ? [] : part))).map(
    ({ dimension, item, units }): Line => ({
      kind: 'priced',
      dimension,
      item,
      quantity: mapRange(size, (nodes, at) => exact(nodes).mul(exact(units[at]))),
      surge: exact(surge).mul(exact(units.max)),
    }),
  );
  return [...lines, ...leftBehind(volumes), ...extras(mappings, volumes)];
}

/** Whether mappings name every volume that the group's image has of its own. */
function namesRoot(group: Resource, mappings: readonly Value[]): boolean {
  const volumes = mappings.filter((mapping) => field(mapping, 'Ebs') !== undefined);
  const names = new Set(volumes.map((mapping) => literalText(field(mapping, 'DeviceName'))));
  const amiType = literalText(group.property('AmiType')) ?? '';
  if (amiType.startsWith('BOTTLEROCKET')) return ['/dev/xvda', '/dev/xvdb'].every((name) => names.has(name));
  // Amazon Linux has one root volume; another image may have the other usual name.
  return names.has('/dev/xvda') || (amiType === 'CUSTOM' && names.has('/dev/sda1'));
}

function undecidedRoot(size: Range<number>, context: ChargerContext): Line {
  const gibibytes = context.declared('rootGiB');
  if (gibibytes === undefined) {
    return unpriced(
      STORAGE,
      'the AMI decides the size of the root volume; map it in a launch template or declare rootGiB',
    );
  }
  const quantity = mapRange(gibibytes, (each: Exact, at) => each.mul(exact(size[at])));
  return { kind: 'priced', dimension: STORAGE, item: 'gp3:storage', quantity, basis: 'assumption' };
}

function partsOf(ebs: Value): readonly PerNode[] | Opaque {
  return volumeParts(ebs, field(ebs, 'VolumeSize'));
}

/** What one volume is billed for; `ebs` has its VolumeType, Iops and Throughput. */
export function volumeParts(ebs: Value, size: Value): readonly PerNode[] | Opaque {
  const gibibytes = countOf(size, 'VolumeSize');
  if (gibibytes instanceof Opaque) return gibibytes;
  const types = textsOf(field(ebs, 'VolumeType') ?? 'gp2', 'VolumeType');
  if (types instanceof Opaque) return types;
  const [type = '', ...others] = types;
  if (others.length > 0) return new Opaque('the volume type is not decided by the template');
  if (type === 'gp3') return gp3(ebs, gibibytes);
  if (type === 'io1' || type === 'io2') return provisioned(type, ebs, gibibytes);
  const item = BY_TYPE[type];
  return item === undefined
    ? new Opaque(`volumes of type ${type} are not priced`)
    : [{ dimension: STORAGE, item, units: gibibytes }];
}

/** Types that are billed for their size alone; magnetic volumes are billed for requests too, and are not here. */
const BY_TYPE: Readonly<Record<string, Item>> = { gp2: 'gp2:storage', st1: 'st1:storage', sc1: 'sc1:storage' };

function gp3(ebs: Value, gibibytes: Range<number>): readonly PerNode[] | Opaque {
  const iops = above(field(ebs, 'Iops'), 'Iops', GP3_IOPS);
  const throughput = above(field(ebs, 'Throughput'), 'Throughput', GP3_MEBIBYTES_PER_SECOND);
  if (iops instanceof Opaque) return iops;
  if (throughput instanceof Opaque) return throughput;
  return [
    { dimension: STORAGE, item: 'gp3:storage', units: gibibytes },
    { dimension: 'volumeIops', item: 'gp3:iops', units: iops },
    { dimension: 'volumeThroughput', item: 'gp3:throughput', units: throughput },
  ];
}

function provisioned(type: 'io1' | 'io2', ebs: Value, gibibytes: Range<number>): readonly PerNode[] | Opaque {
  const iops = countOf(field(ebs, 'Iops'), 'Iops');
  if (iops instanceof Opaque) return iops;
  return [
    { dimension: STORAGE, item: `${type}:storage`, units: gibibytes },
    { dimension: 'volumeIops', item: `${type}:iops`, units: iops },
  ];
}

function above(value: Value, what: string, included: number): Range<number> | Opaque {
  const count = countOf(value ?? included, what);
  return count instanceof Opaque ? count : mapRange(count, (units) => Math.max(0, units - included));
}

/** One line for each item; those that come to nothing are left out. */
function summed(parts: readonly PerNode[]): readonly PerNode[] {
  const byItem = new Map<Item, PerNode>();
  for (const part of parts) {
    const before = byItem.get(part.item);
    const units = before === undefined ? part.units : mapRange(part.units, (value, at) => value + before.units[at]);
    byItem.set(part.item, { ...part, units });
  }
  return [...byItem.values()].filter(({ units }) => units.max > 0);
}

/** Volumes that outlive their nodes pile up, and no size of the group bounds how many. */
function leftBehind(volumes: readonly Value[]): readonly Line[] {
  const kept = volumes.some((ebs) => flagOf(field(ebs, 'DeleteOnTermination') ?? true, 'DeleteOnTermination') !== true);
  return kept
    ? [unpriced('volumesLeftBehind', 'volumes that outlive their nodes are not bounded; set DeleteOnTermination')]
    : [];
}

/** What is paid for apart from the volume itself, and fields that nobody has looked at; each named once for all volumes. */
function extras(mappings: readonly Value[], volumes: readonly Value[]): readonly Line[] {
  const initialized = volumes.some((ebs) => field(ebs, 'VolumeInitializationRate') !== undefined);
  const unknown = [
    ...mappings.flatMap((mapping) => unknownFields(mapping, 'mapping', KNOWN_MAPPING)),
    ...volumes.flatMap((ebs) => unknownFields(ebs, 'volume', KNOWN_EBS)),
  ];
  return [
    ...(initialized
      ? [unpriced('volumeInitialization', 'initialization at a rate is billed by gigabyte and not priced')]
      : []),
    ...new Map(unknown.map((line) => [line.dimension, line])).values(),
  ];
}
