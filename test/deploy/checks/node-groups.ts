import {
  DescribeCapacityReservationsCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSubnetsCommand,
  type LaunchTemplateInstanceNetworkInterfaceSpecification,
  type ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { type Cluster, DescribeNodegroupCommand, type Nodegroup, paginateListNodegroups } from '@aws-sdk/client-eks';
import { defaultCatalog, findAccelerator, findInstanceType } from '../../../lib/catalog/catalog';
import { networkLayout } from '../../../lib/catalog/network-layout';
import { amiType } from '../../../lib/catalog/node';
import type { CellPlan, NodeGroupPlan } from '../../../lib/planner/plan';
import type { Account } from '../account';

const LABEL = 'headroom/node-group';
const LAUNCHED = ['instance', 'network-interface', 'volume'];

/** What the planned node groups must be, by the plan and the catalogue alone; the templates are not asked. */
export async function checkNodeGroups(account: Account, cluster: Cluster, plan: CellPlan): Promise<readonly string[]> {
  const groups = await nodeGroupsOf(account, cluster.name ?? '');
  const names = groups.map((it) => it.labels?.[LABEL]).sort();
  const expected = [...plan.nodeGroups.map(({ name }) => name), 'system'].sort();
  const problems = differs(`node groups of ${plan.id}`, names, expected);
  for (const planned of plan.nodeGroups) {
    const group = groups.find((it) => it.labels?.[LABEL] === planned.name);
    if (group === undefined) continue;
    const data = await launchDataOf(account, group);
    problems.push(...groupProblems(planned, group), ...launchProblems(planned, data, cluster));
    problems.push(...(await reservationProblems(account, planned, data, plan)));
    problems.push(...(await zoneProblems(account, group, plan)));
  }
  const system = groups.find((it) => it.labels?.[LABEL] === 'system');
  if (system !== undefined) problems.push(...systemProblems(plan.id, await launchDataOf(account, system), cluster));
  return problems;
}

export async function nodeGroupsOf(account: Account, clusterName: string): Promise<readonly Nodegroup[]> {
  const nodegroups: string[] = [];
  for await (const page of paginateListNodegroups({ client: account.eks }, { clusterName })) {
    nodegroups.push(...(page.nodegroups ?? []));
  }
  const described = await Promise.all(
    nodegroups.map((nodegroupName) => account.eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }))),
  );
  return described.flatMap(({ nodegroup }) => (nodegroup === undefined ? [] : [nodegroup]));
}

async function launchDataOf(account: Account, group: Nodegroup): Promise<ResponseLaunchTemplateData> {
  const { LaunchTemplateVersions } = await account.ec2.send(
    new DescribeLaunchTemplateVersionsCommand({
      LaunchTemplateId: group.launchTemplate?.id,
      Versions: [group.launchTemplate?.version ?? '$Default'],
    }),
  );
  return LaunchTemplateVersions?.[0]?.LaunchTemplateData ?? {};
}

const CAPACITY_TYPE = {
  onDemand: 'ON_DEMAND',
  capacityReservation: 'ON_DEMAND',
  spot: 'SPOT',
  capacityBlock: 'CAPACITY_BLOCK',
} as const;

/** The nodes of the add-ons: one interface, in the cluster's group alone, without an address that the world sees. */
function systemProblems(cellId: string, data: ResponseLaunchTemplateData, cluster: Cluster): string[] {
  const interfaces = data.NetworkInterfaces?.map((it) => [it.DeviceIndex, it.Groups, it.AssociatePublicIpAddress]);
  const groups = [cluster.resourcesVpcConfig?.clusterSecurityGroupId];
  return [
    ...differs('system, its interfaces', interfaces, [[0, groups, false]]),
    ...hardeningProblems('system', cellId, data),
  ];
}

/** What only pods for that accelerator tolerate. */
const TAINT_KEY = { nvidia: 'nvidia.com/gpu', aws: 'aws.amazon.com/neuron' } as const;

function groupProblems(planned: NodeGroupPlan, group: Nodegroup): string[] {
  const { name, instanceType, purchase, pool } = planned;
  const type = findInstanceType(defaultCatalog, instanceType);
  const accelerator = findAccelerator(defaultCatalog, type.acceleratorKey);
  const taints = (group.taints ?? []).map(({ key, effect }) => [key, effect]);
  return [
    ...differs(`${name}, how it is bought`, group.capacityType, CAPACITY_TYPE[purchase]),
    ...sizeProblems(planned, group),
    ...differs(`${name}, its pool`, group.labels?.['headroom/pool'], pool),
    ...differs(`${name}, its image`, group.amiType, amiType(type, accelerator)),
    ...differs(`${name}, its taints`, taints, [[TAINT_KEY[accelerator.vendor], 'NO_SCHEDULE']]),
  ];
}

/** EKS drains a Capacity Block before its end, and has no nodes of it before its start. What an actuator does is its own. */
function sizeProblems({ name, purchase, size, actuator, awaitsStart }: NodeGroupPlan, group: Nodegroup): string[] {
  const { minSize, maxSize, desiredSize } = group.scalingConfig ?? {};
  const isBlock = purchase === 'capacityBlock';
  const least = isBlock ? 0 : size.min;
  const wanted = isBlock && awaitsStart === true ? 0 : size.plan;
  return [
    ...differs(`${name}, its sizes`, [minSize, maxSize], [least, size.max]),
    ...(actuator === undefined ? differs(`${name}, its nodes`, desiredSize, wanted) : []),
  ];
}

