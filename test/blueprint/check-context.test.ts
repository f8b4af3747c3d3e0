import cdkJson from '../../cdk.json';
import { CONTEXT_KEYS, checkContext } from '../../lib/blueprint/check-context';
import { isProblem } from '../../lib/problem';

const codeOf = (context: Readonly<Record<string, unknown>>, further?: readonly string[]): string | undefined => {
  try {
    checkContext(context, further);
    return undefined;
  } catch (thrown) {
    if (isProblem(thrown)) return thrown.code;
    throw thrown;
  }
};

test.each(Object.values(CONTEXT_KEYS))('%s is known', (key) => {
  expect(codeOf({ [key]: 'text' })).toBeUndefined();
});

test("the keys that the CDK and this repository's cdk.json set are passed over", () => {
  const cdks = {
    'aws:cdk:bundling-stacks': ['**'],
    'aws-cdk:enableDiffNoFail': true,
    '@aws-cdk/core:checkSecretUsage': true,
    'availability-zones:account=111122223333:region=us-east-1': ['us-east-1a'],
    'acknowledged-issue-numbers': [34892],
  };
  expect(codeOf({ ...cdks, ...cdkJson.context })).toBeUndefined();
});

test('a key that the app itself reads is known to it', () => {
  expect(codeOf({ breach: 'B' }, ['breach'])).toBeUndefined();
});

test.each(['contrct', 'Contract', 'contract ', 'asof', 'headroom:contract', 'breach'])(
  'fails on %j, which nobody reads, and names those that are read',
  (key) => {
    expect(codeOf({ [key]: 'none' })).toBe('UnknownContext');
    expect(() => checkContext({ [key]: 'none' })).toThrow(
      `nothing reads the context key "${key}"; use deployment, contract, asOf, actuals, headroom:validateTemplates`,
    );
  },
);

test('fails on a value that is not text', () => {
  expect(codeOf({ contract: true })).toBe('InvalidArgument');
});
