import { readNodeGroup } from '../budget/bill/node-group';
import { surgeOf } from '../budget/bill/node-group-surge';
import type { Assembly, Resource } from '../budget/bill/read-template';
import { countOf, field, listOf, literalText, Opaque, type Value } from '../budget/bill/template-value';
import { NODE_LABEL } from '../catalog/node';
import type { Place } from './need';
import type { QuotaMarket } from './vcpus';

/** Nodes of one group at their most: the ceiling of its size, and the spares of an update. */
export interface NodeDemand extends Place {
  /** Construct path of its stack without the last part: the cell. */
  readonly cell: string;
  readonly name: string;
  readonly instanceTypes: readonly string[];
  readonly market: QuotaMarket;
  readonly most: number;
  readonly surge: number;
  readonly interfacesPerNode: number;
  readonly gp3GibibytesPerNode: number;
  readonly zones: readonly string[];
  /** An id, stack path and logical id of a reservation that a template creates, or the ARN of a resource group. */
  readonly reservationId: string | undefined;
  /** False for nodes that Karpenter starts. */
  readonly inNodeGroup: boolean;
}

/** What a template says of a node group; a sentence when it does not say enough. */
export function nodeDemand(group: Resource, assembly: Assembly, zonesOfCell: readonly string[]): NodeDemand | string {
  const { size, instanceTypes, capacityType, launchTemplate, target } = readNodeGroup(group, assembly);
  const gp3 = gp3PerNode(launchTemplate);
  for (const part of [size, instanceTypes, capacityType, target, gp3]) if (part instanceof Opaque) return part.reason;
  if (size instanceof Opaque || instanceTypes instanceof Opaque || gp3 instanceof Opaque) return 'it cannot be read';
  const { stack } = group;
  const label = literalText(field(group.property('Labels'), NODE_LABEL.nodeGroup));
  return {
    account: stack.account,
    region: stack.region,
    cell: stack.path.split('/').slice(0, -1).join('/'),
    name: label ?? group.logicalId,
    instanceTypes,
    market: capacityType === 'SPOT' ? 'spot' : capacityType === 'CAPACITY_BLOCK' ? 'capacityBlock' : 'onDemand',
    most: size.max,
    surge: surgeOf(group, size.max),
    interfacesPerNode: interfacesPerNode(launchTemplate),
    gp3GibibytesPerNode: gp3,
    zones: zonesOf(group, assembly, zonesOfCell),
    reservationId: target === undefined || target instanceof Opaque ? undefined : target.id,
    inNodeGroup: true,
  };
}

/** Without a list of interfaces a node starts with one. */
function interfacesPerNode(launchTemplate: Value): number {
  const interfaces = listOf(field(launchTemplate, 'NetworkInterfaces'), 'NetworkInterfaces');
  return interfaces instanceof Opaque ? 1 : Math.max(1, interfaces.length);
}

function gp3PerNode(launchTemplate: Value): number | Opaque {
  const mappings = listOf(field(launchTemplate, 'BlockDeviceMappings'), 'BlockDeviceMappings');
  if (mappings instanceof Opaque) return mappings;
  let total = 0;
  for (const mapping of mappings) {
    if (literalText(field(mapping, 'Ebs', 'VolumeType')) !== 'gp3') continue;
    const size = countOf(field(mapping, 'Ebs', 'VolumeSize'), 'VolumeSize');
    if (size instanceof Opaque) return size;
    total += size.max;
  }
  return total;
}

/** Of the subnets where the templates make them; given ones stand in the order of the cell's zones. */
function zonesOf(group: Resource, assembly: Assembly, zonesOfCell: readonly string[]): readonly string[] {
  const subnets = listOf(group.property('Subnets'), 'Subnets');
  if (subnets instanceof Opaque) return zonesOfCell;
  return subnets.map((subnet, index) => zoneOf(subnet, assembly) ?? zonesOfCell[index] ?? zonesOfCell[0] ?? '');
}

/** Undefined for a subnet that no template makes. */
export function zoneOf(subnet: Value, assembly: Assembly): string | undefined {
  const resource = subnet instanceof Opaque ? assembly.resourceAt(subnet.target) : undefined;
  return resource === undefined ? undefined : literalText(resource.property('AvailabilityZone'));
}
