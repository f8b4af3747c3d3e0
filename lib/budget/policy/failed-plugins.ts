import * as fs from 'node:fs';
import * as path from 'node:path';

/** What the CDK leaves in an assembly for its command line to judge by, as far as it is read here. */
interface ReportFile {
  readonly pluginReports: readonly PluginReport[];
}

interface PluginReport {
  readonly pluginName: string;
  readonly conclusion: string;
  readonly metadata?: { readonly error?: string };
  readonly violations: readonly Violation[];
}

interface Violation {
  readonly severity?: string;
  readonly violatingConstructs: readonly object[];
}

/** The root of the app: the one place that survives every selection of stacks. */
const APP = { constructPath: '' };
const SEVERITIES: readonly (string | undefined)[] = ['fatal', 'error', 'warning'];

/** The CDK's own report, in an assembly. */
export const VALIDATION_REPORT = 'validation-report.json';

/**
 * Makes the command line of the CDK stop on every plugin that failed, whoever's it is.
 *
 * CDK CLI 2.1148.1 takes a plugin that threw, or returned a promise, for one that found nothing, since its report has no
 * violations; it says nothing of a violation without a place, and passes one of an unknown severity as soon as another is
 * acknowledged. It reads this file after the app has ended, so the app mends it there; `cdk destroy` reads none.
 */
export function exposeFailedPlugins(outdir: string): void {
  const file = path.join(outdir, VALIDATION_REPORT);
  if (!fs.existsSync(file)) return;
  const report: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (!isReport(report)) return;
  const pluginReports = report.pluginReports.map(exposed);
  if (pluginReports.every((one, index) => one === report.pluginReports[index])) return;
  fs.writeFileSync(file, JSON.stringify({ ...report, pluginReports }, undefined, 2));
}

/** One sentence for each plugin that failed, by the report of an assembly. */
export function failuresIn(report: unknown): readonly string[] {
  if (!isReport(report)) return ['it is no validation report'];
  return report.pluginReports
    .filter(({ conclusion }) => conclusion !== 'success')
    .map(({ pluginName }) => `plugin ${pluginName} refused the assembly or could not run`);
}

function exposed(report: PluginReport): PluginReport {
  if (report.conclusion === 'success') return report;
  if (report.violations.length === 0) return { ...report, violations: [brokenDown(report)] };
  const violations = report.violations.map(placed);
  return violations.every((one, index) => one === report.violations[index]) ? report : { ...report, violations };
}

function brokenDown({ pluginName, metadata }: PluginReport): Violation {
  const broken = {
    ruleName: 'CheckerFailed',
    description: `the check of plugin ${pluginName} could not run: ${metadata?.error ?? 'it said nothing'}`,
    suggestedFix: 'mend the plugin or take it out of the app; until then nothing is approved',
    severity: 'fatal',
    violatingConstructs: [APP],
  };
  return broken;
}

function placed(violation: Violation): Violation {
  const nowhere = violation.violatingConstructs.length === 0;
  const unknown = violation.severity !== undefined && !SEVERITIES.includes(violation.severity);
  if (!nowhere && !unknown) return violation;
  return {
    ...violation,
    ...(nowhere ? { violatingConstructs: [APP] } : {}),
    ...(unknown ? { severity: 'fatal' } : {}),
  };
}

function isReport(value: unknown): value is ReportFile {
  if (typeof value !== 'object' || value === null || !('pluginReports' in value)) return false;
  const { pluginReports } = value;
  return (
    Array.isArray(pluginReports) &&
    pluginReports.every(
      (one: unknown) =>
        typeof one === 'object' &&
        one !== null &&
        'conclusion' in one &&
        'violations' in one &&
        Array.isArray(one.violations) &&
        one.violations.every(
          (each: unknown) =>
            typeof each === 'object' &&
            each !== null &&
            'violatingConstructs' in each &&
            Array.isArray(each.violatingConstructs),
        ),
    )
  );
}
