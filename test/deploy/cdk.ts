import { spawn } from 'node:child_process';
import * as os from 'node:os';
import * as path from 'node:path';

export const ROOT = path.join(__dirname, '..', '..');
const CDK = path.join(ROOT, 'node_modules/aws-cdk/bin/cdk');

export interface Ran {
  readonly code: number | null;
  /** Both streams, as they came. */
  readonly text: string;
  readonly out: string;
  readonly seconds: number;
}

/** The pinned CDK command line, in the clone. */
export async function cdk(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const quiet = { CDK_DISABLE_VERSION_CHECK: '1', CDK_DISABLE_CLI_TELEMETRY: 'true', NO_COLOR: '1', CI: 'true' };
  return run([CDK, ...args], { ...env, ...quiet });
}

/** Our own command line, its JSON on standard output alone. */
export async function headroom(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  return run(['bin/run.js', 'bin/headroom.ts', ...args], env);
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const start = Date.now();
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env });
  let text = '';
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { code, text, out, seconds: (Date.now() - start) / 1000 };
}

/** This process's environment with made-up credentials and one endpoint, and nothing of the person's own AWS settings. */
export function emulatedEnvironment(url: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([key]) => !key.startsWith('AWS_') && key !== 'CDK_VALIDATION');
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: url,
    // moto tells buckets from paths by this name; the CDK asks for this variable when it names a template to CloudFormation.
    AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: url.replace('127.0.0.1', 'localhost'),
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: os.devNull,
    AWS_SHARED_CREDENTIALS_FILE: os.devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_NO_WARNINGS: '1',
  };
}
