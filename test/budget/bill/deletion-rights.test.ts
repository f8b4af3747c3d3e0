// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is what Fn::Sub looks like.
import type { StackTemplate } from '../../../lib/budget/bill/stack-template';
import type { Resources } from './billing';
import {
  aPolicy,
  aRole,
  deletion,
  document,
  endOf,
  home,
  inAccount,
  named,
  permission,
  target,
  trust,
} from './deletions';

const HOMES = inAccount('cloudformation', 'stack/Home/*');
const DENIAL = { Effect: 'Deny', Action: 'cloudformation:DeleteStack', Resource: '*' };
const OPEN = {
  Parameters: { P: { Type: 'String' } },
  Conditions: {
    Open: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] },
    Elsewhere: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, '111122223333'] }] },
  },
};

type Change = Partial<StackTemplate> & { root?: object };
const reaper = (resources: Resources, change: Change = {}, schedule: object = {}) =>
  named('Reaper', { Home: deletion('Home', schedule), ...resources }, change);
const withRole = (role: object): StackTemplate[] => [home, reaper({ Role: aRole(role) })];
const withPolicy = (policy: object, resource: object = {}): StackTemplate[] => [
  home,
  reaper({ Policy: aPolicy(policy, resource) }, { root: OPEN }),
];
const withPermission = (change: object) => withPolicy({ PolicyDocument: document(permission(change)) });
const withTrust = (change: object) => withRole({ AssumeRolePolicyDocument: document(trust(change)) });
const alone = { Policy: undefined };

describe('a schedule deletes with', () => {
  test.each<[string, readonly StackTemplate[]]>([
    ['every action of CloudFormation', withPermission({ Action: 'cloudformation:*' })],
    ['every action, on everything', withPermission({ Action: ['*'], Resource: '*' })],
    ['an action in other letters', withPermission({ Action: 'CloudFormation:deleteStack' })],
    ['every stack', withPermission({ Resource: inAccount('cloudformation', 'stack/*') })],
    ['stacks whose names begin so', withPermission({ Resource: inAccount('cloudformation', 'stack/Ho*') })],
    [
      'a substituted name',
      withPermission({
        Resource: {
          'Fn::Sub': 'arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/Home/*',
        },
      }),
    ],
    [
      'one statement among others',
      withPolicy({
        PolicyDocument: document({ Effect: 'Allow', Action: 'iam:PassRole', Resource: { Ref: 'P' } }, permission()),
      }),
    ],
    ['a statement that is no list', withPolicy({ PolicyDocument: { Statement: permission() } })],
    [
      'a policy inside the role',
      [home, reaper({ Role: aRole({ Policies: [{ PolicyDocument: document(permission()) }] }), Policy: {} })],
    ],
    [
      'a policy of the role’s own type',
      [
        home,
        reaper({ Policy: aPolicy({ Roles: undefined, RoleName: { Ref: 'Role' } }, { Type: 'AWS::IAM::RolePolicy' }) }),
      ],
    ],
    ['a trust without conditions', withTrust({ Condition: undefined })],
    [
      'a trust of several services',
      withTrust({ Principal: { Service: ['eks.amazonaws.com', 'scheduler.amazonaws.com'] } }),
    ],
    [
      'a denial to another role',
      [home, reaper({ Other: aRole(), No: aPolicy({ PolicyDocument: document(DENIAL), Roles: [{ Ref: 'Other' }] }) })],
    ],
    [
      'the account spelled out in stacks of that account',
      [
        { ...home, account: '111122223333' },
        reaper(
          {
            Policy: aPolicy({
              PolicyDocument: document(
                permission({ Resource: 'arn:aws:cloudformation:us-east-1:111122223333:stack/Home/*' }),
              ),
            }),
          },
          { account: '111122223333' },
        ),
      ],
    ],
  ])('%s', (_, stacks) => expect(endOf(stacks)).toBe('2026-12-03T13:00:00Z'));
});

