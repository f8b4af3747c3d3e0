// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is what Fn::Sub looks like.
import fc from 'fast-check';
import { readTemplates } from '../../../lib/budget/bill/read-template';
import type { StackTemplate } from '../../../lib/budget/bill/stack-template';
import {
  alternatives,
  Choice,
  countOf,
  NumberBetween,
  Opaque,
  type Value,
} from '../../../lib/budget/bill/template-value';
import { aStack, bill } from './billing';
import { stacks } from './templates';

const root = {
  Parameters: {
    Free: { Type: 'String', Default: 'x' },
    Pinned: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' },
    Size: { Type: 'String', Default: 'small', AllowedValues: ['small', 'large'] },
    Count: { Type: 'Number', Default: 3, MinValue: 1, MaxValue: 9 },
    Unbounded: { Type: 'Number', Default: 3, MinValue: 1 },
  },
  Conditions: {
    Yes: { 'Fn::Equals': ['a', 'a'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    Large: { 'Fn::Equals': [{ Ref: 'Size' }, 'large'] },
    Huge: { 'Fn::Equals': [{ Ref: 'Size' }, 'huge'] },
    Unknown: { 'Fn::Equals': [{ Ref: 'Free' }, 'x'] },
    NoAnyhow: { 'Fn::And': [{ Condition: 'Unknown' }, { Condition: 'No' }] },
    YesAnyhow: { 'Fn::Or': [{ Condition: 'Unknown' }, { Condition: 'Yes' }] },
    Circular: { 'Fn::Not': [{ Condition: 'Circular' }] },
    Five: { 'Fn::Equals': [{ Ref: 'Count' }, 5] },
  },
  Mappings: { Sizes: { small: { nodes: 2 }, large: { nodes: 8 } } },
  Outputs: { Circle: { Value: { 'Fn::ImportValue': 'A:Circle' }, Export: { Name: 'A:Circle' } } },
};

/** A value as it resolves in a stack named A in us-east-1. */
function read(value: unknown, others: readonly StackTemplate[] = []): Value {
  const stack = aStack({ It: { Type: 'X', Properties: { It: value } }, Other: { Type: 'Y' } }, { root });
  const assembly = readTemplates([stack, ...others]);
  return assembly.resourceAt({ stack: 'A', logicalId: 'It', attribute: undefined })?.property('It');
}

describe('what is literal resolves:', () => {
  test.each<[string, unknown, unknown]>([
    ['plain values', { a: [1, 'b', true, null] }, { a: [1, 'b', true, null] }],
    ['pseudo parameters', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['the partition of the region', { Ref: 'AWS::Partition' }, 'aws'],
    ['no value', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['joins', { 'Fn::Join': ['-', ['a', 1, { Ref: 'AWS::StackName' }]] }, 'a-1-A'],
    [
      'substitutions',
      { 'Fn::Sub': ['${Name}.${AWS::URLSuffix} ${!Not}', { Name: 'eks' }] },
      'eks.amazonaws.com ${Not}',
    ],
    ['selections of splits', { 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b,c'] }] }, 'b'],
    ['lengths', { 'Fn::Length': ['a', 'b'] }, 2],
    ['mappings', { 'Fn::FindInMap': ['Sizes', 'large', 'nodes'] }, 8],
    [
      'decided conditions',
      [{ 'Fn::If': ['Yes', 1, 2] }, { 'Fn::If': ['No', 1, 2] }, { 'Fn::If': ['Here', 1, 2] }],
      [1, 2, 1],
    ],
    ['conditions decided by one part', [{ 'Fn::If': ['NoAnyhow', 1, 2] }, { 'Fn::If': ['YesAnyhow', 1, 2] }], [2, 1]],
    ['a value that is never allowed', { 'Fn::If': ['Huge', 1, 2] }, 2],
    ['a choice without a difference', { 'Fn::If': ['Unknown', 'same', 'same'] }, 'same'],
  ])('%s', (_, value, expected) => expect(read(value)).toEqual(expected));
});

describe('what a deployment decides is a choice, the default first:', () => {
  test.each<[string, unknown, readonly unknown[]]>([
    ['allowed values', { Ref: 'Size' }, ['small', 'small', 'large']],
    ['an open condition', { 'Fn::If': ['Large', 8, 2] }, [2, 2, 8]],
    ['a mapping by a choice', { 'Fn::FindInMap': ['Sizes', { Ref: 'Size' }, 'nodes'] }, [2, 2, 8]],
    [
      'a text with a choice in it',
      { 'Fn::Sub': 'the ${Size} one' },
      ['the small one', 'the small one', 'the large one'],
    ],
  ])('%s', (_, value, expected) => {
    const found = read(value);
    expect(found).toBeInstanceOf(Choice);
    expect(alternatives(found)).toEqual(expected);
  });

  test('a number between bounds', () => {
    const found = read({ Ref: 'Count' });
    expect(found).toBeInstanceOf(NumberBetween);
    expect(countOf(found, 'Count')).toEqual({ min: 1, plan: 3, max: 9 });
    // 5 is between the bounds, so the condition on it is open.
    expect(read({ 'Fn::If': ['Five', 1, 2] })).toBeInstanceOf(Choice);
  });
});

describe('what cannot be known is opaque:', () => {
  const deep = Array.from({ length: 200 }).reduce<unknown>((inner) => [inner], 1);
  test.each<[string, unknown, RegExp]>([
    ['a free-form parameter, its default notwithstanding', { Ref: 'Free' }, /set to anything/],
    ['a parameter read from SSM', { Ref: 'Pinned' }, /SSM/],
    ['a number without a largest value', { Ref: 'Unbounded' }, /set to anything/],
    ['a resource', { Ref: 'Other' }, /known only after deployment/],
    ['an attribute', { 'Fn::GetAtt': 'Other.Arn' }, /Other\.Arn/],
    ['a name that is not there', { Ref: 'Nothing' }, /not in the template/],
    ['the zones of an account', { 'Fn::GetAZs': '' }, /Fn::GetAZs/],
    ['an intrinsic of tomorrow', { 'Fn::Dream': [] }, /Fn::Dream/],
    ['a join with something opaque in it', { 'Fn::Join': ['', ['a', { Ref: 'Other' }]] }, /Other/],
    ['a row that a mapping lacks', { 'Fn::FindInMap': ['Sizes', 'medium', 'nodes'] }, /medium/],
    ['a prototype’s field', { 'Fn::FindInMap': ['Sizes', 'constructor', 'name'] }, /constructor/],
    ['an export of somewhere else', { 'Fn::ImportValue': 'Elsewhere' }, /Elsewhere/],
    ['a circle', { 'Fn::ImportValue': 'A:Circle' }, /itself/],
    ['a malformed If', { 'Fn::If': 'Yes' }, /Fn::If/],
    ['a malformed Sub', { 'Fn::Sub': 7 }, /Fn::Sub/],
  ])('%s', (_, value, reason) => {
    const found = read(value);
    expect(found).toBeInstanceOf(Opaque);
    expect((found as Opaque).reason).toMatch(reason);
  });

  test('anything nested deeper than CloudFormation takes', () => {
    const found = JSON.stringify(read(deep), (_, value) => (value instanceof Opaque ? value.reason : value));
    expect(found).toContain('too deep');
  });
});

describe('between stacks', () => {
  const producer = aStack(
    { Subnet: { Type: 'AWS::EC2::Subnet' } },
    {
      path: 'B',
      stackName: 'B',
      root: {
        Outputs: {
          Count: { Value: 4, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Count' } } },
          Subnet: { Value: { Ref: 'Subnet' }, Export: { Name: 'B:Subnet' } },
        },
      },
    },
  );

  test('literal exports and outputs resolve, and references lead to the resource', () => {
    expect(read({ 'Fn::ImportValue': 'B:Count' }, [producer])).toBe(4);
    expect(read({ 'Fn::GetStackOutput': { StackName: 'B', OutputName: 'Count' } }, [producer])).toBe(4);
    const found = read({ 'Fn::ImportValue': 'B:Subnet' }, [producer]);
    expect((found as Opaque).target).toEqual({ stack: 'B', logicalId: 'Subnet', attribute: undefined });
  });

  test('fails closed on an export of another region, and on one that two stacks claim', () => {
    expect(read({ 'Fn::ImportValue': 'B:Count' }, [{ ...producer, region: 'us-west-2' }])).toBeInstanceOf(Opaque);
    expect(read({ 'Fn::ImportValue': 'B:Count' }, [producer, { ...producer, path: 'C' }])).toBeInstanceOf(Opaque);
  });

  test('a nested stack reads what its parent passes, and the parent reads its outputs', () => {
    const nested = aStack(
      { It: { Type: 'X', Properties: { It: { Ref: 'Nodes' } } } },
      {
        path: 'A/Child',
        nestedIn: { stack: 'A', logicalId: 'Child' },
        root: { Parameters: { Nodes: { Type: 'Number' } }, Outputs: { Back: { Value: { Ref: 'Nodes' } } } },
      },
    );
    const child = { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { Nodes: 7 } } };
    const reader = { Type: 'X', Properties: { It: { 'Fn::GetAtt': ['Child', 'Outputs.Back'] } } };
    const assembly = readTemplates([aStack({ Child: child, Reader: reader }), nested]);
    expect(assembly.resourceAt({ stack: 'A/Child', logicalId: 'It', attribute: undefined })?.property('It')).toBe(7);
    expect(assembly.resourceAt({ stack: 'A', logicalId: 'Reader', attribute: undefined })?.property('It')).toBe(7);
  });
});

/** Damage: one value anywhere in a template becomes something else. */
function damaged(value: unknown, at: { left: number }, by: unknown): unknown {
  if (at.left === 0) {
    at.left -= 1;
    return by;
  }
  at.left -= 1;
  if (Array.isArray(value)) return value.map((one) => damaged(one, at, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, damaged(one, at, by)]));
}

const debris = fc.oneof(
  fc.constantFrom<unknown>(null, '', -1, 0.5, 1e300, true, [], {}, [null], { Ref: 3 }, { Ref: 'AWS::NoValue' }),
  fc.constantFrom<unknown>(
    { 'Fn::If': [] },
    { 'Fn::Sub': [] },
    { 'Fn::Join': [] },
    { 'Fn::Select': [9, []] },
    { 'Fn::GetAtt': [] },
  ),
  fc.jsonValue(),
);

test('a damaged template is billed without a crash, and what is lost is unpriced and not cheaper by a guess', () => {
  fc.assert(
    fc.property(stacks, fc.nat(120), debris, (templates, place, by) => {
      const broken = templates.map((one) => ({ ...one, template: damaged(one.template, { left: place }, by) }));
      const of = bill(broken);
      expect(of.resources.total).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 300 },
  );
});

test.each([undefined, null, 3, 'x', [], { Resources: [] }, { Resources: 'x' }])(
  'a template that is %j is unpriced',
  (template) => {
    expect(bill([aStack({}, { template })]).unpriced).toHaveLength(1);
  },
);
