import type { Range } from '../../units/range';
import type { Assembly, Resource } from './read-template';
import {
  alternatives,
  countOf,
  field,
  isMap,
  listOf,
  literalText,
  Opaque,
  textsOf,
  type Value,
} from './template-value';

/** EKS's own default when neither the group nor its launch template names a type (EKS user guide). */
const DEFAULT_INSTANCE_TYPE = 't3.medium';

export type CapacityType = 'ON_DEMAND' | 'SPOT' | 'CAPACITY_BLOCK';

/** The reservation that a group's launch template targets. */
export interface ReservationTarget {
  /** `resourceGroup`: whichever of its reservations has room. */
  readonly kind: 'reservation' | 'resourceGroup';
  /** An id, stack path and logical id of a reservation that a template creates, or the ARN of a resource group. */
  readonly id: string;
  /** Nodes run there or nowhere. */
  readonly only: boolean;
}

/** What the template says about the nodes of an `AWS::EKS::Nodegroup`. */
export interface NodeGroup {
  readonly size: Range<number> | Opaque;
  readonly instanceTypes: readonly string[] | Opaque;
  readonly capacityType: CapacityType | Opaque;
  /** LaunchTemplateData; undefined when the group has no launch template. */
  readonly launchTemplate: Value;
  readonly target: ReservationTarget | Opaque | undefined;
}

export function readNodeGroup(group: Resource, assembly: Assembly): NodeGroup {
  const launchTemplate = launchTemplateOf(group.property('LaunchTemplate'), assembly);
  const capacityType = capacityTypeOf(group, launchTemplate);
  return {
    size: sizeOf(group, capacityType),
    instanceTypes: instanceTypesOf(
      group.property('InstanceTypes'),
      field(launchTemplate, 'InstanceType'),
      field(launchTemplate, 'InstanceRequirements') !== undefined,
    ),
    capacityType,
    launchTemplate,
    target: targetOf(launchTemplate, capacityType),
  };
}

function sizeOf(group: Resource, capacityType: CapacityType | Opaque): Range<number> | Opaque {
  const scaling = group.property('ScalingConfig');
  if (scaling === undefined) return new Opaque('ScalingConfig is missing, so EKS decides how many nodes run');
  const min = countOf(field(scaling, 'MinSize'), 'MinSize');
  const max = countOf(field(scaling, 'MaxSize'), 'MaxSize');
  if (min instanceof Opaque) return min;
  if (max instanceof Opaque) return max;
  const plan = plannedSize(group, field(scaling, 'DesiredSize'), max.max, capacityType === 'CAPACITY_BLOCK');
  if (plan instanceof Opaque) return plan;
  return min.min <= plan && plan <= max.max
    ? { min: min.min, plan, max: max.max }
    : new Opaque(`the sizes ${min.min}, ${plan} and ${max.max} are not in order`);
}

/**
 * An autoscaler's group has no desired size: the plan stands in the metadata, and where it does not, the most counts. Where
 * both are written they must agree, for nothing says which of the two was forgotten; only the nodes of a Capacity Block wait
 * for its start at a desired size of 0.
 */
function plannedSize(group: Resource, desired: Value, most: number, isBlock: boolean): number | Opaque {
  const headroom = group.metadata.Headroom;
  const noted = isMap(headroom) ? headroom.plannedSize : group.metadata['Headroom.plannedSize'];
  const planned = noted === undefined ? undefined : countOf(noted as Value, 'Headroom.plannedSize');
  if (planned instanceof Opaque) return planned;
  if (desired === undefined) return planned?.plan ?? most;
  const count = countOf(desired, 'DesiredSize');
  if (count instanceof Opaque) return count;
  if (isBlock && count.max === 0 && planned !== undefined) return planned.plan;
  return planned === undefined || planned.plan === count.plan
    ? count.plan
    : new Opaque(`DesiredSize and plannedSize disagree: ${count.plan} and ${planned.plan}`);
}

