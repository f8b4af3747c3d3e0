import { type IPolicyValidationContext, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import type { Finding } from '../../../lib/budget/envelope/verdict';
import { EnvelopePlugin, type Outcome } from '../../../lib/budget/policy/envelope-plugin';
import { Problem } from '../../../lib/problem';
import { aBill, aCharge, aVerdict } from '../../builders';
import { type Answer, anApp, ENV, synthesized, topicIn } from './an-app';

const WITHIN: Answer = { bill: aBill(), verdict: aVerdict() };

const tooDear: Finding = {
  rule: 'CeilingExceeded',
  severity: 'fatal',
  period: 'Y1',
  stack: null,
  logicalId: null,
  sentence: 'period Y1 costs too much',
  remedy: 'run less',
};
const unpriced: Finding = {
  ...tooDear,
  rule: 'Unpriced',
  period: null,
  stack: 'B/Inner',
  logicalId: 'Topic',
  sentence: 'no price',
};
const stale: Finding = { ...tooDear, rule: 'PriceBookStale', severity: 'warning', sentence: 'old prices' };

/** A and the nested stack cost something, at 598.77 USD each. */
const OVER: Answer = {
  bill: aBill({
    charges: [aCharge({ stack: 'A', logicalId: 'Topic' }), aCharge({ stack: 'B/Inner', logicalId: 'Topic' })],
  }),
  verdict: aVerdict({ status: 'over', findings: [tooDear] }),
};

describe('what the plugin reads', () => {
  const { stacks } = synthesized(anApp(), { answer: WITHIN });

  test('every template: top-level, nested and in a Stage, with the region of its own stack', () => {
    expect(stacks.map(({ path, stackName, region, account }) => [path, stackName, region, account])).toEqual([
      ['A', 'A', 'us-east-1', '111111111111'],
      ['B', 'B', 'us-east-1', '111111111111'],
      ['B/Inner', 'B', 'us-east-1', '111111111111'],
      ['Prod/C', 'Prod-C', 'us-west-2', undefined],
    ]);
    for (const { template } of stacks) expect(template).toHaveProperty('Resources.Topic.Type', 'AWS::SNS::Topic');
  });

  test('which resource of its parent creates a nested stack', () => {
    const [, b, inner] = stacks;
    expect(inner?.nestedIn?.stack).toBe('B');
    expect(b?.template).toHaveProperty(`Resources.${inner?.nestedIn?.logicalId}.Type`, 'AWS::CloudFormation::Stack');
    expect(b?.nestedIn).toBeUndefined();
  });
});

describe('a verdict of within', () => {
  test('passes, is published once, and warnings are reported without failing', () => {
    const verdict = aVerdict({ findings: [stale] });
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    const seen = synthesized(anApp(), { answer: { ...WITHIN, verdict } });
    expect(String(printed.mock.calls)).toContain('WARNING old prices (Headroom)');
    printed.mockRestore();
    expect(seen.thrown).toBeUndefined();
    expect(seen.published).toEqual([{ bill: WITHIN.bill, verdict }]);
    expect(seen.violations).toEqual([
      { ruleName: 'PriceBookStale', severity: 'warning', description: 'old prices', paths: [''] },
    ]);
  });
});

describe('any other verdict', () => {
  test('fails with the table on the app, and one line for every stack that contributes', () => {
    const seen = synthesized(anApp(), { answer: OVER, describe: () => 'the table' });
    expect(seen.thrown).toContain('FATAL period Y1 costs too much');
    expect(seen.published).toEqual([OVER]);
    const dearest = 'at max and list price; dearest is Topic instances 598.77 USD';
    expect(seen.violations).toEqual([
      {
        ruleName: 'CeilingExceeded',
        severity: 'fatal',
        description: 'period Y1 costs too much\nthe table\n',
        paths: [''],
      },
      {
        ruleName: 'CeilingExceeded',
        severity: 'fatal',
        description: `A adds 598.77 USD ${dearest}`,
        paths: ['A/Topic'],
      },
      {
        ruleName: 'CeilingExceeded',
        severity: 'fatal',
        description: `B/Inner adds 598.77 USD ${dearest}`,
        paths: ['B/Inner/Topic'],
      },
    ]);
  });

  test('stands on the app and at its own resource, so that no selection of stacks drops it', () => {
    const verdict = aVerdict({ status: 'unpriced', findings: [unpriced, stale] });
    const seen = synthesized(anApp(), { answer: { bill: aBill(), verdict } });
    expect(seen.violations.map(({ ruleName, severity, paths }) => [ruleName, severity, paths])).toEqual([
      ['Unpriced', 'fatal', ['']],
      ['Unpriced', 'fatal', ['B/Inner/Topic']],
      ['PriceBookStale', 'warning', ['']],
    ]);
  });

  test('cannot be acknowledged away', () => {
    const app = anApp();
    Validations.of(app).acknowledge({ id: 'Headroom::CeilingExceeded', reason: 'we like to spend' });
    expect(synthesized(app, { answer: OVER }).thrown).toContain('FATAL period Y1 costs too much');
  });

  test('fails a template assertion too, which synthesizes', () => {
    const stackOf = (answer: Answer): Stack => {
      const app = anApp();
      const plugin = new EnvelopePlugin({ asOf: '2026-11-23', evaluate: () => answer, publish: () => {} });
      Validations.of(app).addPlugins(plugin);
      return app.node.findChild('A') as Stack;
    };
    expect(() => Template.fromStack(stackOf(OVER))).toThrow('period Y1 costs too much');
    expect(Template.fromStack(stackOf(WITHIN)).findResources('AWS::SNS::Topic')).toHaveProperty('Topic');
  });
});

test('whatever is found, every violation has a place and a severity that the CDK knows: without one it would not be seen', () => {
  const rules = ['CeilingExceeded', 'Unpriced', 'PriceBookStale', 'CommitmentShortfall'] as const;
  const found: fc.Arbitrary<Finding> = fc.record({
    rule: fc.constantFrom(...rules),
    severity: fc.constantFrom('fatal' as const, 'warning' as const),
    period: fc.constantFrom(null, 'Y1'),
    stack: fc.constantFrom(null, 'A', 'B/Inner', 'Prod/C', 'ledger', 'no/such/stack'),
    logicalId: fc.constantFrom(null, 'Topic', 'NoSuchResource'),
    sentence: fc.constant('a sentence'),
    remedy: fc.constant('a remedy'),
  });
  const context = contextOf();
  fc.assert(
    fc.property(fc.array(found, { maxLength: 5 }), (findings) => {
      const status = findings.some(({ severity }) => severity === 'fatal') ? 'over' : 'within';
      const evaluate = (): Answer => ({ bill: OVER.bill, verdict: aVerdict({ status, findings }) });
      const report = new EnvelopePlugin({ asOf: '2026-11-23', evaluate, publish: () => {} }).validate(context);
      expect(report.success).toBe(status === 'within');
      expect(report.violations.some(({ severity }) => severity === 'fatal')).toBe(!report.success);
      for (const { severity, violatingResources } of report.violations) {
        expect(['fatal', 'warning']).toContain(severity);
        expect(violatingResources).toHaveLength(1);
      }
    }),
  );
});

describe('a check that breaks down', () => {
  const throwing = (thrown: unknown) => (): never => {
    throw thrown;
  };

  test.each<[string, Parameters<typeof synthesized>[1], string]>([
    [
      'wrong input',
      { evaluate: throwing(new Problem('InvalidContract', 'the contract lacks measure')) },
      'the contract lacks measure',
    ],
    [
      'a defect',
      { evaluate: throwing(new TypeError('x is undefined\nsecond line')) },
      'TypeError: x is undefined (a defect of the checker)',
    ],
    ['a thrown string', { evaluate: throwing('boom') }, 'boom (a defect of the checker)'],
    ['a thrown nothing', { evaluate: throwing(undefined) }, 'a thrown undefined (a defect of the checker)'],
    [
      'a promise',
      { evaluate: (() => Promise.resolve(WITHIN)) as never },
      'Error: the evaluation returned a promise, and validation is synchronous (a defect of the checker)',
    ],
    [
      'no answer',
      { evaluate: (() => undefined) as never },
      'Error: the evaluation returned nothing (a defect of the checker)',
    ],
    [
      'an unknown status',
      { answer: { ...WITHIN, verdict: { ...WITHIN.verdict, status: 'fine' as 'within' } } },
      'Error: the evaluation returned an unknown status (a defect of the checker)',
    ],
    [
      'a fatal finding within',
      { answer: { ...WITHIN, verdict: aVerdict({ findings: [tooDear] }) } },
      'Error: the verdict is at odds with its own findings (a defect of the checker)',
    ],
    [
      'a refusal without a reason',
      { answer: { ...WITHIN, verdict: aVerdict({ status: 'over' }) } },
      'Error: the verdict is at odds with its own findings (a defect of the checker)',
    ],
    [
      'a table that throws',
      { answer: OVER, describe: throwing(new Error('no table')) },
      'Error: no table (a defect of the checker)',
    ],
  ])('fails, with one sentence and a failed verdict, on %s', (_what, props, sentence) => {
    const seen = synthesized(anApp(), props);
    expect(seen.thrown).toContain('FATAL the check could not run');
    expect(seen.violations).toEqual([
      {
        ruleName: 'CheckerFailed',
        severity: 'fatal',
        description: `the check could not run: ${sentence}`,
        paths: [''],
      },
    ]);
    expect(seen.published.at(-1)).toMatchObject({
      bill: null,
      verdict: { status: 'failed', inputs: { contract: null, priceBook: null }, periods: [] },
    });
    expect(Object.keys(seen.published.at(-1)?.verdict.inputs.templates ?? {})).toEqual(['A', 'B', 'B/Inner', 'Prod/C']);
  });

  test('fails when the evidence cannot be left', () => {
    const seen = synthesized(anApp(), { answer: WITHIN, publish: throwing(new Error('ENOSPC: disk full')) });
    expect(seen.violations[0]).toMatchObject({
      ruleName: 'CheckerFailed',
      description: 'the check could not run: Error: ENOSPC: disk full (a defect of the checker)',
    });
  });

  test('fails for a stack without a region, which is never guessed', () => {
    const app = anApp();
    topicIn(new Stack(app, 'Anywhere', { env: { account: ENV.account } }));
    const seen = synthesized(app, { answer: WITHIN });
    expect(seen.violations[0]?.description).toBe(
      'the check could not run: stack Anywhere has no region and cannot be priced; give it one in env.region',
    );
    expect(seen.published.at(-1)?.verdict.status).toBe('failed');
  });

  test('fails whatever is thrown or returned, and never throws itself', () => {
    const context = contextOf();
    const validated = (
      evaluate: () => never,
    ): readonly [Outcome | undefined, ReturnType<EnvelopePlugin['validate']>] => {
      const published: Outcome[] = [];
      const plugin = new EnvelopePlugin({
        asOf: '2026-11-23',
        evaluate,
        publish: (outcome) => published.push(outcome),
      });
      const report = plugin.validate(context);
      return [published.at(-1), report];
    };
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.boolean(), (value, isThrown) => {
        const [outcome, report] = validated(() => {
          if (isThrown) throw value;
          return value as never;
        });
        expect(report.success).toBe(false);
        expect(report.violations[0]).toMatchObject({
          ruleName: 'CheckerFailed',
          severity: 'fatal',
          violatingResources: [{ constructPath: '' }],
        });
        expect(outcome?.verdict.status).toBe('failed');
      }),
    );
  });
});

/** A real context, as the CDK hands it to plugins. */
function contextOf(): IPolicyValidationContext {
  const app = anApp();
  const contexts: IPolicyValidationContext[] = [];
  Validations.of(app).addPlugins({
    name: 'Recorder',
    validate: (context) => {
      contexts.push(context);
      return { success: true, violations: [] };
    },
  });
  app.synth();
  const [context] = contexts;
  if (context === undefined) throw new Error('the CDK ran no plugin');
  return context;
}
