import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as net from 'node:net';
import * as path from 'node:path';

/** The one line that installs what test/deploy/emulator is made of. */
export const INSTALL = "pip install 'moto[server]==5.2.1' 'cfn-lint==1.51.0'";

const PYTHON = process.env.HEADROOM_PYTHON ?? 'python3';
const START_SECONDS = 60;

export interface EmulatorOptions {
  /** Twelve digits. */
  readonly account: string;
  /** The emulated time: what a schedule's start is compared with. */
  readonly now: string;
  /** Identifiers of what stands without having been deployed: reservations, given networks, a person's role. */
  readonly outside: readonly string[];
}

export interface Emulator {
  readonly url: string;
  /** What it said. */
  readonly log: () => string;
  readonly stop: () => void;
}

/** @throws Error with the line that installs it, when it is not there */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  requireEmulator();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // It ends when its standard input does, so it cannot outlive this process however that ends.
  const server = spawn(PYTHON, ['-m', 'emulator.server', String(port)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PYTHONPATH: path.join(__dirname),
      PYTHONDONTWRITEBYTECODE: '1',
      MOTO_ACCOUNT_ID: options.account,
      HEADROOM_EMULATOR_NOW: options.now,
      HEADROOM_EMULATOR_OUTSIDE: options.outside.join(' '),
    },
  });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (log += String(chunk)));
  const emulator = { url, log: () => log, stop: () => void server.kill('SIGKILL') };
  await answering(url, server, emulator);
  return emulator;
}

function requireEmulator(): void {
  const ran = spawnSync(PYTHON, ['-c', 'import moto.server, cfnlint'], { stdio: 'ignore' });
  if (ran.status !== 0) throw new Error(`the AWS emulator is missing: ${INSTALL}`);
}

async function answering(url: string, server: ChildProcess, { log, stop }: Emulator): Promise<void> {
  const deadline = Date.now() + START_SECONDS * 1000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the emulator ended:\n${log()}`);
    try {
      await fetch(`${url}/moto-api/`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  stop();
  throw new Error(`the emulator did not answer within ${START_SECONDS} s:\n${log()}`);
}

async function freePort(): Promise<number> {
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
