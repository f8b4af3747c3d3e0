import { App, Stack, Validations } from 'aws-cdk-lib';
import { EnvelopePlugin } from '../../../lib/budget/policy/envelope-plugin';

const app = new App();
new Stack(app, 'A', { env: { region: 'us-east-1' } });
Validations.of(app).addPlugins(
  // What a plain JavaScript caller, or a careless cast, hands in.
  new EnvelopePlugin({ asOf: '2026-11-23', evaluate: async () => ({}), publish: () => {} } as never),
);
app.synth();
