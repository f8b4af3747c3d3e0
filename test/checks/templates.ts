import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DEPLOYMENT_NAMES } from '../../lib/deployments/registry';
import { VARIANTS } from '../stacks/variants';

/**
 * Lints every template of every deployment: cfn-lint, and the CDK's own validator with its default rules; and by cfn-lint cells
 * and a fleet with what no deployment has. Each is also shown a bad template, so that a check that cannot turn red is not
 * mistaken for a green one.
 */
const ROOT = path.join(__dirname, '..', '..');
const CDK = path.join(ROOT, 'node_modules/aws-cdk/bin/cdk');

/**
 * cfn-lint findings that are meant:
 * - W3010: zones are named on purpose; looking them up would need credentials at synth.
 * - W3005, of a delivery alone: the CDK's kubectl provider says twice what its functions wait for.
 */
const IGNORED_BY_CFN_LINT = ['W3010'];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-templates-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

for (const deployment of DEPLOYMENT_NAMES) {
  const outdir = path.join(folder, deployment);
  const synth = cdk(outdir, '-c', `deployment=${deployment}`, '-c', 'headroom:validateTemplates=true');
  expectCode(synth, 0, `the built-in validator on ${deployment}`);
  const templates = templatesIn(outdir);
  expectCode(cfnLint(templates), 0, `cfn-lint on ${templates.length} templates of ${deployment}`);
}

for (const [name, open] of VARIANTS.filter(([each]) => !DEPLOYMENT_NAMES.includes(each))) {
  const templates = open()
    .synth()
    .stacksRecursively.map(({ templateFullPath }) => templateFullPath);
  const delivered = templates.filter((file) => file.includes('Delivery'));
  const ours = templates.filter((file) => !delivered.includes(file));
  expectCode(cfnLint(ours), 0, `cfn-lint on ${ours.length} templates of ${name}`);
  if (delivered.length > 0) expectCode(cfnLint(delivered, 'W3005'), 0, `cfn-lint on a delivery of ${name}`);
}

const bad = path.join(folder, 'bad');
const refused = cdk(
  bad,
  '-c',
  'headroom:validateTemplates=true',
  '--app',
  'node bin/run.js test/e2e/apps/bad-template.ts',
);
expectCode(refused, 1, 'the built-in validator refuses a bad template');
expectText(refused, /SubnetId|VpcId|required/i, 'and names what is missing');
expectCode(cfnLint(templatesIn(bad).filter((file) => file.includes('Bad'))), 2, 'cfn-lint refuses it too');

interface Ran {
  readonly code: number | null;
  readonly text: string;
}

function cdk(outdir: string, ...args: readonly string[]): Ran {
  return run(process.execPath, [CDK, 'synth', '-q', '--output', outdir, ...args]);
}

function cfnLint(templates: readonly string[], ...ignored: readonly string[]): Ran {
  return run('cfn-lint', ['--ignore-checks', ...IGNORED_BY_CFN_LINT, ...ignored, '--', ...templates]);
}

function run(command: string, args: readonly string[]): Ran {
  const ran = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', CDK_DISABLE_VERSION_CHECK: '1' },
  });
  if (ran.error !== undefined) throw new Error(`${command} cannot be run: pip install 'cfn-lint==1.51.0'`);
  return { code: ran.status, text: `${ran.stdout}${ran.stderr}` };
}

function templatesIn(outdir: string): readonly string[] {
  return fs
    .readdirSync(outdir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => path.join(outdir, name));
}

function expectCode(ran: Ran, code: number, what: string): void {
  if (ran.code === code) console.log(`ok    ${what}`);
  else fail(`${what}: expected exit ${code}, got ${ran.code}`, ran);
}

function expectText(ran: Ran, pattern: RegExp, what: string): void {
  if (pattern.test(ran.text)) console.log(`ok    ${what}`);
  else fail(`${what}: the output does not match ${pattern}`, ran);
}

function fail(why: string, ran: Ran): never {
  console.error(ran.text);
  console.error(`FAIL  ${why}`);
  process.exit(1);
}
