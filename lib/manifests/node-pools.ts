import type { Accelerator } from '../catalog/accelerator';
import { isZoneId } from '../catalog/availability-zone';
import { type Catalog, findAccelerator, findInstanceType } from '../catalog/catalog';
import type { InstanceType } from '../catalog/instance-type';
import { networkLayout } from '../catalog/network-layout';
import { ACCELERATOR_TAINT, NODE_LABEL } from '../catalog/node';
import type { CellPlan, NodePoolPlan } from '../planner/plan';
import type { Cell, KarpenterScaling } from '../workload/cell';
import { DISCOVERY_TAG, nodeProfileName } from '../workload/karpenter-names';
import { type KubernetesObject, type ManifestFile, yamlFile } from './chart';

/** Read by the bill: a pool that does not say is counted at its limits. */
const PLANNED_NODES = 'headroom/planned-nodes';

/** A node whose last replica left is kept so long, for the next rise of the load: a judgement. */
const EMPTY_BEFORE_GONE = '10m';
/** After it a node is replaced: Karpenter's default, a month. */
const OLDEST_NODE = '720h';

/** As nodes of managed groups have it: many gigabytes are pulled at once when a node joins. */
const NODE_CONFIG = `apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  kubelet:
    config:
      registryPullQPS: 50
      registryBurst: 100
`;

export interface NodePoolsInput {
  readonly cell: Cell;
  readonly scaling: KarpenterScaling;
  readonly plan: CellPlan;
  readonly catalog: Catalog;
  /** On instances, volumes and interfaces, beside the pool's own. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Every planned pool with its class: one type each, so that its limits bound its nodes and its price is one. */
export function nodePoolsFile(input: NodePoolsInput): ManifestFile | undefined {
  const pools = input.plan.nodePools ?? [];
  if (pools.length === 0) return undefined;
  const objects = pools.flatMap((pool) => {
    const instanceType = findInstanceType(input.catalog, pool.instanceType);
    const accelerator = findAccelerator(input.catalog, instanceType.acceleratorKey);
    return [nodeClass(pool, instanceType, input), nodePool(pool, instanceType, accelerator, input)];
  });
  return yamlFile('node-pools.yaml', objects);
}

function nodePool(
  pool: NodePoolPlan,
  instanceType: InstanceType,
  accelerator: Accelerator,
  { cell, scaling }: NodePoolsInput,
): KubernetesObject {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: pool.name, annotations: { [PLANNED_NODES]: `${pool.size.plan}` } },
    spec: {
      limits: limitsOf(pool, instanceType, accelerator),
      disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: EMPTY_BEFORE_GONE, budgets: [{ nodes: '1' }] },
      template: {
        metadata: { labels: { [NODE_LABEL.nodeGroup]: pool.name, [NODE_LABEL.workload]: pool.workload } },
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: pool.name },
          expireAfter: OLDEST_NODE,
          taints: [{ key: ACCELERATOR_TAINT[accelerator.vendor], value: 'present', effect: 'NoSchedule' }],
          requirements: [
            oneOf('node.kubernetes.io/instance-type', [pool.instanceType]),
            inZone(cell.availabilityZones[0]),
            oneOf('karpenter.sh/capacity-type', capacityTypes(pool, scaling)),
            // A pod could ask for dedicated instances otherwise, at a price that nobody planned.
            oneOf('karpenter.k8s.aws/instance-tenancy', ['default']),
          ],
        },
      },
    },
  };
}

/** By name, or by the id that is the same in every account. */
function inZone(zone: string): Record<string, unknown> {
  return oneOf(isZoneId(zone) ? 'topology.k8s.aws/zone-id' : 'topology.kubernetes.io/zone', [zone]);
}

/** All that bounds the same nodes: whatever Karpenter sees first stops it. */
function limitsOf(
  { size }: NodePoolPlan,
  { vcpus, acceleratorCount }: InstanceType,
  { vendor }: Accelerator,
): Readonly<Record<string, string>> {
  const device = vendor === 'nvidia' ? 'nvidia.com/gpu' : 'aws.amazon.com/neuron';
  return {
    nodes: `${size.max}`,
    ...(vcpus === undefined ? {} : { cpu: `${size.max * vcpus}` }),
    ...(acceleratorCount === undefined ? {} : { [device]: `${size.max * acceleratorCount}` }),
  };
}

const CAPACITY_TYPE = { spot: 'spot', onDemand: 'on-demand' } as const;

function capacityTypes({ purchases }: NodePoolPlan, { reservationIds = [] }: KarpenterScaling): readonly string[] {
  const bought = purchases.map((purchase) => CAPACITY_TYPE[purchase]);
  return reservationIds.length === 0 ? bought : ['reserved', ...bought];
}

function oneOf(key: string, values: readonly string[]): Record<string, unknown> {
  return { key, operator: 'In', values };
}

function nodeClass(pool: NodePoolPlan, instanceType: InstanceType, input: NodePoolsInput): KubernetesObject {
  const { cell, scaling, tags } = input;
  const layout = networkLayout(instanceType);
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name: pool.name },
    spec: {
      amiSelectorTerms: [{ alias: `al2023@${scaling.imageRelease}` }],
      instanceProfile: nodeProfileName(cell),
      ...whereToStart(cell),
      ...reservations(scaling),
      associatePublicIPAddress: false,
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [rootDevice(pool)],
      ...((instanceType.instanceStoreBytes ?? 0) > 0 ? { instanceStorePolicy: 'RAID0' } : {}),
      ...(layout.length > 1 ? { networkInterfaces: layout } : {}),
      userData: NODE_CONFIG,
      tags: {
        ...tags,
        'headroom:cell': cell.id,
        'headroom:node-group': pool.name,
        'headroom:workload': pool.workload,
      },
    },
  };
}

function rootDevice({ rootVolume }: NodePoolPlan): Record<string, unknown> {
  return {
    deviceName: '/dev/xvda',
    rootVolume: true,
    ebs: {
      volumeType: 'gp3',
      volumeSize: `${rootVolume.gibibytes}Gi`,
      iops: rootVolume.iops,
      throughput: rootVolume.mebibytesPerSecond,
      encrypted: true,
      deleteOnTermination: true,
    },
  };
}

/** The accelerator subnet and the groups of the cell's nodes, by tags where CloudFormation makes them. */
function whereToStart({ id, network }: Cell): Record<string, unknown> {
  const ours = { tags: { [DISCOVERY_TAG]: id } };
  const [given = ''] = network.kind === 'existing' ? network.privateSubnetIds : [];
  return {
    subnetSelectorTerms: [network.kind === 'existing' ? { id: given } : ours],
    // EKS tags the group that it makes for the cluster, which lets nodes, pods and the control plane reach each other.
    securityGroupSelectorTerms: [{ tags: { [`kubernetes.io/cluster/${id}`]: 'owned' } }, ours],
  };
}

function reservations({ reservationIds = [] }: KarpenterScaling): Record<string, unknown> {
  return reservationIds.length === 0
    ? {}
    : { capacityReservationSelectorTerms: reservationIds.map((reservation) => ({ id: reservation })) };
}
