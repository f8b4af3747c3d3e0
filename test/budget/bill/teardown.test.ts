import type { StackTemplate } from '../../../lib/budget/bill/stack-template';
import { bill, totals } from './billing';
import { ADDRESS, deletion, endOf, home, named, target, WINDOW } from './deletions';

const torn = (properties: object = {}, resource: object = {}) => [
  home,
  named('Reaper', { Home: deletion('Home', properties, resource) }),
];

test('a scheduled deletion ends what it deletes, an hour after it starts', () => {
  // 2 days and 13 hours are 61 hours × 0.005.
  expect(endOf(torn())).toBe('2026-12-03T13:00:00Z');
  expect(totals(bill(torn(), { window: WINDOW }), 'Address')).toEqual({ publicIpv4Hours: '0.305' });
});

test.each([
  ['a single call', { ScheduleExpression: 'at(2026-12-02T00:00:00)', StartDate: undefined }, '2026-12-02T01:00:00Z'],
  [
    'a flexible window counts to its end',
    { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 } },
    '2026-12-03T13:30:00Z',
  ],
  [
    'a literal joined from pieces',
    {
      Target: target('{"StackName":"Home"}', {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':scheduler:::aws-sdk:cloudformation:deleteStack']],
      }),
    },
    '2026-12-03T13:00:00Z',
  ],
  ['milliseconds', { StartDate: '2026-12-03T12:00:00.000Z' }, '2026-12-03T13:00:00Z'],
  ['an end after the first call', { EndDate: '2026-12-04T00:00:00Z' }, '2026-12-03T13:00:00Z'],
])('%s is read', (_, properties, end) => expect(endOf(torn(properties))).toBe(end));

describe('nothing ends on a schedule that', () => {
  test.each<[string, readonly StackTemplate[]]>([
    ['is disabled', torn({ State: 'DISABLED' })],
    [
      'may not be created',
      [
        home,
        named(
          'Reaper',
          { Home: deletion('Home', {}, { Condition: 'Open' }) },
          {
            root: {
              Parameters: { P: { Type: 'String' } },
              Conditions: { Open: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] } },
            },
          },
        ),
      ],
    ],
    ['deletes another stack', torn({ Target: target('{"StackName":"Homes"}') })],
    ['retains something', torn({ Target: target('{"StackName":"Home","RetainResources":["Address"]}') })],
    ['deletes what a parameter says', torn({ Target: target({ Ref: 'P' }) })],
    [
      'only stops',
      torn({
        Target: target('{"StackName":"Home"}', 'arn:aws:scheduler:::aws-sdk:cloudformation:describeStacks'),
      }),
    ],
    ['has no start', torn({ StartDate: undefined })],
    ['starts on a day that no calendar has', torn({ StartDate: '2026-02-30T00:00:00Z' })],
    ['runs in another time zone', torn({ ScheduleExpressionTimezone: 'Europe/Berlin' })],
    ['names calendar times', torn({ ScheduleExpression: 'cron(0 12 3 12 ? 2026)' })],
    ['ends nobody knows when', torn({ EndDate: { Ref: 'P' } })],
    ['goes with a group of schedules', torn({ GroupName: { Ref: 'Group' } })],
    ['is sealed with a key', torn({ KmsKeyArn: { 'Fn::GetAtt': ['Key', 'Arn'] } })],
    ['ends before it starts', torn({ EndDate: '2026-12-03T11:59:59Z' })],
    ['ends as it starts', torn({ EndDate: '2026-12-03T12:00:00Z' })],
    ['stands in another region', [home, named('Reaper', { Home: deletion('Home') }, { region: 'us-west-2' })]],
    ['stands in another account', [home, named('Reaper', { Home: deletion('Home') }, { account: '111122223333' })]],
    [
      'meets termination protection',
      [{ ...home, terminationProtection: true }, named('Reaper', { Home: deletion('Home') })],
    ],
    ['names two stacks', [...torn(), named('Home', { Address: ADDRESS }, { path: 'Twin' })]],
    [
      'meets deletion protection',
      [
        named('Home', {
          Address: ADDRESS,
          Cluster: { Type: 'AWS::EKS::Cluster', Properties: { DeletionProtection: true } },
        }),
        named('Reaper', { Home: deletion('Home') }),
      ],
    ],
  ])('%s', (_, stacks) => expect(endOf(stacks)).toBe('never'));
});

