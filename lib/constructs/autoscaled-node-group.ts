import type { Accelerator } from '../catalog/accelerator';
import type { InstanceType } from '../catalog/instance-type';
import { expectedAllocatable, hugeMebibytes, hugePages } from '../catalog/node';
import type { NodeGroupPlan } from '../planner/plan';

/** By its presence Cluster Autoscaler knows a GPU node (its AWS provider, `GPULabel`); the value is for people. */
const GPU_LABEL = 'k8s.amazonaws.com/accelerator';
/** What a node of an empty group would have, by resource (Cluster Autoscaler's AWS provider, README, "Scaling from 0"). */
const RESOURCE_TAG = 'k8s.io/cluster-autoscaler/node-template/resources/';

type Scaled = Pick<NodeGroupPlan, 'actuator' | 'nodesPerReplica'>;

/**
 * The label that makes Cluster Autoscaler wait until a new GPU node reports its GPUs. Without it the node counts as ready
 * before its device plug-in runs, and one more is started for the same pod.
 */
export function autoscalerLabels({ actuator }: Scaled, { vendor, key }: Accelerator): Readonly<Record<string, string>> {
  if (actuator !== 'clusterAutoscaler' || vendor !== 'nvidia') return {};
  return { [GPU_LABEL]: `nvidia-${key.toLowerCase()}` };
}

/**
 * Tags that tell Cluster Autoscaler what a node of the group has while there is none to look at: it knows GPUs by the instance
 * type, but neither Neuron devices nor EFA, and would start no node for their pods. It reads them of the managed node group
 * itself (`eks:DescribeNodegroup`); to its Auto Scaling group they would not come.
 */
export function autoscalerTags(
  { actuator, nodesPerReplica = 1 }: Scaled,
  instanceType: InstanceType,
  accelerator: Accelerator,
): Readonly<Record<string, string>> {
  if (actuator !== 'clusterAutoscaler') return {};
  const resources = {
    ...expectedAllocatable(instanceType, accelerator),
    ...(nodesPerReplica > 1 ? hugePages(hugeMebibytes(1)) : {}),
  };
  return Object.fromEntries(Object.entries(resources).map(([name, count]) => [`${RESOURCE_TAG}${name}`, `${count}`]));
}
