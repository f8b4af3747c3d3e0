import { aStack, bill, billOf, type Resources } from './billing';
import { UNIT_BOOK } from './charger-cases';

const FARGATE = { CapacityProvider: 'FARGATE' };
const of = (properties: object, more: Resources = {}, root: object = {}) => {
  const { charges, unpriced, free } = bill([
    aStack(
      {
        It: {
          Type: 'AWS::ECS::Service',
          Properties: { Cluster: { Ref: 'C' }, DesiredCount: 2, TaskDefinition: { Ref: 'T' }, ...properties },
        },
        T: { Type: 'AWS::ECS::TaskDefinition', Properties: { Cpu: '512', Memory: '1024' } },
        C: { Type: 'AWS::ECS::Cluster' },
        ...more,
      },
      { root },
    ),
  ]);
  const isFree = free.some(({ logicalId }) => logicalId === 'It');
  const named = [...charges, ...unpriced].filter(({ logicalId }) => logicalId === 'It');
  return isFree ? 'free' : named.map(({ dimension }) => dimension).join(' ');
};
const strategy = (...providers: unknown[]) => ({
  CapacityProviderStrategy: providers.map((CapacityProvider) => ({ CapacityProvider })),
});
/** What is unpriced for want of a price in the test's book. */
const TASKS = 'fargateGigabytes fargateVcpus';

describe('tasks of a service', () => {
  test('are free on a group of instances, in the template or named', () => {
    expect(of({})).toBe('free');
    expect(of(strategy('my-group'))).toBe('free');
    expect(of(strategy({ Ref: 'P' }), { P: { Type: 'AWS::ECS::CapacityProvider' } })).toBe('free');
  });

  test('are billed on Fargate, whichever way it is named', () => {
    const association = (Cluster: unknown) => ({
      A: {
        Type: 'AWS::ECS::ClusterCapacityProviderAssociations',
        Properties: { Cluster, DefaultCapacityProviderStrategy: [FARGATE] },
      },
    });
    const named = { C: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'c' } } };
    expect(of(strategy('FARGATE'))).toBe(TASKS);
    expect(of(strategy('FARGATE', 'my-group'))).toBe(TASKS);
    expect(of({}, association({ Ref: 'C' }))).toBe(TASKS);
    expect(of(strategy(), association({ Ref: 'C' }))).toBe(TASKS);
    expect(of({}, { ...named, ...association('c') })).toBe(TASKS);
    expect(of({}, association({ 'Fn::ImportValue': 'a cluster' }))).toBe(TASKS);
    expect(of({}, { ...association('another'), ...named })).toBe('free');
  });

  test('fails: a provider that is decided at deployment is never taken for instances', () => {
    const parameter = { Parameters: { P: { Type: 'String', Default: 'mine', AllowedValues: ['mine', 'FARGATE'] } } };
    expect(of(strategy({ Ref: 'P' }), {}, parameter)).toBe(TASKS);
    expect(of(strategy({ 'Fn::ImportValue': 'a provider' }))).toBe('fargateTasks');
    expect(of(strategy({ Ref: 'T' }))).toBe('fargateTasks');
  });

  test('fails: managed instances are not free', () => {
    const { unpriced } = bill([
      aStack({ P: { Type: 'AWS::ECS::CapacityProvider', Properties: { ManagedInstancesProvider: {} } } }),
    ]);
    expect(unpriced.map(({ dimension }) => dimension)).toEqual(['managedInstances']);
  });
});

describe('the bounds of what scales a service', () => {
  const target = (ResourceId: unknown) => ({
    A: {
      Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
      Properties: {
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        MinCapacity: 1,
        MaxCapacity: 100,
        ResourceId,
      },
    },
  });
  const service = (properties: object): Resources => ({
    It: {
      Type: 'AWS::ECS::Service',
      Properties: { LaunchType: 'FARGATE', DesiredCount: 2, TaskDefinition: { Ref: 'T' }, ...properties },
    },
    T: { Type: 'AWS::ECS::TaskDefinition', Properties: { Cpu: '512', Memory: '1024' } },
  });
  const billed = (resources: Resources) => billOf(resources, { priceBook: UNIT_BOOK });
  /** At 1 USD for everything: ½ vCPU and 1 GB for each of so many tasks. */
  const most = (resources: Resources) => {
    const { charges } = billed({ ...service({ ServiceName: 'web' }), C: { Type: 'AWS::ECS::Cluster' }, ...resources });
    return charges.find(({ dimension, logicalId }) => dimension === 'fargateGigabytes' && logicalId === 'It')?.quantity
      .max;
  };

  test('reach the service by its own reference, by its name, and by a name beside a reference to its cluster', () => {
    expect(most({})).toBe('2');
    expect(most(target('service/c/web'))).toBe('100');
    expect(most(target({ 'Fn::Join': ['/', ['service', { Ref: 'C' }, { 'Fn::GetAtt': ['It', 'Name'] }]] }))).toBe(
      '100',
    );
    expect(most(target({ 'Fn::Sub': [`service/\${C}/web`, {}] }))).toBe('100');
    expect(most(target({ 'Fn::Join': ['/', ['service', { Ref: 'C' }, 'web']] }))).toBe('100');
  });

  test('of another service do not', () => {
    expect(most(target('service/c/other'))).toBe('2');
    const other = { Other: { Type: 'AWS::ECS::Service', Properties: {} } };
    expect(
      most({ ...other, ...target({ 'Fn::Join': ['/', ['service', { Ref: 'C' }, { 'Fn::GetAtt': 'Other.Name' }]] }) }),
    ).toBe('2');
  });
});
