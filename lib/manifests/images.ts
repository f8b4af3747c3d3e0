import type { Sourced } from '../catalog/sourced';

/** A container image, pinned by tag. `latest` and other moving tags do not exist here. */
export interface PinnedImage extends Sourced {
  /** Registry and repository; `EKS/…` stands in EKS's own registry of the cell's region. */
  readonly repository: string;
  readonly tag: string;
}

export type ImageName =
  | 'nvidiaDevicePlugin'
  | 'efaDevicePlugin'
  | 'neuronDevicePlugin'
  | 'dcgmExporter'
  | 'neuronMonitor'
  | 'vllm'
  | 'vllmNeuron'
  | 'vllmNeuronLegacy'
  | 'awsCli'
  | 'endpointPicker'
  | 'poolsEndpointPicker'
  | 'routingProxy'
  | 'clusterAutoscaler'
  | 'karpenter';

/** Every image that the manifests name. A cell may name others: see `CellServing.images`. */
export const IMAGES: Readonly<Record<ImageName, PinnedImage>> = {
  /** From 0.19.3 on the plug-in leaves EFA devices alone again, which 0.19.0 to 0.19.2 mounted (its issue 1692). */
  nvidiaDevicePlugin: {
    repository: 'nvcr.io/nvidia/k8s-device-plugin',
    tag: 'v0.20.0',
    source: 'release v0.20.0 of github.com/NVIDIA/k8s-device-plugin, as in Siemens-Healthineers/K2s pull request 2972',
    asOf: '2026-08-20',
  },
  /** From 0.5.10 on NVLink controllers of p6-b200 are not taken for EFA devices. */
  efaDevicePlugin: {
    repository: 'EKS/eks/aws-efa-k8s-device-plugin',
    tag: 'v0.5.21-eksbuild.13',
    source: 'github.com/aws/eks-charts pull request 1366',
    asOf: '2026-09-10',
  },
  neuronDevicePlugin: {
    repository: 'public.ecr.aws/neuron/neuron-device-plugin',
    tag: '2.31.0.0',
    source: 'release 1.9.0 of github.com/aws-neuron/neuron-helm-charts (Neuron SDK 2.31.0)',
    asOf: '2026-07-10',
  },
  dcgmExporter: {
    repository: 'nvcr.io/nvidia/k8s/dcgm-exporter',
    tag: '4.5.3-4.8.2-distroless',
    source: 'the exporter of NVIDIA GPU operator v26.3.3, as deployed in a public repository, found by its tag',
    asOf: '2026-11-23',
  },
  neuronMonitor: {
    repository: 'public.ecr.aws/neuron/neuron-monitor',
    tag: '1.10.0',
    source: "test plan of AWS's Neuron operator with Neuron SDK 2.28, found by its tag",
    asOf: '2026-11-23',
  },
  /**
   * vLLM 0.20 with the Run:ai streamer (its EC2 page), and with the EFA libraries as its line has them (pull requests 5669 of
   * February and 6730 of September 2026 raise their version).
   */
  vllm: {
    repository: 'public.ecr.aws/deep-learning-containers/vllm',
    tag: 'server-cuda-v1.3',
    source: 'AWS Deep Learning Containers, vLLM changelog, v1.3.0',
    asOf: '2026-05-12',
  },
  /** Trainium2 and later. */
  vllmNeuron: {
    repository: 'public.ecr.aws/neuron/pytorch-inference-vllm-neuronx',
    tag: '0.29.0.1.2.0-neuronx-py314-sdk2.33.0-ubuntu26.04',
    source: 'AWS Neuron documentation 2.33.0, install PyTorch via Deep Learning Container',
    asOf: '2026-10-16',
  },
  /** The last line that serves Inferentia2 and Trainium1. */
  vllmNeuronLegacy: {
    repository: 'public.ecr.aws/neuron/pytorch-inference-vllm-neuronx',
    tag: '0.16.0-neuronx-py312-sdk2.31.1-ubuntu24.04',
    source:
      'run on trn1.2xlarge in a public repository, found by its tag; AWS Neuron documentation 2.31.1 names vLLM 0.16 for it',
    asOf: '2026-11-23',
  },
  awsCli: {
    repository: 'public.ecr.aws/aws-cli/aws-cli',
    tag: '2.36.46',
    source: 'pinned with its digest in a public Terraform repository, found by its tag',
    asOf: '2026-11-23',
  },
  endpointPicker: {
    repository: 'registry.k8s.io/gateway-api-inference-extension/epp',
    tag: 'v1.5.0',
    source: 'release v1.5.0 of github.com/kubernetes-sigs/gateway-api-inference-extension, as in llm-d issue 1203',
    asOf: '2026-04-20',
  },
  /** Picks a prefill and a decode server for one request. */
  poolsEndpointPicker: {
    repository: 'ghcr.io/llm-d/llm-d-router-endpoint-picker',
    tag: 'v0.10.0',
    source: 'release 0.9.0 of github.com/llm-d/llm-d; vllm-project/semantic-router pull request 3408',
    asOf: '2026-09-03',
  },
  routingProxy: {
    repository: 'ghcr.io/llm-d/llm-d-router-disagg-sidecar',
    tag: 'v0.10.0',
    source: 'release 0.9.0 of github.com/llm-d/llm-d, image of its routing sidecar',
    asOf: '2026-11-23',
  },
  /** For Kubernetes 1.35; its minor version follows the cluster's. */
  clusterAutoscaler: {
    repository: 'registry.k8s.io/autoscaling/cluster-autoscaler',
    tag: 'v1.35.2',
    source:
      'pinned as v1.35.2 in two public repositories, one of them resolved it to the digest sha256:aac369dc283927a623deb1af54696efcc722ae79255aa07788422e495bab887d',
    asOf: '2026-11-23',
  },
  karpenter: {
    repository: 'public.ecr.aws/karpenter/controller',
    tag: '1.14.1',
    source:
      'chart karpenter 1.14.1, rendered in a public repository: sha256:445baefaaa689029cc12ac1f659b916b0b82fb14308ce536f8521fcf079116fa',
    asOf: '2026-11-23',
  },
};

/** Where EKS keeps its own images, by region (EKS documentation, add-ons-images, read 2026-11-23): account ids. */
const EKS_REGISTRY_ACCOUNT: Readonly<Record<string, readonly string[]>> = {
  '602401143452': [
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-southeast-1',
    'ap-southeast-2',
    'eu-central-1',
    'eu-north-1',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'sa-east-1',
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
  ],
  '877085696533': ['af-south-1'],
  '800184023465': ['ap-east-1'],
  '900889452093': ['ap-south-2'],
  '296578399912': ['ap-southeast-3'],
  '491585149902': ['ap-southeast-4'],
  '151610086707': ['ap-southeast-5'],
  '333609536671': ['ap-southeast-6'],
  '121268973566': ['ap-southeast-7'],
};

/** EKS's registry in a region; undefined where no source names its account. */
export function eksRegistry(region: string): string | undefined {
  const account = Object.keys(EKS_REGISTRY_ACCOUNT).find((id) => EKS_REGISTRY_ACCOUNT[id]?.includes(region));
  return account === undefined ? undefined : `${account}.dkr.ecr.${region}.amazonaws.com`;
}
