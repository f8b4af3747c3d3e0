import { aGroup, billOf, type Resources } from './billing';

/** The charges by the hour of an instance that the resources make. */
function instancesOf(resources: Resources) {
  return billOf(resources).charges.filter(({ offer }) => /^instance:.*:onDemand$/.test(offer));
}
const inZone = (...zones: readonly (object | undefined)[]): Resources => ({
  ...aGroup({ Subnets: zones.map((_, index) => ({ Ref: `Subnet${index}` })) }),
  ...Object.fromEntries(
    zones.map((zone, index) => [
      `Subnet${index}`,
      { Type: 'AWS::EC2::Subnet', Properties: { CidrBlock: `10.0.${index}.0/24`, ...zone } },
    ]),
  ),
});

describe('what Savings Plans and reserved instances surely reach', () => {
  test('is an on-demand node group of one type', () => {
    expect(instancesOf(aGroup())).toMatchObject([{ coverable: true }]);
  });

  test('is no spot group, and no group of which any of several types can run', () => {
    expect(instancesOf(aGroup({ CapacityType: 'SPOT' }))[0]).not.toHaveProperty('coverable');
    const several = aGroup({ InstanceTypes: ['g6.xlarge', 'g6.2xlarge'] }, { InstanceType: undefined });
    expect(instancesOf(several).every(({ coverable }) => coverable === undefined)).toBe(true);
  });

  test('is a capacity reservation of the template', () => {
    const reservation = {
      Type: 'AWS::EC2::CapacityReservation',
      Properties: {
        InstanceType: 'g6.xlarge',
        InstanceCount: 2,
        InstancePlatform: 'Linux/UNIX',
        AvailabilityZone: 'us-east-1a',
      },
    };
    expect(instancesOf({ Reservation: reservation })).toMatchObject([{ coverable: true }]);
  });

  test('is no group of instances that may be partly spot', () => {
    const { Launch } = aGroup();
    const group = (distribution: object) => ({
      Launch,
      Group: {
        Type: 'AWS::AutoScaling::AutoScalingGroup',
        Properties: {
          MinSize: '4',
          MaxSize: '4',
          VPCZoneIdentifier: ['subnet-1'],
          MixedInstancesPolicy: {
            InstancesDistribution: distribution,
            LaunchTemplate: {
              LaunchTemplateSpecification: {
                LaunchTemplateId: { Ref: 'Launch' },
                Version: { 'Fn::GetAtt': ['Launch', 'LatestVersionNumber'] },
              },
            },
          },
        },
      },
    });
    expect(instancesOf(group({ OnDemandPercentageAboveBaseCapacity: 100 }))).toMatchObject([{ coverable: true }]);
    const [half] = instancesOf(group({ OnDemandPercentageAboveBaseCapacity: 50 }));
    expect(half?.quantity).toEqual({ min: '2', plan: '4', max: '4' });
    expect(half).not.toHaveProperty('coverable');
  });
});

describe('the zone of a node group', () => {
  const zoneOf = (...zones: readonly (object | undefined)[]) => instancesOf(inZone(...zones))[0]?.availabilityZoneId;

  test('is that of its subnets, by id', () => {
    expect(zoneOf({ AvailabilityZoneId: 'use1-az4' })).toBe('use1-az4');
    expect(zoneOf({ AvailabilityZoneId: 'use1-az4' }, { AvailabilityZoneId: 'use1-az4' })).toBe('use1-az4');
  });

  test('is not known by name, in several zones, or outside the template', () => {
    expect(zoneOf({ AvailabilityZone: 'us-east-1a' })).toBeUndefined();
    expect(zoneOf({ AvailabilityZoneId: 'use1-az4' }, { AvailabilityZoneId: 'use1-az2' })).toBeUndefined();
    expect(instancesOf(aGroup({ Subnets: ['subnet-1'] }))[0]).not.toHaveProperty('availabilityZoneId');
  });
});
