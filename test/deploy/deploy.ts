import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Cell } from '../../lib/workload/cell';
import { accountAt, requireAccount } from './account';
import { type PlannedCell, readCell, selectionOf } from './assembly';
import { cdk, emulatedEnvironment } from './cdk';
import { type Emulator, startEmulator } from './emulator';
import { deploymentOf, SHARED_RESERVATION } from './opt-in';
import { breakOnPurpose } from './sabotage';
import { Failed, Scenario, type ScenarioOptions } from './scenario';
import { readSettings, type Settings, type Target } from './settings';
import { makeNetwork, VARIANTS_ACCOUNT, VARIANTS_OUTSIDE, variantsCell } from './variants';

/**
 * Deploys the sandbox, one production cell, one with what is opt-in behind a fleet and one of every other purchase in a given network, with the pinned CDK command line, to an
 * AWS emulator or to a real account, asks the services whether what was planned stands, changes the plan, and destroys all of it.
 *
 * On the emulator this proves references, order and outputs; not AWS's behaviour.
 */
const PRETENDED_ACCOUNT = '123456789012';
const VARIANTS_NOW = '2026-11-23';
const say = (text: string): void => console.log(text);

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env);
  if (settings.endpoint.kind === 'aws') await requireAccount(settings.endpoint.account);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-deploy-'));
  const start = Date.now();
  try {
    for (const target of settings.targets) {
      if (target === 'variants') await deployVariants(settings, path.join(folder, target));
      else await deployTarget(settings, target, path.join(folder, target));
    }
    say(`\ndeployed and destroyed ${settings.targets.join(' and ')} in ${((Date.now() - start) / 1000).toFixed(0)} s`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function deployTarget(settings: Settings, target: Exclude<Target, 'variants'>, folder: string): Promise<void> {
  const deployment = deploymentOf(target);
  const [cell] = deployment.cells;
  if (cell === undefined) throw new Error(`${target} has no cell`);
  // An emulator lives at the time that the deployment was reviewed; AWS lives now.
  const asOf = settings.endpoint.kind === 'own' ? deployment.asOf : new Date().toISOString().slice(0, 10);
  say(`\n${target}: ${cell.id}, as of ${asOf}`);
  const outdir = path.join(folder, 'assembly');
  const context = ['-c', `deployment=${target}`, '-c', `asOf=${asOf}`];
  // The registry's own come by the app that everybody uses.
  const app = target === 'opt-in' ? ['--app', 'node bin/run.js test/deploy/apps/as-planned.ts'] : [];
  await synthesize('synth', ['synth', '-q', '--output', outdir, ...app, ...context]);
  const planned = readCell(outdir, cell.id, selectionOf(deployment, cell.id));
  if (settings.breaks !== undefined) say(`      broken: ${breakOnPurpose(planned, settings.breaks)}`);

  const emulator = await emulatorFor(settings, cell, asOf, planned);
  try {
    const url = settings.endpoint.kind === 'given' ? settings.endpoint.url : emulator?.url;
    const env = url === undefined ? process.env : emulatedEnvironment(url);
    const { method, ignoredTypes } = settings;
    const scenario = new Scenario({ deployment, cell, outdir, url, env, method, ignoredTypes, say });
    if (settings.bootstrap) await scenario.bootstrap(accountOf(settings, cell));
    if (settings.bootstrap || settings.endpoint.kind === 'aws') await scenario.preflight(accountOf(settings, cell));
    await runThrough(scenario, settings, { changed: path.join(folder, 'changed'), context });
  } finally {
    emulator?.stop();
  }
}

/** Its network stands before it is synthesized; what follows a change of a plan, the other targets show. */
async function deployVariants({ endpoint, method, ignoredTypes, bootstrap }: Settings, outdir: string): Promise<void> {
  const options = { account: VARIANTS_ACCOUNT, now: VARIANTS_NOW, outside: VARIANTS_OUTSIDE };
  const emulator = endpoint.kind === 'own' ? await startEmulator(options) : undefined;
  try {
    const url = endpoint.kind === 'given' ? endpoint.url : emulator?.url;
    if (url === undefined) throw new Error('variants are deployed to an emulator alone');
    const network = await makeNetwork(accountAt('us-east-1', url));
    const cell = variantsCell(network);
    say(`\nvariants: ${cell.id} in ${network.vpcId}`);
    const app = ['--app', 'node bin/run.js test/deploy/apps/variants.ts'];
    const ids = [network.vpcId, ...network.subnetIds].join();
    await synthesize('synth', ['synth', '-q', '--output', outdir, ...app, '-c', `network=${ids}`]);
    const env = emulatedEnvironment(url);
    const deployment: ScenarioOptions['deployment'] = { name: 'variants', cells: [cell] };
    const scenario = new Scenario({ deployment, cell, outdir, url, env, method, ignoredTypes, say });
    if (bootstrap) await scenario.bootstrap(VARIANTS_ACCOUNT);
    await scenario.deploy();
    await scenario.check();
    await scenario.diffIsEmpty();
    await scenario.destroy();
  } finally {
    emulator?.stop();
  }
}

interface Change {
  readonly changed: string;
  readonly context: readonly string[];
}

async function runThrough(scenario: Scenario, settings: Settings, { changed, context }: Change): Promise<void> {
  try {
    await scenario.deploy();
    await scenario.check();
    await scenario.diffIsEmpty();
    const app = 'node bin/run.js test/deploy/apps/one-more-node.ts';
    await synthesize('synth with one more node', ['synth', '-q', '--output', changed, '--app', app, ...context]);
    await scenario.change(changed);
  } catch (thrown) {
    // Whatever went wrong, nothing that costs money is left standing.
    if (settings.endpoint.kind === 'aws') await scenario.destroy().catch((error) => say(`      ${error.message}`));
    throw thrown;
  }
  await scenario.destroy();
}

async function synthesize(what: string, args: readonly string[]): Promise<void> {
  const ran = await cdk(args, { ...process.env, CDK_VALIDATION: 'false' });
  if (ran.code !== 0) throw new Failed(`${what}\n${ran.text}`);
  say(`ok    ${what} (${ran.seconds.toFixed(1)} s)`);
}

async function emulatorFor(
  settings: Settings,
  cell: Cell,
  asOf: string,
  planned: PlannedCell,
): Promise<Emulator | undefined> {
  if (settings.endpoint.kind !== 'own') return undefined;
  return startEmulator({ account: accountOf(settings, cell), now: asOf, outside: standingOutside(cell, planned) });
}

function accountOf({ endpoint }: Settings, cell: Cell): string {
  return endpoint.kind === 'aws' ? endpoint.account : (cell.account ?? PRETENDED_ACCOUNT);
}

/** What the plan and the cell take as given. */
function standingOutside(cell: Cell, planned: PlannedCell): readonly string[] {
  const reservations = planned.plan.nodeGroups.flatMap(({ reservationId, reservationGroupArn }) => [
    ...(reservationId === undefined ? [] : [reservationId]),
    ...(reservationGroupArn === undefined ? [] : [reservationGroupArn]),
  ]);
  const network = cell.network.kind === 'existing' ? [cell.network.vpcId, ...cell.network.privateSubnetIds] : [];
  const person = cell.adminRoleArn === undefined ? [] : [cell.adminRoleArn];
  return [...reservations, ...network, ...person, SHARED_RESERVATION];
}

main().catch((error: Error) => {
  console.error(error instanceof Failed ? `FAIL  ${error.message}` : `FAIL  ${error.stack ?? error.message}`);
  process.exitCode = 1;
});
