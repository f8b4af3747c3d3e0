import { anAssumption, aStack, bill, billOf, type Resources, reasons, totals } from './billing';

const ASSUMPTIONS = [
  anAssumption('flowLogGigabytes', '4'),
  anAssumption('logIngestGigabytes', '6'),
  anAssumption('logStoredGigabytes', '10', { unit: 'GB' }),
];
const flowLog = (properties: object = { LogDestination: { 'Fn::GetAtt': ['Logs', 'Arn'] } }, more: object = {}) => ({
  Type: 'AWS::EC2::FlowLog',
  Properties: { DeliverLogsPermissionArn: { 'Fn::GetAtt': ['Deliverer', 'Arn'] }, ...properties },
  ...more,
});
const logs = (properties: object = {}) => ({ Type: 'AWS::Logs::LogGroup', Properties: properties });
/** A policy of a role that lets it write to the group. */
const permission = (role: string, Type = 'AWS::IAM::Policy', another: object = {}) => ({
  Deliverer: { Type: 'AWS::IAM::Role' },
  Another: { Type: 'AWS::IAM::Role', Properties: another },
  Policy: {
    Type,
    Properties: { Roles: [{ Ref: role }], PolicyDocument: { Resource: { 'Fn::GetAtt': ['Logs', 'Arn'] } } },
  },
});
const group = { LogGroupName: { Ref: 'Logs' } };
const ingested = (resources: Resources, root: object = {}) =>
  totals(bill([aStack(resources, { root })], { assumptions: ASSUMPTIONS }), 'Logs').logIngestGigabytes;

describe('what flow logs write is charged once', () => {
  // 4 GB × 0.50 with the flow log, 10 GB × 0.03 with the group, and nothing written by anybody else.
  test.each<[string, object]>([
    ['by Ref', flowLog(group)],
    ['by Arn', flowLog()],
    ['by Arn, written with a point', flowLog({ LogDestination: { 'Fn::GetAtt': 'Logs.Arn' } })],
  ])('to a group named %s', (_, log) => {
    const of = billOf({ FlowLog: log, Logs: logs(), ...permission('Deliverer') }, { assumptions: ASSUMPTIONS });
    expect(totals(of)).toEqual({ flowLogGigabytes: '0 | 0 | 2', logStoredGigabytes: '0 | 0 | 0.3' });
    expect(of.unpriced).toEqual([]);
  });

  test('with a policy that could be attached to others, and is not', () => {
    const resources = { FlowLog: flowLog(), Logs: logs(), ...permission('Deliverer', 'AWS::IAM::ManagedPolicy') };
    expect(ingested(resources)).toBeUndefined();
  });

  test('and needs only the flow log’s declaration', () => {
    expect(Object.keys(reasons(billOf({ FlowLog: flowLog(), Logs: logs() }))).sort()).toEqual([
      'flowLogGigabytes',
      'logStoredGigabytes',
    ]);
  });
});

describe('what others may write is charged with the group', () => {
  test.each<[string, Resources]>([
    ['nobody delivers to it', { Logs: logs() }],
    ['the flow log goes elsewhere', { FlowLog: flowLog({ LogDestination: 'arn:x' }), Logs: logs() }],
    ['the flow log goes to a bucket', { FlowLog: flowLog({ ...group, LogDestinationType: 's3' }), Logs: logs() }],
    ['the flow log may not be made', { FlowLog: flowLog(group, { Condition: 'Open' }), Logs: logs() }],
    [
      'another resource names it',
      {
        FlowLog: flowLog(),
        Logs: logs(),
        Other: { Type: 'X::Y::Z', Properties: { To: { 'Fn::Sub': `\${Logs.Arn}:*` } } },
      },
    ],
    ['another role may write to it', { FlowLog: flowLog(), Logs: logs(), ...permission('Another') }],
    [
      'another role has the same policy',
      {
        FlowLog: flowLog(),
        Logs: logs(),
        ...permission('Deliverer', 'AWS::IAM::ManagedPolicy', { ManagedPolicyArns: [{ Ref: 'Policy' }] }),
      },
    ],
    ['a service writes to its name', { FlowLog: flowLog(), Logs: logs({ LogGroupName: '/aws/eks/chat/cluster' }) }],
    ['its name is open', { FlowLog: flowLog(), Logs: logs({ LogGroupName: { Ref: 'Size' } }) }],
  ])('where %s', (_, resources) => {
    const open = {
      Parameters: { Size: { Type: 'String' } },
      Conditions: { Open: { 'Fn::Equals': [{ Ref: 'Size' }, 'l'] } },
    };
    expect(ingested(resources, open)).toBe('0 | 0 | 3');
  });

  test('where an output hands it to others', () => {
    expect(ingested({ FlowLog: flowLog(), Logs: logs() }, { Outputs: { Name: { Value: { Ref: 'Logs' } } } })).toBe(
      '0 | 0 | 3',
    );
  });
});

describe('control-plane logs', () => {
  const cluster = {
    Type: 'AWS::EKS::Cluster',
    Properties: { Name: 'chat', Version: '1.36', Logging: { ClusterLogging: { EnabledTypes: [{ Type: 'api' }] } } },
  };
  const own = logs({ LogGroupName: '/aws/eks/chat/cluster' });
  const open = {
    Parameters: { Size: { Type: 'String' } },
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] }, Open: { 'Fn::Equals': [{ Ref: 'Size' }, 'l'] } },
  };
  const unpricedOf = (resources: Resources) => Object.keys(reasons(bill([aStack(resources, { root: open })])));

  test('are charged with their group where a template makes it', () => {
    expect(unpricedOf({ Cluster: cluster, Logs: own })).toEqual(['logIngestGigabytes', 'logStoredGigabytes']);
  });
  test.each(['Never', 'Open'])('are charged with the cluster where its condition is %s', (Condition) => {
    expect(unpricedOf({ Cluster: cluster, Logs: { ...own, Condition } })).toContain('controlPlaneLogGigabytes');
  });
});
