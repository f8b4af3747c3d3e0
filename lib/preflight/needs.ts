import { type Assembly, type Resource, readTemplates } from '../budget/bill/read-template';
import type { StackTemplate } from '../budget/bill/stack-template';
import { countOf, listOf, literalText, Opaque } from '../budget/bill/template-value';
import type { Catalog } from '../catalog/catalog';
import { ADDRESSES_PER_NODE } from '../constructs/address-plan';
import type { CellPlan } from '../planner/plan';
import type { Cell } from '../workload/cell';
import { bootstrapNeeds } from './bootstrap';
import type { Need, Place } from './need';
import { type NodeDemand, nodeDemand, zoneOf } from './node-demand';
import { nodePoolDemands } from './node-pools';
import { QuotaSums } from './quota-sums';
import { vcpuQuota, vcpusOf } from './vcpus';

export interface NeedsInput {
  readonly cells: readonly Cell[];
  /** The templates of the plan: what will be deployed, nodes at their ceilings included. */
  readonly stacks: readonly StackTemplate[];
  readonly catalog: Catalog;
  /** For nodes that no template has: Karpenter's. @default - none */
  readonly plans?: readonly CellPlan[];
}

/** Interfaces that EKS puts into a cluster's subnets: two to four (EKS User Guide). */
const INTERFACES_PER_CLUSTER = 4;
const GIBIBYTES_PER_TEBIBYTE = 1024;

/**
 * What an account must have before the templates of a plan can be deployed, summed over everything that shares an account and
 * a region, at the most nodes and while they are replaced.
 */
export function needsOf({ cells, stacks, catalog, plans = [] }: NeedsInput): readonly Need[] {
  const assembly = readTemplates(stacks);
  const resources = assembly.stacks
    .flatMap((stack) => stack.resources)
    .filter(({ created }) => created.plan || !created.decided);
  const groups = resources
    .filter(({ type }) => type === 'AWS::EKS::Nodegroup')
    .map((group) => ({ group, demand: nodeDemand(group, assembly, zonesOf(group, cells)) }));
  const nodes = [
    ...groups.flatMap(({ demand }) => (typeof demand === 'string' ? [] : [demand])),
    ...nodePoolDemands(cells, plans, catalog),
  ];
  const sums = new QuotaSums();
  for (const demand of nodes) addNodes(sums, demand, catalog);
  for (const resource of resources) addResource(sums, resource, assembly);
  for (const resource of resources) addUnused(sums, resource, nodes, catalog);
  return [
    ...sums.needs(),
    ...offerings(nodes),
    ...bootstrapNeeds(stacks),
    ...subnets(cells, nodes),
    ...reservations(nodes),
    ...resourceGroups(nodes),
    ...groups.flatMap(({ group, demand }): readonly Need[] =>
      typeof demand === 'string'
        ? [{ kind: 'readable', ...placeOf(group), what: `${group.stack.path}, ${group.logicalId}`, reason: demand }]
        : [],
    ),
  ];
}

function addNodes(sums: QuotaSums, demand: NodeDemand, catalog: Catalog): void {
  const { cell, name, market, most, surge, interfacesPerNode, gp3GibibytesPerNode } = demand;
  const all = most + surge;
  if (all === 0) return;
  for (const [quota, types] of byQuota(demand)) {
    const vcpus = types.map((type) => vcpusOf(type, catalog));
    // Any of the types may run: the largest bounds them.
    const each =
      market === 'capacityBlock' ? 1 : vcpus.includes(undefined) ? Number.NaN : Math.max(...vcpus.map(Number));
    const spares = surge === 0 ? '' : `, ${surge} of them while they are replaced`;
    sums.add(demand, quota, '', each * all, `${cell}: ${all} × ${types.join(' or ')}${spares}`);
  }
  if (interfacesPerNode > 0)
    sums.add(
      demand,
      'networkInterfaces',
      '',
      all * interfacesPerNode,
      `${cell}: ${all} × ${interfacesPerNode} of ${name}`,
    );
  const gibibytes = all * gp3GibibytesPerNode;
  if (gibibytes > 0) {
    sums.add(
      demand,
      'gp3',
      '',
      gibibytes / GIBIBYTES_PER_TEBIBYTE,
      `${cell}: ${all} × ${gp3GibibytesPerNode} GiB of ${name}`,
    );
  }
  if (demand.inNodeGroup) sums.add(demand, 'nodesPerGroup', `${cell}, ${name}`, most, `${most} at most`);
}

function byQuota({ instanceTypes, market }: NodeDemand): ReadonlyMap<ReturnType<typeof vcpuQuota>, readonly string[]> {
  const types = new Map<ReturnType<typeof vcpuQuota>, readonly string[]>();
  for (const type of instanceTypes) {
    const quota = vcpuQuota(type, market);
    types.set(quota, [...(types.get(quota) ?? []), type]);
  }
  return types;
}

