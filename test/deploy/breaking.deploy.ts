import { spawn } from 'node:child_process';
import * as path from 'node:path';
import type { Breakable } from './settings';

jest.setTimeout(300_000);

interface Ran {
  readonly code: number | null;
  readonly text: string;
}

const ROOT = path.join(__dirname, '..', '..');

async function deployWith(...args: readonly string[]): Promise<Ran> {
  const script = ['bin/run.js', 'test/deploy/deploy.ts', ...args];
  const child = spawn(process.execPath, script, { cwd: ROOT, env: { ...process.env, NODE_NO_WARNINGS: '1' } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, text };
}

describe('npm run test:deploy fails', () => {
  const broken: Readonly<Record<Breakable, RegExp>> = {
    reference: /FAIL {2}deploy \d+ stacks[\s\S]*sg-00000000000000000 names nothing that stands/,
    nic: /FAIL {2}node groups[\s\S]*the \d+ interfaces of a /,
    address: /FAIL {2}node groups[\s\S]*its interfaces: planned .*false.*found .*true/,
    policy: /FAIL {2}roles[\s\S]*the policies of a node: planned .*AmazonEKSWorkerNodePolicy/,
  };
  const runs = Object.keys(broken).map((what) => [what as Breakable, deployWith('--break', what)] as const);

  test.each(runs)('when one %s is broken', async (what, run) => {
    const { code, text } = await run;
    expect(text).toMatch(broken[what]);
    expect(code).toBe(1);
  });

  test('fails with the line that installs it when there is no emulator', async () => {
    const { HEADROOM_PYTHON: before } = process.env;
    process.env.HEADROOM_PYTHON = '/no/such/python';
    const run = deployWith('--only', 'sandbox');
    process.env.HEADROOM_PYTHON = before ?? 'python3';
    const { code, text } = await run;
    expect(text).toContain("the AWS emulator is missing: pip install 'moto[server]==5.2.1' 'cfn-lint==1.51.0'");
    expect(code).toBe(1);
  });

  test('for an endpoint that is not on this machine, and for an account that nobody named', async () => {
    const [elsewhere, nameless] = await Promise.all([
      deployWith('--endpoint', 'http://192.0.2.1:5000'),
      deployWith('--endpoint', 'aws'),
    ]);
    expect([elsewhere.code, nameless.code]).toEqual([1, 1]);
    expect(elsewhere.text).toContain('is not on this machine');
    expect(nameless.text).toContain('needs --account');
  });
});
