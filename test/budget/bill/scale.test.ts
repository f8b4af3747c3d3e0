import { aStack, bill, quantities, type Resources } from './billing';

/** Seconds of processor time: other work on the machine does not count. */
function secondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function many(count: number, make: (at: number) => Resources): Resources {
  return Object.assign({}, ...Array.from({ length: count }, (_, at) => make(at)));
}

describe('ten thousand resources that name each other are billed without a search for each', () => {
  test.each<[string, Resources]>([
    [
      'flow logs and their groups',
      many(5000, (at) => ({
        [`G${at}`]: { Type: 'AWS::Logs::LogGroup' },
        [`F${at}`]: { Type: 'AWS::EC2::FlowLog', Properties: { LogGroupName: { Ref: `G${at}` } } },
      })),
    ],
    [
      'services and what scales them',
      many(5000, (at) => ({
        [`S${at}`]: { Type: 'AWS::ECS::Service', Properties: { LaunchType: 'FARGATE', TaskDefinition: { Ref: 'T' } } },
        [`A${at}`]: {
          Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
          Properties: {
            ServiceNamespace: 'ecs',
            MinCapacity: 1,
            MaxCapacity: 2,
            ResourceId: { 'Fn::Join': ['/', ['service', 'c', { 'Fn::GetAtt': [`S${at}`, 'Name'] }]] },
          },
        },
      })),
    ],
    [
      'groups and their policies',
      many(5000, (at) => ({
        [`G${at}`]: { Type: 'AWS::AutoScaling::AutoScalingGroup', Properties: { MinSize: 1, MaxSize: 2 } },
        [`P${at}`]: {
          Type: 'AWS::AutoScaling::ScalingPolicy',
          Properties: { AutoScalingGroupName: { Ref: `G${at}` } },
        },
      })),
    ],
    [
      'functions and their log groups',
      many(5000, (at) => ({
        [`F${at}`]: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: `f${at}` } },
        [`G${at}`]: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: `/aws/lambda/f${at}` } },
      })),
    ],
  ])('%s', (_, resources) => {
    expect(secondsOf(() => bill([aStack(resources)]))).toBeLessThan(4);
  });

  test('nested conditions over a parameter of many values', () => {
    const nested = Array.from({ length: 9 }).reduce<unknown>(
      (inner, _, at) => ({ 'Fn::If': [`C${at}`, inner, inner] }),
      { Ref: 'Size' },
    );
    const root = {
      Parameters: {
        Size: { Type: 'String', Default: '1', AllowedValues: Array.from({ length: 1000 }, (_, at) => String(at)) },
        P: { Type: 'String' },
      },
      Conditions: Object.fromEntries(
        Array.from({ length: 9 }, (_, at) => [`C${at}`, { 'Fn::Equals': [{ Ref: 'P' }, `${at}`] }]),
      ),
    };
    const volume = { Type: 'AWS::EC2::Volume', Properties: { Size: nested, VolumeType: 'gp3' } };
    const seconds = secondsOf(() => {
      expect(quantities(bill([aStack({ V: volume }, { root })])).volumeStorage).toBe('0 | 1 | 999');
    });
    expect(seconds).toBeLessThan(4);
  });
});
