import * as path from 'node:path';
import { type App, CloudFormationValidatePlugin, Validations } from 'aws-cdk-lib';
import { addCells, billFor, judgeFor, openApp, planFile, planFor } from '../lib/blueprint';
import { AccountGuard, refusalOf } from '../lib/blueprint/account-guard';
import { CONTEXT_KEYS, checkContext } from '../lib/blueprint/check-context';
import { manifestFiles, manifestTemplates, renderManifests } from '../lib/blueprint/manifests';
import { filesOf, type Question, type QuestionSource, readQuestion } from '../lib/blueprint/question';
import { addStandIns } from '../lib/blueprint/stand-ins';
import { inputsOf } from '../lib/blueprint/verdict-inputs';
import { EnvelopePlugin } from '../lib/budget/policy/envelope-plugin';
import { Evidence } from '../lib/budget/policy/evidence';
import { exposeFailedPlugins } from '../lib/budget/policy/failed-plugins';
import type { Deployment } from '../lib/deployments/deployment';
import { DEPLOYMENTS, findDeployment } from '../lib/deployments/registry';
import { isProblem, Problem } from '../lib/problem';
import { renderBill, renderDearest } from '../lib/report/bill-report';
import { renderPlan } from '../lib/report/plan-report';
import { purchaseManifest, renderPurchases } from '../lib/report/purchase-manifest';
import { renderVerdict } from '../lib/report/verdict-report';

export interface SynthesizeOptions {
  /** A last change to the question or the app, for an app that adds stacks of its own. @default - none */
  readonly amend?: (app: App, question: Question) => Question | undefined;
  /** Context keys that such an app reads itself. @default - none */
  readonly contextKeys?: readonly string[];
}

/**
 * The CDK app: plan, stages, envelope plugin. Wrong input is one sentence and exit code 2 (which `cdk` turns into 1).
 *
 * Everything said to a person goes to stderr, so that `cdk synth STACK > template.yaml` stays a template.
 */
export function synthesize(options: SynthesizeOptions = {}): void {
  const app = openApp();
  const evidence = Evidence.emptied(path.join(app.outdir, 'headroom'));
  try {
    checkContext(app.node.getAllContext(), options.contextKeys);
    const deployment = findDeployment(nameOf(app));
    try {
      run(app, evidence, options);
    } catch (thrown) {
      if (isValidationFailure(thrown)) throw thrown;
      standIn(deployment, thrown, sourceOf(app));
    }
  } catch (thrown) {
    // Without the CDK's command line synthesis throws what it would report, after it has printed it.
    if (isValidationFailure(thrown)) {
      process.exitCode = 1;
      return;
    }
    if (!isProblem(thrown)) throw thrown;
    say(sentenceOf(thrown));
    process.exitCode = 2;
  }
}

/**
 * What is left of an app that could not be built: placeholders, and a verdict that says why. Synthesis and deployment stop on it,
 * while `cdk destroy` still finds what is deployed.
 */
function standIn(deployment: Deployment, thrown: unknown, source: QuestionSource): void {
  if (isProblem(thrown)) say(sentenceOf(thrown));
  else console.error(thrown);
  const app = openApp();
  const evidence = Evidence.emptied(path.join(app.outdir, 'headroom'));
  const nowhere = addStandIns(app, deployment);
  if (nowhere.length > 0) say(`headroom: nothing stands for ${nowhere.join(', ')}: destroy the stacks by their names`);
  const problem = isProblem(thrown) ? thrown : new Problem('InvalidDeployment', 'a defect');
  Validations.of(app).addPlugins(
    new EnvelopePlugin({
      asOf: deployment.asOf,
      inputs: inputsOf(filesOf(deployment, source, problem)),
      evaluate: () => {
        throw thrown;
      },
      publish: ({ verdict }) => evidence.write('verdict.json', verdict),
    }),
  );
  app.synth();
  exposeFailedPlugins(app.outdir);
}

function sentenceOf({ message, code }: Problem): string {
  return `headroom: ${message} (${code})`;
}

function run(app: App, evidence: Evidence, options: SynthesizeOptions): void {
  const read = readQuestion(sourceOf(app));
  const planned = planFor(read);
  addCells(app, read, planned);
  const question = options.amend?.(app, read) ?? read;
  evidence.write('plan.json', planFile(read, planned));
  const manifests = renderManifests(read, planned);
  for (const { path: file, text } of manifestFiles(manifests)) evidence.writeText(file, text);
  if (planned.kind === 'feasible') writePurchases(evidence, planned.plan);
  say(renderPlan(planned));
  Validations.of(app).addPlugins(
    new EnvelopePlugin({
      asOf: question.asOf,
      inputs: inputsOf(read),
      evaluate: (synthesized) => {
        const stacks = [...synthesized, ...manifestTemplates(manifests)];
        const bill = billFor(question, stacks);
        return { bill, verdict: judgeFor(question, planned, bill, stacks) };
      },
      publish: ({ bill, verdict }) => {
        if (bill !== null) evidence.write('bill.json', bill);
        evidence.write('verdict.json', verdict);
        if (bill !== null) say(renderBill(bill));
        say(renderVerdict(verdict, { disclose: discloses(question) }));
      },
      describe: ({ bill }) => (bill === null ? '' : renderDearest(bill)),
    }),
  );
  // Set by the CDK's command line when there are credentials.
  const refusal = refusalOf(read.deployment, process.env.CDK_DEFAULT_ACCOUNT || undefined, DEPLOYMENTS);
  if (refusal !== undefined) Validations.of(app).addPlugins(new AccountGuard(refusal));
  if (app.node.tryGetContext(CONTEXT_KEYS.validateTemplates) !== undefined) {
    Validations.of(app).addPlugins(new CloudFormationValidatePlugin());
  }
  app.synth();
  exposeFailedPlugins(app.outdir);
}

/** Nothing where nothing is to be bought by hand. */
function writePurchases(evidence: Evidence, plan: Parameters<typeof purchaseManifest>[0]): void {
  const manifest = purchaseManifest(plan);
  if (manifest === undefined) return;
  evidence.write('purchases.json', manifest);
  evidence.writeText('purchases.md', renderPurchases(manifest));
}

function nameOf(app: App): string {
  return app.node.tryGetContext(CONTEXT_KEYS.deployment) ?? 'sandbox';
}

function sourceOf(app: App): QuestionSource {
  const given = (key: string): string | undefined => app.node.tryGetContext(key);
  return {
    // cdk runs an app in the folder of its cdk.json, which is the clone.
    root: process.cwd(),
    cwd: process.cwd(),
    deployment: nameOf(app),
    contract: given(CONTEXT_KEYS.contract),
    asOf: given(CONTEXT_KEYS.asOf),
    actuals: given(CONTEXT_KEYS.actuals),
    forgivesPrices: true,
  };
}

/** A contract that could not be read withholds, like one that does not disclose. */
function discloses({ contract }: Question): boolean {
  return contract.kind === 'none' || (contract.kind === 'given' && contract.contract.disclose);
}

function isValidationFailure(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'ValidationFailed';
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
