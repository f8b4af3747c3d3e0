import { Annotations, Aws, type CfnResource, Tags } from 'aws-cdk-lib';
import {
  type CfnSubnet,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type ISubnet,
  type IVpc,
  NatProvider,
  Peer,
  Port,
  PrivateSubnet,
  SecurityGroup,
  type SubnetConfiguration,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { isZoneId } from '../catalog/availability-zone';
import { Problem } from '../problem';
import type { Cell, CellNetwork } from '../workload/cell';
import { DISCOVERY_TAG } from '../workload/karpenter-names';
import { acceleratorCidr, CONTROL_PREFIX_LENGTH, PUBLIC_PREFIX_LENGTH, ZONES_RESERVED } from './address-plan';
import { endpointsOf } from './cell-endpoints';
import { CellRole } from './cell-role';
import { meant } from './nag-findings';
import type { Protection } from './protection';

/** Where a cell's cluster and nodes live. */
export interface CellSubnets {
  readonly vpc: IVpc;
  /** One in each zone: the control plane's interfaces, system nodes and endpoints. */
  readonly controlSubnets: readonly ISubnet[];
  /** In the first zone. */
  readonly acceleratorSubnet: ISubnet;
}

export interface OwnNetworkProps {
  readonly cell: Cell;
  readonly network: Extract<CellNetwork, { kind: 'own' }>;
  /** The most nodes that the plan allows; the accelerator subnet has room for them. */
  readonly acceleratorNodes: number;
  readonly protection: Protection;
  /** Encrypts the flow logs. @default - CloudWatch's own key */
  readonly logKey?: IKey;
}

const CONTROL = 'Control';
const ZONES_WARNING = [
  'CloudFormation-Validate::W3010',
  'a reservation is in one zone, so the zones of a cell are written down',
] as const;
/** Closing the default group takes a Lambda function, which every cell would have to keep. */
const DEFAULT_GROUP_FINDING = [
  'NIST.800.53.R5-VPCDefaultSecurityGroupClosed',
  'CloudFormation cannot close it and nothing is in it: every interface of a cell names its groups',
] as const;
const FLOW_LOG_REASON = 'a sandbox is gone within days; what its network refused is not worth keeping';
const VPC_FINDINGS: Readonly<Record<Cell['profile'], readonly (readonly [id: string, reason: string])[]>> = {
  production: [DEFAULT_GROUP_FINDING],
  sandbox: [
    DEFAULT_GROUP_FINDING,
    ['AwsSolutions-VPC7', FLOW_LOG_REASON],
    ['NIST.800.53.R5-VPCFlowLogsEnabled', FLOW_LOG_REASON],
  ],
};
const PUBLIC_ROUTE_FINDING = [
  'NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW',
  'the way out of the NAT gateway, which alone stands in this subnet; nodes have no such route',
] as const;
/** The L2 wants route tables of given subnets; nothing here adds routes to them. */
const GIVEN_SUBNET_WARNINGS = [
  ['@aws-cdk/aws-ec2:noSubnetRouteTableId', "routes of a given network are its owner's"],
] as const;

/** Where load balancers for clients inside the network are placed. The CDK's cluster tags no subnet without a way out. */
const INTERNAL_LOAD_BALANCER_TAG = 'kubernetes.io/role/internal-elb';

/**
 * A VPC of the cell's own: control subnets in every zone, one accelerator subnet in the first, and either one NAT gateway
 * or interface endpoints and no way out. S3 is always reached by a gateway endpoint: weights never pass a NAT gateway.
 *
 * The zones are given, never looked up.
 */
export class OwnNetwork extends Construct implements CellSubnets {
  readonly vpc: Vpc;
  readonly controlSubnets: readonly ISubnet[];
  readonly acceleratorSubnet: ISubnet;

  constructor(scope: Construct, id: string, props: OwnNetworkProps) {
    super(scope, id);
    const { cell, network } = props;
    const nat = network.egress === 'nat' ? NatProvider.gateway() : undefined;
    // First, so that a block that is too small is one clear sentence.
    const cidrBlock = acceleratorCidr(network.cidr, props.acceleratorNodes);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(network.cidr),
      availabilityZones: [...cell.availabilityZones],
      reservedAzs: Math.max(0, ZONES_RESERVED - cell.availabilityZones.length),
      subnetConfiguration: subnetsFor(network.egress),
      ...(nat === undefined ? { natGateways: 0 } : { natGateways: 1, natGatewayProvider: nat }),
      // It would be a custom resource. Nothing in a cell uses the default group.
      restrictDefaultSecurityGroup: false,
    });
    const accelerator = new PrivateSubnet(this, 'Accelerator', {
      vpcId: this.vpc.vpcId,
      availabilityZone: cell.availabilityZones[0],
      cidrBlock,
      mapPublicIpOnLaunch: false,
    });
    nat?.configureSubnet(accelerator);
    this.acceleratorSubnet = accelerator;
    this.controlSubnets = this.vpc.selectSubnets({ subnetGroupName: CONTROL }).subnets;
    // Of subnets alone: on their route tables, which the CDK puts under them, it would say nothing.
    const onSubnets = { includeResourceTypes: ['AWS::EC2::Subnet'] };
    for (const subnet of this.controlSubnets) Tags.of(subnet).add(INTERNAL_LOAD_BALANCER_TAG, '1', onSubnets);
    if (cell.nodeScaling?.kind === 'karpenter') tagSubnet(accelerator, cell);
    this.addEndpoints(cell, network);
    if (cell.profile === 'production') this.addFlowLog(props);
    this.explainFindings(cell);
  }

  /** What was refused. What was let through would be most of the traffic, at a price by the gigabyte. */
  private addFlowLog({ protection, logKey: encryptionKey }: OwnNetworkProps): void {
    const { logRetention, removalPolicy } = protection;
    const logGroup = new LogGroup(this, 'FlowLogs', {
      retention: logRetention,
      removalPolicy,
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
    });
    const role = new CellRole(this, 'FlowLogRole', {
      description: 'VPC flow logs write what was refused',
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.vpc.addFlowLog('FlowLog', {
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(logGroup, role),
    });
  }

  private explainFindings({ profile }: Cell): void {
    const vpc = this.vpc.node.defaultChild as CfnResource;
    for (const finding of VPC_FINDINGS[profile]) meant(vpc, ...finding);
    const subnets = [...this.controlSubnets, ...this.vpc.publicSubnets, this.acceleratorSubnet];
    for (const subnet of subnets) placeByZone(subnet);
    for (const subnet of this.vpc.publicSubnets) meant(subnet.node.findChild('DefaultRoute'), ...PUBLIC_ROUTE_FINDING);
  }

  private addEndpoints(cell: Cell, network: OwnNetworkProps['network']): void {
    const subnets = [...this.controlSubnets];
    this.vpc.addGatewayEndpoint('S3', {
      service: GatewayVpcEndpointAwsService.S3,
      subnets: [{ subnets: [...subnets, this.acceleratorSubnet] }],
    });
    if (network.egress === 'nat') return;
    const group = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      allowAllOutbound: false,
      description: 'AWS APIs reached from inside the cell',
    });
    group.addIngressRule(Peer.ipv4(network.cidr), Port.tcp(443), 'HTTPS from the cell');
    for (const service of endpointsOf(cell)) {
      this.vpc.addInterfaceEndpoint(service.shortName.replaceAll('.', '-'), {
        service,
        subnets: { subnets },
        securityGroups: [group],
        open: false,
      });
    }
  }
}

