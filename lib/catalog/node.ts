import { createHash } from 'node:crypto';
import { Problem } from '../problem';
import type { Accelerator } from './accelerator';
import type { InstanceType } from './instance-type';

/** `AmiType` of `AWS::EKS::Nodegroup`, for nodes with accelerators. */
export type AmiType = 'AL2023_x86_64_NVIDIA' | 'AL2023_ARM_64_NVIDIA' | 'AL2023_x86_64_NEURON';

/** Extended resources that a healthy node reports, by name; those it has none of are left out. */
export type NodeResources = Readonly<Partial<Record<ResourceName, number>>>;
export type ResourceName =
  | 'nvidia.com/gpu'
  | 'aws.amazon.com/neuron'
  | 'aws.amazon.com/neuroncore'
  | 'vpc.amazonaws.com/efa';

/** Labels of every planned node, which pods select by. */
export const NODE_LABEL = {
  nodeGroup: 'headroom/node-group',
  workload: 'headroom/workload',
  pool: 'headroom/pool',
} as const;

/** Labels of the nodes of one planned group. */
export function nodeLabels(group: {
  readonly name: string;
  readonly workload: string;
  readonly pool?: string;
}): Readonly<Record<string, string>> {
  return { [NODE_LABEL.nodeGroup]: group.name, ...workloadLabels(group.workload, group.pool) };
}

/** Of those, what the pods of a workload, or of one of its pools, select by. */
export function workloadLabels(workload: string, pool?: string): Readonly<Record<string, string>> {
  return { [NODE_LABEL.workload]: workload, ...(pool === undefined ? {} : { [NODE_LABEL.pool]: pool }) };
}

/** The taint of nodes with accelerators: the keys that the vendors' device plugins tolerate. */
export const ACCELERATOR_TAINT: Readonly<Record<Accelerator['vendor'], string>> = {
  nvidia: 'nvidia.com/gpu',
  aws: 'aws.amazon.com/neuron',
};

/** EKS's images carry NVIDIA driver 580; this GPU needs 595 (EKS documentation, 2026-11-23). */
const NEEDS_NEWER_DRIVER = 'RTXPRO4500';

/**
 * The EKS-optimized image with the accelerator's driver.
 *
 * @throws Problem InvalidDeployment when there is none for the type.
 */
export function amiType(instanceType: InstanceType, accelerator: Accelerator): AmiType {
  if (accelerator.key === NEEDS_NEWER_DRIVER || instanceType.architecture === undefined) throw noImage(instanceType);
  if (accelerator.vendor === 'nvidia') {
    return instanceType.architecture === 'arm64' ? 'AL2023_ARM_64_NVIDIA' : 'AL2023_x86_64_NVIDIA';
  }
  if (instanceType.architecture === 'arm64') throw noImage(instanceType);
  return 'AL2023_x86_64_NEURON';
}

const EKS_NAME_LENGTH = 63;

/**
 * Name in EKS of a group that must be found by its name. EKS wants another whenever a group is replaced, which a change of its
 * image type or of how it is bought does: the name ends in a digest of these. The group's subnet and role do too, and change with
 * the cell alone.
 */
export function eksNodeGroupName(group: { readonly name: string; readonly purchase: string }, image: AmiType): string {
  const { name, purchase } = group;
  // To EKS, nodes in a reservation are on-demand nodes.
  const bought = purchase === 'capacityReservation' ? 'onDemand' : purchase;
  const digest = createHash('sha256').update(`${name} ${image} ${bought}`).digest('hex').slice(0, 8);
  return `${name.slice(0, EKS_NAME_LENGTH - digest.length - 1)}-${digest}`;
}

/** Of each pod that uses EFA (EKS documentation, "Run machine learning training on Amazon EKS with EFA", 2026-11-23). */
const HUGE_MEBIBYTES_OF_POD = 5120;
/**
 * Of a node: two such pods. EKS's images with accelerators are said to set 5,128 pages of 2 MiB aside, which no source of ours
 * confirms (reference a.8, [T]): `expected-nodes.json` has it checked on the nodes themselves.
 */
const HUGE_MEBIBYTES_OF_NODE = 2 * HUGE_MEBIBYTES_OF_POD;
const HUGE_PAGE_MEBIBYTES = 2;

/** Mebibytes of huge pages of each pod that uses EFA, of so many on its node: more than two share what two have. */
export function hugeMebibytes(podsOnNode: number): number {
  const share = Math.floor(HUGE_MEBIBYTES_OF_NODE / podsOnNode / HUGE_PAGE_MEBIBYTES) * HUGE_PAGE_MEBIBYTES;
  return Math.min(HUGE_MEBIBYTES_OF_POD, share);
}

/** The resource, as Kubernetes writes it. */
export function hugePages(mebibytes: number): { readonly 'hugepages-2Mi': string } {
  return { 'hugepages-2Mi': `${mebibytes}Mi` };
}

/** What a node must report as allocatable once its device plugins run. */
export function expectedAllocatable(instanceType: InstanceType, accelerator: Accelerator): NodeResources {
  const { acceleratorCount, logicalNeuronCoresPerChip, network } = instanceType;
  return {
    ...(accelerator.vendor === 'nvidia'
      ? some('nvidia.com/gpu', acceleratorCount)
      : {
          ...some('aws.amazon.com/neuron', acceleratorCount),
          ...some('aws.amazon.com/neuroncore', product(acceleratorCount, logicalNeuronCoresPerChip)),
        }),
    ...some('vpc.amazonaws.com/efa', network?.maxEfaInterfaces),
  };
}

function some(name: ResourceName, count: number | undefined): NodeResources {
  return count === undefined || count === 0 ? {} : { [name]: count };
}

function product(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a * b;
}

function noImage({ name }: InstanceType): Problem {
  return new Problem(
    'InvalidDeployment',
    `no EKS-optimized image has the driver that ${name} needs; choose another instance type`,
  );
}