function launchProblems(planned: NodeGroupPlan, data: ResponseLaunchTemplateData, cluster: Cluster): string[] {
  const { name, instanceType, rootVolume } = planned;
  return [
    ...differs(`${name}, its instance type`, data.InstanceType, instanceType),
    ...interfaceProblems(planned, data, cluster),
    ...hardeningProblems(name, cluster.name ?? '', data),
    ...differs(
      `${name}, its root volume`,
      data.BlockDeviceMappings?.map(({ Ebs }) => [Ebs?.VolumeType, Ebs?.VolumeSize, Ebs?.Iops, Ebs?.Throughput]),
      [['gp3', rootVolume.gibibytes, rootVolume.iops, rootVolume.mebibytesPerSecond]],
    ),
  ];
}

/** What the nodes run in: a reservation or block by id, a resource group by ARN, or the reservation that is made for them. */
async function reservationProblems(
  account: Account,
  { name, instanceType, reservationId, reservationGroupArn, createdReservation }: NodeGroupPlan,
  { CapacityReservationSpecification: specification }: ResponseLaunchTemplateData,
  { availabilityZone }: CellPlan,
): Promise<readonly string[]> {
  const target = specification?.CapacityReservationTarget;
  const id = target?.CapacityReservationId;
  const group = target?.CapacityReservationResourceGroupArn;
  if (createdReservation === undefined) {
    return [
      ...differs(`${name}, its reservation`, id, reservationId),
      ...differs(`${name}, its group of reservations`, group, reservationGroupArn),
    ];
  }
  const { CapacityReservations = [] } = await account.ec2.send(
    new DescribeCapacityReservationsCommand({ CapacityReservationIds: id === undefined ? [] : [id] }),
  );
  const made = CapacityReservations.map((it) => [it.InstanceType, it.TotalInstanceCount, it.AvailabilityZone]);
  const planned = [[instanceType, createdReservation.count, availabilityZone]];
  return id === undefined
    ? [`${name}: it runs in no reservation, and one is planned`]
    : differs(`${name}, the reservation made for it`, made, planned);
}

/** The exact interfaces of the type, with the security groups on each: the cluster's, and one more that EFA has to itself. */
function interfaceProblems(
  { name, instanceType }: NodeGroupPlan,
  data: ResponseLaunchTemplateData,
  cluster: Cluster,
): string[] {
  const layout = networkLayout(findInstanceType(defaultCatalog, instanceType));
  const clusterGroup = cluster.resourcesVpcConfig?.clusterSecurityGroupId;
  if (layout.length === 1) {
    // A single interface is listed only where its connections are kept longer.
    const [single] = data.NetworkInterfaces ?? [];
    return differs(`${name}, its security groups`, single?.Groups ?? data.SecurityGroupIds, [clusterGroup]);
  }
  const found = data.NetworkInterfaces ?? [];
  const expected = layout.map((it) => [it.networkCardIndex, it.deviceIndex, it.interfaceType]);
  return [
    ...differs(`${name}, the ${layout.length} interfaces of a ${instanceType}`, found.map(position), expected),
    ...found
      .filter(({ Groups = [] }) => Groups.length !== 2 || !Groups.includes(clusterGroup ?? ''))
      .map((it) => `${name}: interface ${position(it)} lacks the cluster's security group or EFA's`),
    ...found
      .filter(({ DeleteOnTermination }) => DeleteOnTermination !== true)
      .map((it) => `${name}: interface ${position(it)} outlives its node`),
  ];
}

function position(it: LaunchTemplateInstanceNetworkInterfaceSpecification): readonly unknown[] {
  return [it.NetworkCardIndex, it.DeviceIndex, it.InterfaceType];
}

/** The security group that interfaces carry beside the cluster's, in every group that has EFA. */
export async function efaSecurityGroups(account: Account, cluster: Cluster): Promise<readonly string[]> {
  const groups = await nodeGroupsOf(account, cluster.name ?? '');
  const launched = await Promise.all(groups.map((group) => launchDataOf(account, group)));
  const onInterfaces = launched.flatMap((data) => (data.NetworkInterfaces ?? []).flatMap(({ Groups = [] }) => Groups));
  return [...new Set(onInterfaces)].filter((it) => it !== cluster.resourcesVpcConfig?.clusterSecurityGroupId);
}

/** Of every launch template; without their tags on what is launched, nobody's bill can be split. */
function hardeningProblems(name: string, cellId: string, data: ResponseLaunchTemplateData): string[] {
  const tagged = (data.TagSpecifications ?? []).filter(({ Tags = [] }) => {
    const tagOf = (key: string) => Tags.find(({ Key }) => Key === key)?.Value;
    return tagOf('headroom:cell') === cellId && tagOf('headroom:node-group') === name;
  });
  const types = tagged.map(({ ResourceType }) => String(ResourceType)).sort();
  return [
    ...differs(`${name}, session tokens`, data.MetadataOptions?.HttpTokens, 'required'),
    ...differs(`${name}, what is launched with the tags of cell and group`, types, LAUNCHED),
    ...(data.BlockDeviceMappings ?? [])
      .filter(({ Ebs }) => Ebs?.Encrypted !== true)
      .map(({ DeviceName }) => `${name}: the volume ${DeviceName} is not encrypted`),
    ...(data.BlockDeviceMappings?.length ? [] : [`${name}: its root volume is not described`]),
  ];
}

async function zoneProblems(account: Account, group: Nodegroup, plan: CellPlan): Promise<readonly string[]> {
  const { Subnets = [] } = await account.ec2.send(new DescribeSubnetsCommand({ SubnetIds: group.subnets ?? [] }));
  const zones = Subnets.map(({ AvailabilityZone }) => AvailabilityZone);
  return differs(`${group.nodegroupName}, its zone`, zones, [plan.availabilityZone]);
}

export function differs(what: string, found: unknown, expected: unknown): string[] {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  return left === right ? [] : [`${what}: planned ${right}, found ${left}`];
}
