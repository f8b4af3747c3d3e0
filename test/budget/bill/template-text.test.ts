import { parseTemplate } from '../../../lib/budget/bill/template-text';

const read = (text: string) => parseTemplate(text, 'a.yaml');
const properties = (lines: string) => {
  const indented = lines
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
  const { Resources } = read(`Resources:\n  A:\n    Type: T\n    Properties:\n${indented}\n`);
  return (Resources as { A: { Properties: unknown } }).A.Properties;
};

describe('CloudFormation YAML', () => {
  test.each<readonly [string, unknown]>([
    ['V: !Ref A', { V: { Ref: 'A' } }],
    ['V: !GetAtt A.Outputs.B', { V: { 'Fn::GetAtt': 'A.Outputs.B' } }],
    ['V: !GetAtt [A, B]', { V: { 'Fn::GetAtt': ['A', 'B'] } }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes its placeholders so
    ['V: !Sub "${A}-x"', { V: { 'Fn::Sub': '${A}-x' } }],
    ['V: !If [C, !Ref A, !Ref "AWS::NoValue"]', { V: { 'Fn::If': ['C', { Ref: 'A' }, { Ref: 'AWS::NoValue' }] } }],
    ['V: !Select [0, !GetAZs ""]', { V: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] } }],
    ['V: !Join ["-", [a, !Ref B]]', { V: { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] } }],
    ['V: !FindInMap [M, !Ref "AWS::Region", x]', { V: { 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'x'] } }],
    [
      'V: !And [!Condition A, !Not [!Equals [a, b]]]',
      { V: { 'Fn::And': [{ Condition: 'A' }, { 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }] } },
    ],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes its placeholders so
      'V:\n  Fn::Base64: !Sub |\n    #!/bin/bash\n    echo ${A}',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes its placeholders so
      { V: { 'Fn::Base64': { 'Fn::Sub': '#!/bin/bash\necho ${A}\n' } } },
    ],
    ['V:\n  !Transform\n  Name: AWS::Include', { V: { 'Fn::Transform': { Name: 'AWS::Include' } } }],
    ['V: !ImportValue x', { V: { 'Fn::ImportValue': 'x' } }],
    ['V: !Split [",", "a,b"]', { V: { 'Fn::Split': [',', 'a,b'] } }],
    ['V: !Cidr [!Ref A, 2, 8]', { V: { 'Fn::Cidr': [{ Ref: 'A' }, 2, 8] } }],
    // YAML 1.1: a date is a time elsewhere, and text here; yes is true.
    ['V: 2012-10-17\nW: yes\nX: "007"', { V: '2012-10-17', W: true, X: '007' }],
    ['V: &a {K: 1}\nW: *a', { V: { K: 1 }, W: { K: 1 } }],
  ])('%s', (text, expected) => expect(properties(text)).toEqual(expected));
});

test('JSON is read as JSON', () => {
  expect(read('{"Resources": {"A": {"Type": "T"}}}')).toEqual({ Resources: { A: { Type: 'T' } } });
});

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghi'.split('').map((letter, at) => {
    const before = 'abcdefgh'[at];
    return `${letter}: &${letter} [*${before}, *${before}, *${before}, *${before}, *${before}, *${before}, *${before}]`;
  }),
  'Resources: {A: {Type: T, Properties: {V: *i}}}',
].join('\n');

describe('fails with one sentence', () => {
  test.each<readonly [string, string, RegExp]>([
    ['nothing', '', /it is not a JSON or YAML object/],
    ['prose', 'hello: world', /it has no Resources/],
    ['a list', '[1, 2]', /not a JSON or YAML object/],
    ['half a file', '{"Resources": {"A": ', /is no CloudFormation template/],
    ['HTML', '<html><body class="x">: y</body></html>', /is no CloudFormation template/],
    ['bytes', '\u0000\u0001\u0002', /is no CloudFormation template/],
    ['a key twice in JSON', '{"Resources": {"A": {"Type": "T"}, "A": {"Type": "U"}}}', /the key "A" stands twice/],
    ['a key twice in YAML', 'Resources:\n  A: {Type: T}\n  A: {Type: U}\n', /unique/],
    ['two documents', 'Resources: {}\n---\nResources: {}\n', /is no CloudFormation template/],
    ['aliases that grow', bomb, /aliases stand for too many values/],
    ['an alias of itself', 'Resources: &r\n  A: {Type: T, Properties: *r}\n', /points at itself/],
    ['an alias of nothing', 'Resources: {A: *nobody}\n', /points at nothing|Unresolved alias/],
    ['a merge', 'Resources:\n  A: &a {Type: T}\n  B:\n    <<: *a\n', /merges maps/],
    ['a key that is a list', 'Resources:\n  ? [a]\n  : b\n', /keys is not text/],
    ['deep JSON', `{"Resources": ${'['.repeat(5000)}${']'.repeat(5000)}}`, /nested/],
    ['very deep YAML', `Resources: ${'['.repeat(50_000)}`, /is no CloudFormation template/],
  ])('%s', (_, text, sentence) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'InvalidTemplate' }));
    expect(() => read(text)).toThrow(sentence);
  });

  test('a file that is far too large, at once', () => {
    expect(() => read(`Resources:\n${'  A: b\n'.repeat(700_000)}`)).toThrow(/larger than/);
  });
});