test.each([
  'Retain',
  'RetainExceptOnCreate',
  'Snapshot',
  'Tomorrow',
  null,
  { Ref: 'Policy' },
  { 'Fn::If': ['Open', 'Retain', 'Delete'] },
])('what is retained, or may be, goes on costing: %j', (DeletionPolicy) => {
  const kept = named('Home', { Address: { ...ADDRESS, DeletionPolicy } });
  expect(endOf([kept, named('Reaper', { Home: deletion('Home') })])).toBe('never');
});

test('a policy that deletes is as good as none', () => {
  const deleted = named('Home', { Address: { ...ADDRESS, DeletionPolicy: 'Delete' } });
  expect(endOf([deleted, named('Reaper', { Home: deletion('Home') })])).toBe('2026-12-03T13:00:00Z');
});

test('a stack that is gone before the window costs nothing in it, and says so', () => {
  const of = bill(torn({ StartDate: '2026-11-20T00:00:00Z' }), { window: WINDOW });
  expect(of.free).toContainEqual(
    expect.objectContaining({ stack: 'Home', reason: 'nothing of it is billed in this window' }),
  );
});

describe('a stack that others import from', () => {
  const exporting = named(
    'Home',
    { Address: ADDRESS },
    {
      root: { Outputs: { Out: { Value: 'x', Export: { Name: 'Home:Out' } } } },
    },
  );
  const importing = named('Guest', {
    Address: ADDRESS,
    Use: { Type: 'AWS::IAM::Role', Properties: { RoleName: { 'Fn::ImportValue': 'Home:Out' } } },
  });
  const reaper = (properties: object, guest = true) =>
    named('Reaper', { Home: deletion('Home', properties), ...(guest ? { Guest: deletion('Guest') } : {}) });

  test('goes at the first call after they are gone', () => {
    // The guest is gone at 13:00 on the 3rd; the call of 12:00 fails, that of 13:00 deletes.
    expect(endOf([exporting, importing, reaper({})])).toBe('2026-12-03T14:00:00Z');
    expect(endOf([exporting, importing, reaper({ ScheduleExpression: 'rate(5 hours)' })])).toBe('2026-12-03T18:00:00Z');
  });
  test('never goes when they stay', () => expect(endOf([exporting, importing, reaper({}, false)])).toBe('never'));
  test('never goes on a single call that comes too early, nor when the calls end before', () => {
    expect(endOf([exporting, importing, reaper({ ScheduleExpression: 'at(2026-12-03T12:00:00)' })])).toBe('never');
    expect(endOf([exporting, importing, reaper({ EndDate: '2026-12-03T12:30:00Z' })])).toBe('never');
  });
});

test('a schedule that is deleted first deletes nothing', () => {
  const early = named('Gravedigger', { Reaper: deletion('Reaper', { StartDate: '2026-12-02T00:00:00Z' }) });
  const late = named('Gravedigger', { Reaper: deletion('Reaper', { StartDate: '2026-12-04T00:00:00Z' }) });
  expect(endOf([...torn(), early])).toBe('never');
  expect(endOf([...torn(), late])).toBe('2026-12-03T13:00:00Z');
});

test('a stack may delete itself', () => {
  expect(endOf([named('Home', { Address: ADDRESS, Home: deletion('Home') })])).toBe('2026-12-03T13:00:00Z');
});

describe('nested stacks', () => {
  const stacksWith = (parent: object) => [
    named('Home', { Nested: { Type: 'AWS::CloudFormation::Stack', ...parent } }),
    named(
      'Home-Nested',
      { Address: ADDRESS },
      { path: 'Home/Nested', nestedIn: { stack: 'Home', logicalId: 'Nested' } },
    ),
    named('Reaper', { Home: deletion('Home') }),
  ];
  test('go with their parents', () => {
    expect(endOf(stacksWith({}), 'Home/Nested')).toBe('2026-12-03T13:00:00Z');
    expect(bill(stacksWith({})).unpriced.map(({ dimension }) => dimension)).toEqual([]);
  });
  test('stay when their parents retain them', () => {
    expect(endOf(stacksWith({ DeletionPolicy: 'Retain' }), 'Home/Nested')).toBe('never');
  });
});
