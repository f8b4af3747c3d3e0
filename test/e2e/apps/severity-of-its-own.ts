import { App, Stack, Validations } from 'aws-cdk-lib';
import { EnvelopePlugin } from '../../../lib/budget/policy/envelope-plugin';
import { aBill, aVerdict } from '../../builders';

/** A severity that the CDK does not know would pass as soon as another rule of the report is acknowledged. */
const findings = ['Unpriced', 'PriceBookStale'].map((rule) => ({
  rule,
  severity: 'over-budget',
  sentence: 'no',
  remedy: 'no',
}));
const app = new App();
new Stack(app, 'A', { env: { region: 'us-east-1' } });
Validations.of(app).acknowledge({ id: 'Headroom::PriceBookStale', reason: 'known' });
Validations.of(app).addPlugins(
  new EnvelopePlugin({
    asOf: '2026-11-23',
    evaluate: () => ({ bill: aBill(), verdict: { ...aVerdict({ status: 'over' }), findings } }),
    publish: () => {},
  } as never),
);
app.synth();