function addResource(sums: QuotaSums, resource: Resource, assembly: Assembly): void {
  const place = placeOf(resource);
  const { path } = resource.stack;
  switch (resource.type) {
    case 'AWS::EC2::VPC':
      sums.add(place, 'vpcs', '', 1, path);
      break;
    case 'AWS::EC2::EIP':
      sums.add(place, 'elasticAddresses', '', 1, path);
      break;
    case 'AWS::EC2::NatGateway':
      sums.add(place, 'natGateways', zoneOf(resource.property('SubnetId'), assembly) ?? 'a zone', 1, path);
      sums.add(place, 'networkInterfaces', '', 1, `${path}: a NAT gateway`);
      break;
    case 'AWS::EC2::VPCEndpoint': {
      if (literalText(resource.property('VpcEndpointType')) !== 'Interface') break;
      const list = listOf(resource.property('SubnetIds'), 'SubnetIds');
      sums.add(
        place,
        'networkInterfaces',
        '',
        list instanceof Opaque ? Number.NaN : list.length,
        `${path}: an endpoint`,
      );
      break;
    }
    case 'AWS::EKS::Cluster':
      sums.add(place, 'clusters', '', 1, path);
      sums.add(place, 'networkInterfaces', '', INTERFACES_PER_CLUSTER, `${path}: the control plane`);
      break;
    case 'AWS::EKS::Nodegroup':
      sums.add(place, 'nodeGroups', path.split('/').slice(0, -1).join('/'), 1, path);
      break;
    default:
  }
}

/** What a created reservation holds beyond the nodes that run in it: it draws on the quota from its deployment on. */
function addUnused(sums: QuotaSums, resource: Resource, nodes: readonly NodeDemand[], catalog: Catalog): void {
  if (resource.type !== 'AWS::EC2::CapacityReservation') return;
  const { stack, logicalId } = resource;
  const type = literalText(resource.property('InstanceType')) ?? '';
  const count = countOf(resource.property('InstanceCount'), 'InstanceCount');
  const held = count instanceof Opaque ? Number.NaN : count.max;
  const users = nodes.filter(({ reservationId }) => reservationId === `${stack.path}/${logicalId}`);
  const unused = held - users.reduce((sum, { most, surge }) => sum + most + surge, 0);
  if (unused <= 0) return;
  const vcpus = unused * (vcpusOf(type, catalog) ?? Number.NaN);
  sums.add(
    placeOf(resource),
    vcpuQuota(type, 'onDemand'),
    '',
    vcpus,
    `${stack.path}: ${unused} × ${type} reserved and unused`,
  );
}

function offerings(nodes: readonly NodeDemand[]): readonly Need[] {
  return unique(
    nodes.flatMap(({ account, region, instanceTypes, zones }) =>
      instanceTypes.flatMap((instanceType) =>
        zones.map((zone): Need => ({ kind: 'offering', account, region, instanceType, zone })),
      ),
    ),
  );
}

/** Room in subnets of a given network; those of a cell's own are cut to the plan. */
function subnets(cells: readonly Cell[], nodes: readonly NodeDemand[]): readonly Need[] {
  return cells.flatMap(({ id, account, region, network, availabilityZones }) => {
    if (network.kind !== 'existing') return [];
    return network.privateSubnetIds.map((subnetId, index): Need => {
      const zone = availabilityZones[index] ?? '';
      const here = nodes.filter(({ cell, zones }) => cell === id && zones.includes(zone));
      const most = here.reduce((sum, { most: of, surge }) => sum + of + surge, 0);
      const addresses = most * ADDRESSES_PER_NODE + INTERFACES_PER_CLUSTER;
      return { kind: 'subnet', account, region, subnetId, vpcId: network.vpcId, zone, addresses };
    });
  });
}

function reservations(nodes: readonly NodeDemand[]): readonly Need[] {
  const targeted = nodes.filter(({ reservationId }) => reservationId?.startsWith('cr-'));
  const ids = [...new Set(targeted.map(({ reservationId }) => reservationId))];
  return ids.flatMap((id): readonly Need[] => {
    const users = targeted.filter(({ reservationId }) => reservationId === id);
    const [first] = users;
    if (first === undefined || id === undefined) return [];
    return [
      {
        kind: 'reservation',
        account: first.account,
        region: first.region,
        id,
        market: first.market === 'capacityBlock' ? 'capacityBlock' : 'onDemand',
        instanceType: first.instanceTypes[0] ?? '',
        zone: first.zones[0] ?? '',
        instances: users.reduce((sum, { most }) => sum + most, 0),
      },
    ];
  });
}

/** Which reservations a resource group holds is not asked. */
function resourceGroups(nodes: readonly NodeDemand[]): readonly Need[] {
  const targeted = nodes.filter(({ reservationId }) => reservationId?.startsWith('arn:'));
  return targeted.map(({ account, region, cell, name, reservationId = '' }) => ({
    kind: 'readable',
    account,
    region,
    what: `${cell}, ${name}: the reservations of ${reservationId}`,
    reason: 'the members of a resource group are not looked at: aws resource-groups list-group-resources names them',
  }));
}

function zonesOf({ stack }: Resource, cells: readonly Cell[]): readonly string[] {
  return cells.find(({ id }) => stack.path.startsWith(`${id}/`))?.availabilityZones ?? [];
}

function placeOf({ stack: { account, region } }: Resource): Place {
  return { account, region };
}

function unique(needs: readonly Need[]): readonly Need[] {
  return [...new Map(needs.map((need) => [JSON.stringify(need), need])).values()];
}
