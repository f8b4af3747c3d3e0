import { CreateSubnetCommand, CreateVpcCommand, ModifyVpcAttributeCommand } from '@aws-sdk/client-ec2';
import type { CellPlan, NodeGroupPlan } from '../../lib/planner/plan';
import { fixed } from '../../lib/units/range';
import type { Cell } from '../../lib/workload/cell';
import type { Account } from './account';

/** What stands in an account before a cell that is given it. */
export interface GivenNetwork {
  readonly vpcId: string;
  readonly subnetIds: readonly [string, string];
}

export const VARIANTS_ACCOUNT = '123456789012';
const CIDR = '10.48.0.0/16';
const ZONES = ['us-east-1a', 'us-east-1b'] as const;
/** Stand in the emulated account without having been deployed: two Capacity Blocks, a reservation, a group of reservations. */
const [BLOCK, LATER_BLOCK, RESERVATION] = [
  'cr-0a1b2c3d4e5f60001',
  'cr-0a1b2c3d4e5f60002',
  'cr-0a1b2c3d4e5f60003',
] as const;
const RESERVATION_GROUP = 'arn:aws:resource-groups:us-east-1:123456789012:group/b300-pool';
export const VARIANTS_OUTSIDE: readonly string[] = [BLOCK, LATER_BLOCK, RESERVATION, RESERVATION_GROUP];

/** The emulated account's, for as long as it lives. */
export async function makeNetwork({ ec2 }: Account): Promise<GivenNetwork> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: CIDR }));
  const vpcId = Vpc?.VpcId ?? '';
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }));
  const subnetIn = async (AvailabilityZone: string, CidrBlock: string): Promise<string> => {
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, AvailabilityZone, CidrBlock }));
    return Subnet?.SubnetId ?? '';
  };
  return { vpcId, subnetIds: [await subnetIn(ZONES[0], '10.48.0.0/18'), await subnetIn(ZONES[1], '10.48.64.0/18')] };
}

/** A small cell in a network that it is given, with Karpenter beside its node groups. */
export function variantsCell({ vpcId, subnetIds }: GivenNetwork): Cell {
  return {
    id: 'Variants',
    region: 'us-east-1',
    account: VARIANTS_ACCOUNT,
    availabilityZones: ZONES,
    network: { kind: 'existing', vpcId, vpcCidr: CIDR, privateSubnetIds: subnetIds },
    profile: 'sandbox',
    kubernetesVersion: '1.35',
    systemInstanceType: 'm7g.large',
    systemNodes: 2,
    nodeScaling: { kind: 'karpenter', imageRelease: 'v20260903' },
    observability: { level: 'alarms' },
    serving: { weightsBucket: 'weights' },
  };
}

/** Every way to buy that the other targets do not deploy, pools of prefill and decode, and the longest lists of interfaces. */
export const VARIANTS_PLAN: CellPlan = {
  id: 'Variants',
  region: 'us-east-1',
  availabilityZone: ZONES[0],
  nodeGroups: [
    group({ name: 'spot', instanceType: 'g6e.2xlarge', purchase: 'spot', size: fixed(2) }),
    group({
      name: 'block',
      instanceType: 'p5.48xlarge',
      purchase: 'capacityBlock',
      reservationId: BLOCK,
      size: fixed(2),
    }),
    group({
      name: 'block-later',
      instanceType: 'p5en.48xlarge',
      purchase: 'capacityBlock',
      reservationId: LATER_BLOCK,
      awaitsStart: true,
      size: fixed(4),
    }),
    group({
      name: 'reserved',
      instanceType: 'trn2.48xlarge',
      purchase: 'capacityReservation',
      reservationId: RESERVATION,
      size: fixed(1),
    }),
    group({
      name: 'of-a-group',
      instanceType: 'p6-b300.48xlarge',
      purchase: 'capacityReservation',
      reservationGroupArn: RESERVATION_GROUP,
      size: fixed(2),
    }),
    group({ name: 'prefill', instanceType: 'p5en.48xlarge', pool: 'prefill', size: fixed(1) }),
    group({ name: 'decode', instanceType: 'p5en.48xlarge', pool: 'decode', nodesPerReplica: 2, size: fixed(2) }),
  ],
  nodePools: [
    {
      name: 'burst',
      workload: 'chat',
      instanceType: 'g6e.2xlarge',
      purchases: ['spot', 'onDemand'],
      size: { min: 0, plan: 0, max: 3 },
      rootVolume: { gibibytes: 200, iops: 3000, mebibytesPerSecond: 125 },
    },
  ],
};

function group(given: Partial<NodeGroupPlan> & Pick<NodeGroupPlan, 'name' | 'instanceType' | 'size'>): NodeGroupPlan {
  return {
    workload: 'chat',
    purchase: 'onDemand',
    rootVolume: { gibibytes: 200, iops: 3000, mebibytesPerSecond: 125 },
    ...given,
  };
}
