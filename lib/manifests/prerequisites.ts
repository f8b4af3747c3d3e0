import type { Sourced } from '../catalog/sourced';
import type { Cell } from '../workload/cell';
import { scales } from './pod-scaling';
import { acceleratorsPerPod, type ServedWorkload } from './served-workload';

/** Software that must be in the cluster before the manifests are: no EKS add-on exists for it. */
export interface Prerequisite extends Sourced {
  readonly name: string;
  readonly version: string;
  /** What of the manifests needs it. */
  readonly neededFor: string;
}

export const GATEWAY_INFERENCE_EXTENSION: Prerequisite = {
  name: 'Gateway API Inference Extension, custom resource definitions',
  version: 'v1.5.0',
  neededFor: 'InferencePool',
  source: 'github.com/kubernetes-sigs/gateway-api-inference-extension',
  asOf: '2026-04-20',
};

const LEADER_WORKER_SET: Prerequisite = {
  name: 'LeaderWorkerSet',
  version: 'v0.10.0',
  neededFor: 'LeaderWorkerSet',
  source: 'chart registry.k8s.io/lws/charts/lws, pinned at 0.10.0 in several public repositories, found by its name',
  asOf: '2026-11-23',
};

const KEDA: Prerequisite = {
  name: 'KEDA',
  version: 'v2.21.1',
  neededFor: 'ScaledObject, TriggerAuthentication',
  source: 'github.com/kedacore/charts release v2.21.1',
  asOf: '2026-11-16',
};

const KARPENTER_DEFINITIONS: Prerequisite = {
  name: 'Karpenter, custom resource definitions',
  version: '1.14.1',
  neededFor: 'NodePool, EC2NodeClass',
  source:
    'chart public.ecr.aws/karpenter/karpenter-crd:1.14.1, sha256:c05c566740802506a34f3500b33e2fa3c9254f60469e84e5e294a3bd8adefb9f in two public repositories',
  asOf: '2026-11-23',
};

const NEURON_SCHEDULER: Prerequisite = {
  name: 'Neuron scheduler extension',
  version: '2.31.0.0',
  neededFor: 'neighbouring Neuron devices for a pod that takes several of a node, but not all',
  source: 'github.com/aws-neuron/neuron-helm-charts release 1.9.0; AWS Neuron documentation, Neuron plugins',
  asOf: '2026-07-10',
};

const GATEWAY_API: Prerequisite = {
  name: 'Gateway API, custom resource definitions',
  version: 'v1.5.1',
  neededFor: 'Gateway, HTTPRoute',
  source: 'llm-d.ai/docs/infrastructure/gateway/istio, version 0.8',
  asOf: '2026-11-23',
};

const ISTIO: Prerequisite = {
  name: 'Istio, with values.pilot.env.ENABLE_GATEWAY_API_INFERENCE_EXTENSION=true',
  version: '1.29.2',
  neededFor: 'Gateway of class istio',
  source: 'llm-d.ai/docs/infrastructure/gateway/istio, version 0.8',
  asOf: '2026-11-23',
};

/** What a cell's manifests need, and nothing else. */
export function prerequisites({ nodeScaling }: Cell, served: readonly ServedWorkload[]): readonly Prerequisite[] {
  return [
    ...(nodeScaling?.kind === 'karpenter' ? [KARPENTER_DEFINITIONS] : []),
    ...(served.length > 0 ? [GATEWAY_INFERENCE_EXTENSION] : []),
    ...(served.some(({ cell }) => cell.serving?.gateway === 'istio') ? [GATEWAY_API, ISTIO] : []),
    ...(served.some(({ shape }) => shape.nodesPerReplica > 1) ? [LEADER_WORKER_SET] : []),
    ...(served.some(scales) ? [KEDA] : []),
    ...(served.some(takesSomeNeighbours) ? [NEURON_SCHEDULER] : []),
  ];
}

function takesSomeNeighbours(served: ServedWorkload): boolean {
  const taken = acceleratorsPerPod(served);
  return served.accelerator.vendor === 'aws' && taken > 1 && taken < served.acceleratorsPerNode;
}