function launchTemplateOf(reference: Value, assembly: Assembly): Value {
  if (reference === undefined) return undefined;
  const id = field(reference, 'Id');
  const version = field(reference, 'Version');
  const resource = id instanceof Opaque ? assembly.resourceAt(id.target) : undefined;
  if (resource?.type !== 'AWS::EC2::LaunchTemplate') {
    return new Opaque('the launch template is not among these templates; refer to it by its Ref');
  }
  const ofIt = version instanceof Opaque && assembly.resourceAt(version.target) === resource;
  const latest = literalText(version) === '$Latest' || (ofIt && version.target?.attribute === 'LatestVersionNumber');
  return latest
    ? resource.property('LaunchTemplateData')
    : new Opaque('the launch template is used in a version that is not the one written here; use LatestVersionNumber');
}

function instanceTypesOf(onGroup: Value, onTemplate: Value, byRequirements: boolean): readonly string[] | Opaque {
  if (onGroup !== undefined && !isEmptyList(onGroup)) {
    const names = alternatives(onGroup).map((list) => eachText(listOf(list, 'InstanceTypes')));
    return (
      names.find((list) => list instanceof Opaque) ??
      unique(names.flatMap((list) => (list instanceof Opaque ? [] : list)))
    );
  }
  if (byRequirements) return new Opaque('the instance types are chosen by requirements, so nothing bounds their price');
  return onTemplate === undefined ? [DEFAULT_INSTANCE_TYPE] : textsOf(onTemplate, 'InstanceType');
}

/** An empty list leaves the type to the launch template, as none does. */
function isEmptyList(value: Value): boolean {
  return Array.isArray(value) && value.length === 0;
}

function eachText(list: readonly Value[] | Opaque): readonly string[] | Opaque {
  if (list instanceof Opaque) return list;
  const texts = list.map((element) => textsOf(element, 'an instance type'));
  const unknown = texts.find((text) => text instanceof Opaque);
  if (unknown instanceof Opaque) return unknown;
  // In one of several alternatives only: what the launch template says instead is then not known.
  return list.length === 0
    ? new Opaque('whether InstanceTypes is empty is decided at deployment')
    : texts.flatMap((text) => (text instanceof Opaque ? [] : text));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

function capacityTypeOf(group: Resource, launchTemplate: Value): CapacityType | Opaque {
  const market = textsOf(field(launchTemplate, 'InstanceMarketOptions', 'MarketType') ?? '', 'MarketType');
  const stated = textsOf(group.property('CapacityType') ?? 'ON_DEMAND', 'CapacityType');
  if (market instanceof Opaque) return market;
  if (stated instanceof Opaque) return stated;
  const said = [...market, ...stated];
  if (said.includes('CAPACITY_BLOCK') || said.includes('capacity-block')) return 'CAPACITY_BLOCK';
  // Undecided between spot and on demand: as spot, which counts nothing at min and the same at max.
  if (said.includes('SPOT') || said.includes('spot')) return 'SPOT';
  return stated.every((text) => text === 'ON_DEMAND')
    ? 'ON_DEMAND'
    : new Opaque(`the capacity type ${stated.join(' or ')} is unknown`);
}

function targetOf(launchTemplate: Value, capacityType: CapacityType | Opaque): ReservationTarget | Opaque | undefined {
  const specification = field(launchTemplate, 'CapacityReservationSpecification');
  const id = field(specification, 'CapacityReservationTarget', 'CapacityReservationId');
  const arn = field(specification, 'CapacityReservationTarget', 'CapacityReservationResourceGroupArn');
  const only =
    capacityType === 'CAPACITY_BLOCK' ||
    literalText(field(specification, 'CapacityReservationPreference')) === 'capacity-reservations-only';
  if (arn !== undefined) {
    const name = literalText(arn);
    return name === undefined
      ? new Opaque('the targeted resource group is not decided by the template')
      : { kind: 'resourceGroup', id: name, only };
  }
  const kind = 'reservation';
  const text = literalText(id);
  if (text !== undefined) return { kind, id: text, only };
  if (id instanceof Opaque)
    return id.target === undefined ? id : { kind, id: `${id.target.stack}/${id.target.logicalId}`, only };
  if (id !== undefined) return new Opaque('the targeted reservation is not decided by the template');
  return only ? new Opaque('the group runs on reserved capacity only but names no reservation') : undefined;
}
