import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { defaultCatalog } from '../../lib/catalog/catalog';
import { AcceleratorNodeGroup } from '../../lib/constructs/accelerator-node-group';
import type { NodeGroupPlan } from '../../lib/planner/plan';
import { fixed } from '../../lib/units/range';
import { type Anything, aNodeGroup } from '../stacks/cells';

const HOME = {
  clusterName: 'Cell',
  clusterSecurityGroupId: 'sg-cluster',
  efaSecurityGroupId: 'sg-efa',
  nodeRoleArn: 'arn:aws:iam::111122223333:role/Node',
  acceleratorSubnetId: 'subnet-a',
  availabilityZone: 'us-east-1a',
};
const CR = 'cr-0123456789abcdef0';
const ARN = 'arn:aws:resource-groups:us-east-1:111122223333:group/p5-pool';

interface Built {
  readonly launch: Anything;
  readonly group: Anything;
  readonly metadata: Anything;
  readonly reservation: Anything;
  readonly placementGroups: number;
}

/** A group of p5.48xlarge whose replicas span two nodes, so that a placement group would make sense. */
function built(override: Partial<NodeGroupPlan>, reservationRemoval = RemovalPolicy.DESTROY): Built {
  const env = { account: '111122223333', region: 'us-east-1' };
  const app = new App({ builtinCloudFormationValidation: false, analyticsReporting: false });
  const stack = new Stack(app, 'Capacity', { env });
  const plan = aNodeGroup({ instanceType: 'p5.48xlarge', nodesPerReplica: 2, size: fixed(4), ...override });
  const props = { plan, home: HOME, catalog: defaultCatalog, tags: { team: 'inference' }, reservationRemoval };
  new AcceleratorNodeGroup(stack, 'Chat', props);
  const resources: readonly Anything[] = Object.values(Template.fromStack(stack).toJSON().Resources);
  const all = (type: string) => resources.filter((resource) => resource.Type === type);
  const [launch] = all('AWS::EC2::LaunchTemplate');
  const [group] = all('AWS::EKS::Nodegroup');
  const [reservation] = all('AWS::EC2::CapacityReservation');
  return {
    launch: launch.Properties.LaunchTemplateData,
    group: group.Properties,
    metadata: group.Metadata,
    reservation,
    placementGroups: all('AWS::EC2::PlacementGroup').length,
  };
}

