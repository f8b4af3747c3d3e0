import type { PolicyViolatingResource, PolicyViolation } from 'aws-cdk-lib';
import { contributions } from '../envelope/contributions';
import type { Finding, FindingRule } from '../envelope/verdict';
import type { CollectedStack } from './collect-stacks';
import type { Outcome } from './envelope-plugin';

/** The root of the app: the one place that survives every selection of stacks on the command line. */
const APP: PolicyViolatingResource = { constructPath: '', locations: [] };

/** Rules about the app's total, to which every stack that costs something contributes. */
const ABOUT_THE_TOTAL: readonly FindingRule[] = ['CeilingExceeded', 'HourlyCeilingExceeded', 'UncoveredWindow'];

/**
 * Findings as the CDK reports them.
 *
 * The first fatal finding always stands on the app, with the table below its sentence, since a violation of one stack is
 * dropped when another is selected. Each further violation is one line and stands at its own resource. Where the total is
 * at fault, every contributing stack gets a line, so that a CLI which knows no app-wide violations stops too.
 */
export function violationsOf(outcome: Outcome, stacks: readonly CollectedStack[], table: string): PolicyViolation[] {
  const { findings } = outcome.verdict;
  const first = findings.find((finding) => finding.severity === 'fatal');
  const root = first === undefined ? [] : [violation(first, APP, table)];
  const rest = findings
    .filter((finding) => finding !== first || finding.logicalId !== null)
    .map((finding) => violation(finding, placeOf(finding, stacks), ''));
  return [...root, ...rest, ...contributing(outcome, stacks)];
}

function violation(finding: Finding, place: PolicyViolatingResource, table: string): PolicyViolation {
  return {
    ruleName: finding.rule,
    severity: finding.severity,
    description: table === '' ? finding.sentence : `${finding.sentence}\n${table.trimEnd()}\n`,
    fix: finding.remedy,
    violatingResources: [place],
    ...(finding.period === null ? {} : { ruleMetadata: { period: finding.period } }),
  };
}

function contributing({ bill, verdict }: Outcome, stacks: readonly CollectedStack[]): readonly PolicyViolation[] {
  const cause = verdict.findings.find(
    (finding) => finding.severity === 'fatal' && ABOUT_THE_TOTAL.includes(finding.rule),
  );
  if (bill === null || cause === undefined) return [];
  return contributions(bill).map(({ stack, dearest, sentence }) => ({
    ruleName: cause.rule,
    severity: 'fatal',
    description: sentence,
    violatingResources: [placeOf({ stack, logicalId: dearest.logicalId }, stacks)],
  }));
}

function placeOf(at: Pick<Finding, 'stack' | 'logicalId'>, stacks: readonly CollectedStack[]): PolicyViolatingResource {
  const stack = stacks.find((each) => each.path === at.stack);
  if (stack === undefined || at.logicalId === null) return APP;
  return hasResource(stack.template, at.logicalId)
    ? { resourceLogicalId: at.logicalId, templatePath: stack.templatePath, locations: ['Properties'] }
    : { constructPath: stack.path, locations: [] };
}

function hasResource(template: unknown, logicalId: string): boolean {
  const resources: unknown =
    typeof template === 'object' && template !== null ? Reflect.get(template, 'Resources') : null;
  return typeof resources === 'object' && resources !== null && Object.hasOwn(resources, logicalId);
}