describe('nothing ends by a schedule', () => {
  const roleArn = (RoleArn: unknown): StackTemplate[] => [
    home,
    reaper({}, { root: OPEN }, { Target: { ...target('{"StackName":"Home"}'), RoleArn } }),
  ];
  test.each<[string, readonly StackTemplate[]]>([
    ['without a role', roleArn(undefined)],
    ['with a role from elsewhere', roleArn('arn:aws:iam::111122223333:role/any')],
    ['with a name for a role', roleArn({ Ref: 'Role' })],
    ['with a role that is none', roleArn({ 'Fn::GetAtt': ['Policy', 'Arn'] })],
    ['with a role that is not there', roleArn({ 'Fn::GetAtt': ['Nobody', 'Arn'] })],
    ['with one of two roles', roleArn({ 'Fn::If': ['Open', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'x'] })],
    ['whose role may not be created', [home, reaper({ Role: { ...aRole(), Condition: 'Open' } }, { root: OPEN })]],
    ['whose role has a boundary', withRole({ PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' })],
    ['whose role has managed policies', withRole({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSDenyAll'] })],
    [
      'whose role cannot be read',
      [home, reaper({ Role: { Type: 'AWS::IAM::Role', Properties: { 'Fn::Transform': {} } } })],
    ],
  ])('%s', (_, stacks) => expect(endOf(stacks)).toBe('never'));

  test.each<[string, readonly StackTemplate[]]>([
    ['nobody', withRole({ AssumeRolePolicyDocument: undefined })],
    ['another service', withTrust({ Principal: { Service: 'eks.amazonaws.com' } })],
    ['a parameter', withTrust({ Principal: { Service: { Ref: 'P' } } })],
    ['an account', withTrust({ Principal: { AWS: '*' } })],
    [
      'all but the scheduler',
      withTrust({ Principal: undefined, NotPrincipal: { Service: 'scheduler.amazonaws.com' } }),
    ],
    ['nobody by a denial', withTrust({ Effect: 'Deny' })],
    [
      'nobody by a second statement',
      withRole({ AssumeRolePolicyDocument: document(trust(), { ...trust(), Effect: 'Deny' }) }),
    ],
    ['another action', withTrust({ Action: 'sts:TagSession' })],
    ['another account', withTrust({ Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } })],
    [
      'another group of schedules',
      withTrust({ Condition: { StringEquals: { 'aws:SourceArn': inAccount('scheduler', 'schedule-group/other') } } }),
    ],
    [
      'under another condition',
      withTrust({ Condition: { DateLessThan: { 'aws:CurrentTime': '2026-12-01T00:00:00Z' } } }),
    ],
    ['with a key that is not read', withTrust({ Condition: { StringEquals: { 'sts:ExternalId': 'x' } } })],
  ])('whose role trusts %s', (_, stacks) => expect(endOf(stacks)).toBe('never'));

  test.each<[string, readonly StackTemplate[]]>([
    ['is deleted', [home, reaper(alone)]],
    ['may not be created', withPolicy({}, { Condition: 'Open' })],
    ['is not created in one account', withPolicy({}, { Condition: 'Elsewhere' })],
    ['is attached to nobody', withPolicy({ Roles: undefined })],
    ['is attached to another role', [home, reaper({ Other: aRole(), Policy: aPolicy({ Roles: [{ Ref: 'Other' }] }) })]],
    ['is attached by a name', withPolicy({ Roles: ['Role'] })],
    ['is not written out', withPolicy({ PolicyDocument: { Ref: 'P' } })],
    ['may be another', withPolicy({ PolicyDocument: { 'Fn::If': ['Open', document(permission()), document()] } })],
    ['has no statement', withPolicy({ PolicyDocument: document() })],
  ])('whose policy %s', (_, stacks) => expect(endOf(stacks)).toBe('never'));

  test.each<[string, object]>([
    ['allows another action', { Action: 'cloudformation:DescribeStacks' }],
    ['allows what a parameter says', { Action: { Ref: 'P' } }],
    ['allows all other actions', { Action: undefined, NotAction: 'iam:*' }],
    ['allows another stack', { Resource: inAccount('cloudformation', 'stack/Homes/*') }],
    ['allows a part of the stack', { Resource: inAccount('cloudformation', 'stack/Home/a*') }],
    ['allows no version of the stack', { Resource: inAccount('cloudformation', 'stack/Home') }],
    ['allows all other resources', { Resource: undefined, NotResource: 'x' }],
    [
      'allows another region',
      { Resource: { 'Fn::Sub': 'arn:aws:cloudformation:us-west-2:${AWS::AccountId}:stack/Home/*' } },
    ],
    [
      'allows another partition',
      { Resource: { 'Fn::Sub': 'arn:aws-cn:cloudformation:us-east-1:${AWS::AccountId}:stack/Home/*' } },
    ],
    ['allows another account', { Resource: 'arn:aws:cloudformation:us-east-1:111122223333:stack/Home/*' }],
    ['allows less than five parts of a name', { Resource: 'arn:aws:cloudformation:us-east-1:*' }],
    ['allows another service', { Resource: inAccount('s3', 'stack/Home/*') }],
    ['allows nothing in one account', { Resource: { 'Fn::If': ['Elsewhere', HOMES, 'x'] } }],
    ['allows it on a condition', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }],
    ['denies', { Effect: 'Deny' }],
    ['may deny', { Effect: { Ref: 'P' } }],
  ])('whose permission %s', (_, change) => expect(endOf(withPermission(change))).toBe('never'));

  test.each<[string, readonly StackTemplate[]]>([
    ['beside the permission', withPolicy({ PolicyDocument: document(permission(), DENIAL) })],
    ['in another policy', [home, reaper({ No: aPolicy({ PolicyDocument: document(DENIAL) }) })]],
    [
      'in a policy that may be created',
      [home, reaper({ No: aPolicy({ PolicyDocument: document(DENIAL) }, { Condition: 'Open' }) }, { root: OPEN })],
    ],
    ['inside the role', withRole({ Policies: [{ PolicyDocument: document(DENIAL) }] })],
    [
      'in a managed policy',
      [home, reaper({ No: aPolicy({ PolicyDocument: document(DENIAL) }, { Type: 'AWS::IAM::ManagedPolicy' }) })],
    ],
    [
      'in another stack, to a role by its name',
      [home, reaper({}), named('Far', { No: aPolicy({ PolicyDocument: document(DENIAL), Roles: ['Reaper-Role'] }) })],
    ],
  ])('that a statement forbids %s', (_, stacks) => expect(endOf(stacks)).toBe('never'));
});
