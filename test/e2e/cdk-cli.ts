import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

export const ROOT = path.join(__dirname, '..', '..');
const CDK = path.join(ROOT, 'node_modules/aws-cdk/bin/cdk');

/** What the tests read of an evidence file. */
export interface EvidenceFile {
  readonly status?: string;
  readonly inputs?: { readonly templates?: Readonly<Record<string, string>> };
  readonly periods?: readonly { readonly largest: readonly unknown[]; readonly floor: { readonly result: string } }[];
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outdir: string;
  /** A file that the run left in <outdir>/headroom; undefined when it left none. */
  readonly evidence: (name: string) => EvidenceFile | undefined;
}

/** Runs the pinned CDK CLI in the clone, into an empty folder of its own. */
export function cdk(...args: readonly string[]): Ran {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-e2e-'));
  return cdkInto(outdir, ...args);
}

/** As the CDK tells an app whose credentials it has found. */
export function cdkAs(account: string, ...args: readonly string[]): Ran {
  return runCdk(fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-e2e-')), args, { CDK_DEFAULT_ACCOUNT: account });
}

export function cdkInto(outdir: string, ...args: readonly string[]): Ran {
  return runCdk(outdir, args, {});
}

function runCdk(outdir: string, args: readonly string[], env: NodeJS.ProcessEnv): Ran {
  const ran = spawnSync(process.execPath, [CDK, ...args, '--output', outdir], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...withoutCredentials(), ...env },
  });
  return {
    code: ran.status,
    stdout: ran.stdout,
    stderr: ran.stderr,
    outdir,
    evidence: (name) => readEvidence(outdir, name),
  };
}

/** The setting that runs an app of test/e2e/apps in place of bin/app.ts. */
export function appOf(name: string): readonly string[] {
  return ['--app', `node bin/run.js test/e2e/apps/${name}.ts`];
}

export function cdkApp(name: string, ...args: readonly string[]): Ran {
  return cdk(...(args.length === 0 ? ['synth', '-q'] : args), ...appOf(name));
}

/** Runs bin/app.ts as nobody should: by hand. */
export function appAlone(context: Readonly<Record<string, string>>): Omit<Ran, 'outdir' | 'evidence'> {
  return alone('bin/app.ts', { CDK_CONTEXT_JSON: JSON.stringify(context) });
}

/** Runs an app of test/e2e/apps without the command line of the CDK. */
export function alone(file: string, settings: NodeJS.ProcessEnv): Omit<Ran, 'outdir' | 'evidence'> {
  // The CDK takes a process of Jest's for a unit test, and prints nothing.
  const { JEST_WORKER_ID: _jest, NODE_ENV: _test, ...shell } = withoutCredentials();
  const env = { ...shell, ...settings };
  const ran = spawnSync(process.execPath, ['bin/run.js', file], { cwd: ROOT, encoding: 'utf8', env });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

/** What `cdk watch` says until a text appears in it and two seconds on, or it ends; it is stopped then. */
export async function watched(name: string, args: readonly string[], until: RegExp): Promise<string> {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-e2e-'));
  const child = spawn(process.execPath, [CDK, 'watch', ...args, ...appOf(name), '--output', outdir], {
    cwd: ROOT,
    env: withoutCredentials(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = (): unknown => child.kill('SIGKILL');
  const limit = setTimeout(stop, 60_000);
  let text = '';
  let heard = false;
  const hear = (chunk: Buffer): void => {
    text += String(chunk);
    if (heard || !until.test(text)) return;
    heard = true;
    setTimeout(stop, 2_000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(limit);
  return text;
}

/** Runs the command line as the README does. */
export function headroom(...args: readonly string[]): Omit<Ran, 'outdir' | 'evidence'> {
  const ran = spawnSync('npm', ['run', '-s', 'headroom', '--', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: withoutCredentials(),
  });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

/** Writes a file into a folder of its own. */
export function temporaryFile(name: string, text: string): string {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-e2e-')), name);
  fs.writeFileSync(file, text);
  return file;
}

/** The contract of a deployment with some of its fields changed. */
export function contractWith(deployment: string, change: (contract: { periods: [object] }) => void): string {
  const contract = JSON.parse(fs.readFileSync(path.join(ROOT, `lib/deployments/${deployment}.contract.json`), 'utf8'));
  change(contract);
  return temporaryFile('contract.json', JSON.stringify(contract));
}

function readEvidence(outdir: string, name: string): EvidenceFile | undefined {
  const file = path.join(outdir, 'headroom', name);
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}

// With CI set, the CLI says on stdout what it says on stderr to a person.
function withoutCredentials(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([key]) => !/^(AWS|CDK_DEFAULT)_/.test(key) && !['CDK_VALIDATION', 'CI'].includes(key),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1', CDK_DISABLE_VERSION_CHECK: '1', HOME: os.tmpdir() };
}