/** The L2 takes any text for a zone's name; a zone that is given by its id goes where ids belong. */
function placeByZone(subnet: ISubnet): void {
  const resource = subnet.node.defaultChild as CfnSubnet;
  if (isZoneId(subnet.availabilityZone)) {
    resource.availabilityZoneId = subnet.availabilityZone;
    resource.availabilityZone = undefined;
  } else {
    meant(resource, ...ZONES_WARNING);
  }
}

/** The VPC that a cell was given by ids. What it reaches, and how, is its owner's to say. */
export class GivenNetwork extends Construct implements CellSubnets {
  readonly vpc: IVpc;
  readonly controlSubnets: readonly ISubnet[];
  readonly acceleratorSubnet: ISubnet;

  /** @throws Problem InvalidDeployment unless there is one subnet for each zone. */
  constructor(scope: Construct, id: string, cell: Cell, network: Extract<CellNetwork, { kind: 'existing' }>) {
    super(scope, id);
    const [first] = network.privateSubnetIds;
    if (first === undefined || network.privateSubnetIds.length !== cell.availabilityZones.length) {
      throw new Problem(
        'InvalidDeployment',
        `cell ${cell.id} has ${cell.availabilityZones.length} availability zones and ${network.privateSubnetIds.length} private subnets; give one subnet for each zone, in the same order`,
      );
    }
    for (const warning of GIVEN_SUBNET_WARNINGS) Annotations.of(this).acknowledgeWarning(...warning);
    this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: network.vpcId,
      vpcCidrBlock: network.vpcCidr,
      availabilityZones: [...cell.availabilityZones],
      privateSubnetIds: [...network.privateSubnetIds],
    });
    this.controlSubnets = this.vpc.privateSubnets;
    this.acceleratorSubnet = this.controlSubnets[0] as ISubnet;
  }
}

/** The subnet alone, not its route table. */
function tagSubnet(subnet: ISubnet, { id }: Cell): void {
  Tags.of(subnet).add(DISCOVERY_TAG, id, { includeResourceTypes: ['AWS::EC2::Subnet'] });
}

function subnetsFor(egress: 'nat' | 'endpoints'): SubnetConfiguration[] {
  const control = { name: CONTROL, cidrMask: CONTROL_PREFIX_LENGTH };
  if (egress === 'endpoints') return [{ ...control, subnetType: SubnetType.PRIVATE_ISOLATED }];
  return [
    { ...control, subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    { name: 'Public', cidrMask: PUBLIC_PREFIX_LENGTH, subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
  ];
}