describe('a node group bought', () => {
  test('on demand stands in a cluster placement group when its replicas span nodes, and names no reservation', () => {
    const { launch, group, placementGroups, reservation } = built({});
    expect(launch).toMatchObject({ InstanceType: 'p5.48xlarge', Placement: { GroupName: { Ref: expect.anything() } } });
    expect(launch.CapacityReservationSpecification).toBeUndefined();
    expect(launch.InstanceMarketOptions).toBeUndefined();
    expect(group).toMatchObject({
      CapacityType: 'ON_DEMAND',
      ScalingConfig: { MinSize: 4, DesiredSize: 4, MaxSize: 4 },
      Subnets: ['subnet-a'],
    });
    expect(group.InstanceTypes).toBeUndefined();
    expect(placementGroups).toBe(1);
    expect(reservation).toBeUndefined();
  });

  test('on the spot market says so in the group alone', () => {
    const { launch, group, placementGroups } = built({ purchase: 'spot' });
    expect(group.CapacityType).toBe('SPOT');
    expect(launch.InstanceMarketOptions).toBeUndefined();
    expect(launch.CapacityReservationSpecification).toBeUndefined();
    expect(placementGroups).toBe(0);
  });

  test('in a reservation by its id runs there or nowhere, and in no placement group', () => {
    const { launch, group, placementGroups } = built({ purchase: 'capacityReservation', reservationId: CR });
    expect(launch.CapacityReservationSpecification).toEqual({
      CapacityReservationPreference: 'capacity-reservations-only',
      CapacityReservationTarget: { CapacityReservationId: CR },
    });
    expect(launch.InstanceMarketOptions).toBeUndefined();
    expect(launch.Placement).toBeUndefined();
    expect(group.CapacityType).toBe('ON_DEMAND');
    expect(placementGroups).toBe(0);
  });

  test('in a resource group of reservations names its ARN', () => {
    const { launch, group, placementGroups } = built({ purchase: 'capacityReservation', reservationGroupArn: ARN });
    expect(launch.CapacityReservationSpecification).toEqual({
      CapacityReservationPreference: 'capacity-reservations-only',
      CapacityReservationTarget: { CapacityReservationResourceGroupArn: ARN },
    });
    expect(group.CapacityType).toBe('ON_DEMAND');
    expect(placementGroups).toBe(0);
  });

  test('in a reservation made here, made in the placement group of its nodes', () => {
    const created = { purchase: 'capacityReservation', createdReservation: { count: 4 } } as const;
    const { launch, group, placementGroups, reservation } = built(created);
    expect(launch.CapacityReservationSpecification).toEqual({
      CapacityReservationPreference: 'capacity-reservations-only',
      CapacityReservationTarget: { CapacityReservationId: { Ref: expect.stringContaining('Reservation') } },
    });
    expect(group.CapacityType).toBe('ON_DEMAND');
    expect(placementGroups).toBe(1);
    const { Ref: placementGroup } = launch.Placement.GroupName;
    const { TagSpecifications, ...properties } = reservation.Properties;
    expect(properties).toEqual({
      InstanceType: 'p5.48xlarge',
      InstancePlatform: 'Linux/UNIX',
      AvailabilityZone: 'us-east-1a',
      InstanceCount: 4,
      InstanceMatchCriteria: 'targeted',
      Tenancy: 'default',
      EndDateType: 'unlimited',
      PlacementGroupArn: {
        'Fn::Join': [
          '',
          ['arn:', { Ref: 'AWS::Partition' }, ':ec2:us-east-1:111122223333:placement-group/', { Ref: placementGroup }],
        ],
      },
    });
    expect(TagSpecifications).toEqual([
      {
        ResourceType: 'capacity-reservation',
        Tags: [
          { Key: 'Name', Value: 'Chat' },
          { Key: 'headroom:node-group', Value: 'chat-g6-xlarge' },
          { Key: 'headroom:workload', Value: 'chat' },
          { Key: 'team', Value: 'inference' },
        ],
      },
    ]);
    expect(reservation).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });

  test('in a reservation made here for replicas of one node each, without a placement group, to an end, kept in production', () => {
    const createdReservation = { count: 6, end: '2027-12-01T00:00:00Z' };
    const { reservation, placementGroups } = built(
      { purchase: 'capacityReservation', createdReservation, nodesPerReplica: 1 },
      RemovalPolicy.RETAIN,
    );
    expect(placementGroups).toBe(0);
    expect(reservation.Properties).toMatchObject({
      InstanceCount: 6,
      EndDateType: 'limited',
      EndDate: '2027-12-01T00:00:00Z',
    });
    expect(reservation.Properties.PlacementGroupArn).toBeUndefined();
    expect(reservation).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Delete' });
  });

  test('as a Capacity Block waits without nodes until it starts, in the zone of the block', () => {
    const block = { purchase: 'capacityBlock', reservationId: CR, size: { min: 0, plan: 4, max: 4 } } as const;
    const { launch, group, metadata, placementGroups } = built({ ...block, awaitsStart: true });
    expect(launch).toMatchObject({
      InstanceType: 'p5.48xlarge',
      InstanceMarketOptions: { MarketType: 'capacity-block' },
      CapacityReservationSpecification: { CapacityReservationTarget: { CapacityReservationId: CR } },
    });
    expect(launch.CapacityReservationSpecification.CapacityReservationPreference).toBeUndefined();
    expect(group).toMatchObject({
      CapacityType: 'CAPACITY_BLOCK',
      ScalingConfig: { MinSize: 0, DesiredSize: 0, MaxSize: 4 },
      Subnets: ['subnet-a'],
    });
    expect(metadata).toEqual({ Headroom: { plannedSize: 4 } });
    expect(placementGroups).toBe(0);
    expect(built(block).group.ScalingConfig).toEqual({ MinSize: 0, DesiredSize: 4, MaxSize: 4 });
  });
});
