import type { OwnedCapacity } from './capacity';

/** A cell: one cluster in one account × region, with its accelerators in one availability zone. */
export interface Cell {
  /** PascalCase; prefixes the stage and its stacks. A contract: changing it replaces everything. */
  readonly id: string;
  readonly region: string;
  /** Twelve digits. @default - account-agnostic: the deploying credentials decide */
  readonly account?: string;
  /**
   * At least two zones, never looked up; the first one holds the accelerators. By name ("us-east-1a"), which every account has
   * its own of, or by id ("use1-az1"), as reservations are sold. An account that is not named here wants ids.
   */
  readonly availabilityZones: readonly [string, string, ...string[]];
  readonly network: CellNetwork;
  readonly profile: 'sandbox' | 'production';
  readonly kubernetesVersion: string;
  /** Instance type of the small CPU group that runs cluster add-ons. */
  readonly systemInstanceType: string;
  readonly systemNodes: number;
  /** CIDR blocks that may reach the public API endpoint. @default - private endpoint only */
  readonly publicAccessCidrs?: readonly string[];
  /** IPv4 CIDR blocks beside the VPC's own that may reach the private API endpoint, once a route leads there. @default - nothing outside the VPC */
  readonly privateAccessCidrs?: readonly string[];
  /**
   * IAM principal that administers the cluster.
   * @default - in a sandbox the role that CloudFormation makes it with, which no person can take on; in production nobody, until somebody
   * makes an access entry
   */
  readonly adminRoleArn?: string;
  /** Versions of EKS add-ons by name, such as { coredns: 'v1.12.4-eksbuild.1' }. @default - EKS's default for the Kubernetes version */
  readonly addOnVersions?: Readonly<Record<string, string>>;
  /**
   * Releases of the EKS image that nodes start from, by workload, or `system` for the nodes of the add-ons: such as
   * { chat: '1.35.2-20261015' }. @default - the latest when a group is made; EKS changes none by itself
   */
  readonly amiReleases?: Readonly<Record<string, string>>;
  /** Of the `cdk bootstrap` in the cell's account and region. @default - the CDK's own */
  readonly bootstrapQualifier?: string;
  /**
   * Name of an IAM policy in the cell's account that bounds every role that is made. What it forbids is not seen here, so a
   * teardown under one is not counted as the end of a bill. @default - none
   */
  readonly permissionsBoundary?: string;
  /** What adds and removes nodes as the load comes and goes. @default - nothing: every node group keeps its planned size */
  readonly nodeScaling?: NodeScaling;
  /**
   * Reservations and Capacity Blocks in the accelerators' zone that are there to be used. Workloads take from them in the order
   * in which the deployment lists them, before anything is bought. @default - none
   */
  readonly ownedCapacity?: readonly OwnedCapacity[];
  /** @default - weights and images come from where they are published, which a private cell cannot reach */
  readonly serving?: CellServing;
  /** @default - everything in production; in a sandbox nothing */
  readonly observability?: CellObservability;
}

/** What watches a cell, and who hears of it. */
export interface CellObservability {
  /**
   * `metrics`: a Prometheus workspace with its collector and rules, and CloudWatch alarms. `alarms`: what CloudWatch knows by
   * itself, without the latency of a request or the use of an accelerator. `none`: no stack.
   */
  readonly level: 'metrics' | 'alarms' | 'none';
  /** Mail addresses that alerts go to once each has confirmed. @default - nobody; subscribe to the topic */
  readonly emails?: readonly string[];
}

/** What watches a cell where its author says nothing. */
export function observabilityOf({
  profile,
  observability,
}: Pick<Cell, 'profile' | 'observability'>): CellObservability {
  return observability ?? { level: profile === 'production' ? 'metrics' : 'none' };
}

