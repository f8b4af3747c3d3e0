/** A cell: one cluster in one account × region, with its accelerators in one availability zone. */
export interface Cell {
  /** PascalCase; prefixes the stage and its stacks. A contract: changing it replaces everything. */
  readonly id: string;
  readonly region: string;
  /** Twelve digits. @default - account-agnostic: the deploying credentials decide */
  readonly account?: string;
  /** Names of at least two zones; never looked up. The first one holds the accelerators. */
  readonly availabilityZones: readonly [string, string, ...string[]];
  readonly network: CellNetwork;
  readonly profile: 'sandbox' | 'production';
  readonly kubernetesVersion: string;
  /** Instance type of the small CPU group that runs cluster add-ons. */
  readonly systemInstanceType: string;
  readonly systemNodes: number;
  /** CIDR blocks that may reach the public API endpoint. @default - private endpoint only */
  readonly publicAccessCidrs?: readonly string[];
  /** IAM principal that administers the cluster. @default - whoever creates the cluster in a sandbox; in production nobody, until somebody makes an access entry */
  readonly adminRoleArn?: string;
}

/** Our own VPC, or one given by ids. Neither is ever looked up. */
export type CellNetwork =
  | {
      readonly kind: 'own';
      readonly cidr: string;
      /** `nat`: one NAT gateway. `endpoints`: no way out, interface endpoints instead. */
      readonly egress: 'nat' | 'endpoints';
    }
  | {
      readonly kind: 'existing';
      readonly vpcId: string;
      readonly vpcCidr: string;
      /** Private subnets, in the order of `availabilityZones`. */
      readonly privateSubnetIds: readonly string[];
    };
