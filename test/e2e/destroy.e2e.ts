import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { type Account, accountAt } from '../deploy/account';
import { cdk, emulatedEnvironment } from '../deploy/cdk';
import { type Emulator, startEmulator } from '../deploy/emulator';
import { appOf, contractWith, temporaryFile } from './cdk-cli';

jest.setTimeout(120_000);

/** `cdk destroy` of a deployed sandbox, whatever the verdict: each stack has one topic, because only the names matter here. */
const PARTS = ['Network', 'Cluster', 'Capacity02', 'Budget', 'Teardown'];
const TemplateBody = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
const OVER = contractWith('sandbox', (it) => Object.assign(it.periods[0], { ceiling: '50.00' }));

let emulator: Emulator;
let account: Account;

beforeAll(async () => {
  emulator = await startEmulator({ account: '123456789012', now: '2026-11-23', outside: [] });
  account = accountAt('us-east-1', emulator.url);
});
afterAll(() => emulator.stop());

async function standing(): Promise<readonly string[]> {
  const { Stacks = [] } = await account.cloudFormation.send(new DescribeStacksCommand({}));
  return Stacks.filter((it) => it.StackStatus !== 'DELETE_COMPLETE').map((it) => it.StackName ?? '');
}

test.each([
  ['a contract that is exceeded', '', ['-c', `contract=${OVER}`]],
  ['no contract', '', ['-c', 'contract=none']],
  ['a contract that is not JSON', '', ['-c', `contract=${temporaryFile('contract.json', 'not json')}`]],
  ['a contract that is not there', '', ['-c', 'contract=/no/such/contract.json']],
  ['a day that is none', '', ['-c', 'asOf=yesterday']],
  ['a trace that is not there', 'trace', appOf('broken-deployment')],
  ['a model that is not there', 'model', appOf('broken-deployment')],
  ['a cell that is refused', 'cell', appOf('broken-deployment')],
  ['a workload that is refused', 'workload', appOf('broken-deployment')],
  ['tags that are refused', 'tags', appOf('broken-deployment')],
  ['a defect of the planner', 'defect', appOf('broken-deployment')],
])('leaves nothing with %s', async (_, broken, how) => {
  for (const part of PARTS) {
    await account.cloudFormation.send(new CreateStackCommand({ StackName: `Sandbox-${part}`, TemplateBody }));
  }
  expect((await standing()).length).toBe(PARTS.length);
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-e2e-'));
  const ran = await cdk(['destroy', '**', '--force', ...how, '--output', outdir], {
    ...emulatedEnvironment(emulator.url),
    HEADROOM_BREAK: broken,
  });
  expect([ran.code, await standing()]).toEqual([0, []]);
});