/** What the model servers of a cell get from outside the cluster. */
export interface CellServing {
  /** S3 bucket in the cell's region, with weights as safetensors under their model ids; every model server gets a role that reads it. @default - the Hugging Face hub */
  readonly weightsBucket?: string;
  /**
   * A file system in the accelerators' zone that shows the bucket's weights as files: for models that many nodes load at once.
   * @default - model servers stream or copy from the bucket
   */
  readonly weightsFileSystem?: WeightsFileSystem;
  /**
   * What was measured of a server that loads its weights, with where and when. @default - what the bucket's connections or the file
   * system are stated to give; of the Hugging Face hub nothing is
   */
  readonly weightsRate?: { readonly bytesPerSecond: number; readonly source: string };
  /**
   * Registry that holds each image under the name it is published by: `REGISTRY/public.ecr.aws/…`. ECR's pull-through cache
   * does so for most upstreams, with the upstream's name as prefix. @default - every image's own registry
   */
  readonly imageRegistry?: string;
  /**
   * Keeps images of public registries in the account's own: the cell makes ECR's pull-through cache rules and pulls through them,
   * in place of `imageRegistry`. An account's registry in a region has one such set: a second cell there names the registry
   * instead. The repositories that ECR makes outlive the cell.
   * @default - no rules
   */
  readonly imageCache?: ImageCache;
  /**
   * Nodes fetch and unpack the layers of an image side by side (SOCI), by a feature gate of nodeadm that AWS calls experimental.
   * Turning it on or off replaces the nodes. @default false
   */
  readonly parallelImagePull?: boolean;
  /** Images instead of the pinned ones, by the names of `lib/manifests/images.ts`. @default - the pinned ones */
  readonly images?: Readonly<Record<string, string>>;
  /**
   * A gateway inside the cluster through which clients reach every model, at /WORKLOAD/v1/…, by who implements it. It is reached
   * from inside the VPC's cluster alone: a load balancer before it would be a cost that no template shows.
   * @default - none; clients call each workload's Service, or a gateway of yours refers to its InferencePool
   */
  readonly gateway?: 'istio';
  /**
   * Applies the manifests from inside the deployment, by the CDK's kubectl provider: functions and custom resources, in a sandbox
   * alone. What needs software that the cluster has not (an inference pool, its picker) is left out.
   * @default - manifests are rendered, and Git or a person applies them
   */
  readonly delivery?: KubectlDelivery;
  /**
   * Where KEDA asks the Prometheus that scrapes the model servers, without a last slash and what follows `/api/v1`; needed where
   * replicas scale. Of an AMP workspace it is the `QueryUrl` that the Observability stack prints, and KEDA gets the right to ask it.
   */
  readonly metricsUrl?: string;
}

/**
 * The one thing in a cell that changes how many nodes there are, between what the quiet hours of its workloads need and what
 * their peaks need with the spare. It touches capacity that is bought on demand or spot; what is reserved is paid for anyway
 * and keeps its size.
 *
 * - `clusterAutoscaler`: sets the desired size of managed node groups. Those that it scales have names, so that turning it on or
 *   off replaces them, and no other.
 * - `karpenter`: node groups keep what the quiet hours need, and Karpenter starts nodes beside them, as far as its node pools'
 *   limits go. Not for replicas that span nodes: they would come up in part.
 */
export type NodeScaling = { readonly kind: 'clusterAutoscaler' } | KarpenterScaling;

export interface KarpenterScaling {
  readonly kind: 'karpenter';
  /** Release of EKS's Amazon Linux 2023 images that its nodes start from, such as "v20260903": a moving one would replace nodes by itself. */
  readonly imageRelease: string;
  /** Nodes that it may start beyond those of the peak, by workload; on reserved capacity these are all there are. @default - none */
  readonly burstNodes?: Readonly<Record<string, number>>;
  /** Ids of capacity reservations (`cr-…`) that it fills before it buys. Their cost is the contract's to list. @default - none */
  readonly reservationIds?: readonly string[];
}

export interface ImageCache {
  /**
   * ARN of the Secrets Manager secret, named `ecr-pullthroughcache/…`, with an account for ghcr.io, which ECR asks nothing of
   * without one. @default - images of ghcr.io are pulled from there
   */
  readonly githubSecretArn?: string;
}

export interface KubectlDelivery {
  readonly kind: 'kubectl';
  /**
   * ARN of a Lambda layer in the cell's region with `kubectl` of the cluster's version: publish what the npm package
   * `@aws-cdk/lambda-layer-kubectl-v35` holds, or one of your own.
   */
  readonly kubectlLayerArn: string;
}

/** An FSx for Lustre file system (persistent, SSD), which loads a file from the weights' bucket when it is first read. */
export interface WeightsFileSystem {
  /** 1,200 or a multiple of 2,400; over EFA a multiple of 38,400, 19,200, 9,600 or 4,800, by the throughput in its order. */
  readonly storageGibibytes: number;
  readonly megabytesPerSecondPerTebibyte: 125 | 250 | 500 | 1000;
  /**
   * Lets clients reach it over EFA too. It cannot be changed later, and nodes whose Lustre client is not set up for EFA, as those
   * of a cell are not, still go over TCP. @default false
   */
  readonly efa?: boolean;
  /**
   * What the first deployment printed, `WeightsFileSystemId` and `WeightsMountName`: AWS makes both names up.
   * @default - not known yet, and model servers go on reading from the bucket
   */
  readonly mount?: { readonly fileSystemId: string; readonly mountName: string };
}

/** Our own VPC, or one given by ids. Neither is ever looked up. */
export type CellNetwork =
  | {
      readonly kind: 'own';
      readonly cidr: string;
      /** `nat`: one NAT gateway. `endpoints`: no way out, interface endpoints instead. */
      readonly egress: 'nat' | 'endpoints';
      /** With `endpoints`: more services to reach, by the end of their endpoint's name, such as "elasticloadbalancing". @default - what the cell itself calls */
      readonly endpoints?: readonly string[];
    }
  | {
      readonly kind: 'existing';
      readonly vpcId: string;
      readonly vpcCidr: string;
      /** Private subnets, in the order of `availabilityZones`. */
      readonly privateSubnetIds: readonly string[];
    };
