import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, CfnResource, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import type { Bill } from '../../../lib/budget/bill/bill';
import type { StackTemplate } from '../../../lib/budget/bill/stack-template';
import type { Verdict } from '../../../lib/budget/envelope/verdict';
import { EnvelopePlugin, type EnvelopePluginProps, type Outcome } from '../../../lib/budget/policy/envelope-plugin';

export const ENV = { account: '111111111111', region: 'us-east-1' };

/** Stacks A and B, B with a nested stack, and C in a Stage "Prod": one topic each, so that synthesis is quick. */
export function anApp(): App {
  const app = new App({ outdir: temporaryFolder(), autoSynth: false, analyticsReporting: false });
  topicIn(new Stack(app, 'A', { env: ENV }));
  const b = new Stack(app, 'B', { env: ENV });
  topicIn(b);
  topicIn(new NestedStack(b, 'Inner'));
  topicIn(new Stack(new Stage(app, 'Prod'), 'C', { env: { region: 'us-west-2' } }));
  return app;
}

export function topicIn(stack: Stack): CfnResource {
  return new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' });
}

export function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-policy-'));
}

export interface Seen {
  /** What synthesis threw: the CDK's own report text. Undefined when it passed. */
  readonly thrown: string | undefined;
  readonly stacks: readonly StackTemplate[];
  readonly published: readonly Outcome[];
  /** The CDK's report file, by rule: severity, places and text. */
  readonly violations: readonly SeenViolation[];
}

export interface SeenViolation {
  readonly ruleName: string;
  readonly severity: string;
  readonly description: string;
  readonly paths: readonly string[];
}

/** Synthesizes an app with the plugin and tells everything that can be seen from outside. */
export function synthesized(app: App, props: Partial<EnvelopePluginProps> & { readonly answer?: Answer }): Seen {
  const stacks: StackTemplate[] = [];
  const published: Outcome[] = [];
  const plugin = new EnvelopePlugin({
    asOf: '2026-11-23',
    evaluate: (given) => {
      stacks.push(...given);
      if (props.answer === undefined) throw new Error('no answer');
      return props.answer;
    },
    publish: (outcome) => {
      published.push(outcome);
    },
    ...props,
  });
  Validations.of(app).addPlugins(plugin);
  let thrown: string | undefined;
  try {
    app.synth();
  } catch (error) {
    thrown = error instanceof Error ? error.message : String(error);
  }
  return { thrown, stacks, published, violations: violationsIn(app.outdir) };
}

export interface Answer {
  readonly bill: Bill;
  readonly verdict: Verdict;
}

interface ReportFile {
  readonly pluginReports: readonly {
    readonly violations: readonly (Omit<SeenViolation, 'paths'> & {
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    })[];
  }[];
}

function violationsIn(outdir: string): readonly SeenViolation[] {
  const file = path.join(outdir, 'validation-report.json');
  if (!fs.existsSync(file)) return [];
  const report = JSON.parse(fs.readFileSync(file, 'utf8')) as ReportFile;
  return report.pluginReports.flatMap(({ violations }) =>
    violations.map(({ ruleName, severity, description, violatingConstructs }) => ({
      ruleName,
      severity,
      description,
      paths: violatingConstructs.map((each) => each.constructPath),
    })),
  );
}
