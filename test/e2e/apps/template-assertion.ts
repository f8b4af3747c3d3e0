import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EnvelopePlugin } from '../../../lib/budget/policy/envelope-plugin';
import { aBill, aVerdict } from '../../builders';

/** A unit test of somebody's stack, in an app that is held to a contract: what HEADROOM_VERDICT says of it. */
const status = process.env.HEADROOM_VERDICT;
const fatal = { rule: 'CeilingExceeded', severity: 'fatal', period: null, stack: null, logicalId: null } as const;
const findings = status === 'over' ? [{ ...fatal, sentence: 'it costs too much', remedy: 'run less' }] : [];

const app = new App({ autoSynth: false, analyticsReporting: false });
const stack = new Stack(app, 'A', { env: { region: 'us-east-1' } });
new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' });
Validations.of(app).addPlugins(
  new EnvelopePlugin({
    asOf: '2026-11-23',
    evaluate: () => {
      if (status === 'throws') throw new Error('the checker fell over');
      return { bill: aBill(), verdict: aVerdict({ status: status === 'over' ? 'over' : 'within', findings }) };
    },
    publish: () => {},
  }),
);
Template.fromStack(stack).resourceCountIs('AWS::SNS::Topic', 1);
console.log('the assertion holds');
