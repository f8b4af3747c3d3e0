import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { type Account, accountAt } from '../deploy/account';
import { cdk, emulatedEnvironment, type Ran } from '../deploy/cdk';
import { type Emulator, startEmulator } from '../deploy/emulator';
import { appOf, contractWith } from './cdk-cli';

jest.setTimeout(120_000);

/** What `cdk rollback` and `cdk publish-assets` do in a bootstrapped account, with a verdict that lets them and one that does not. */
const StackName = 'Sandbox-Network';
const OVER = contractWith('sandbox', (it) => Object.assign(it.periods[0], { ceiling: '50.00' }));
const REFUSED = 'Synthesis finished with errors';

let emulator: Emulator;
let account: Account;

beforeAll(async () => {
  emulator = await startEmulator({ account: '444455556666', now: '2026-11-23', outside: [] });
  account = accountAt('us-east-1', emulator.url);
  const ran = await inAccount('bootstrap', 'aws://444455556666/us-east-1');
  expect([ran.code, ran.code === 0 ? '' : ran.text]).toEqual([0, '']);
});
afterAll(() => emulator.stop());

function inAccount(...args: readonly string[]): Promise<Ran> {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-e2e-'));
  return cdk([...args, '--output', outdir], {
    ...emulatedEnvironment(emulator.url),
    // The command line remembers by its key which account it was.
    AWS_ACCESS_KEY_ID: 'testing-444455556666',
  });
}

const last = ({ text }: Ran): string => text.trimEnd().split('\n').at(-1) ?? '';

describe('cdk rollback', () => {
  const template = (name: string, further: object = {}): string =>
    JSON.stringify({
      Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: name } }, ...further },
    });

  /** An update that fails after it has changed something, and is not rolled back. */
  beforeEach(async () => {
    await account.cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: template('before') }));
    const wrong = { Queue: { Type: 'AWS::SQS::Queue', DependsOn: 'Topic', Properties: { Nonsense: 1 } } };
    await account.cloudFormation.send(new UpdateStackCommand({ StackName, TemplateBody: template('after', wrong) }));
    expect(await state()).toBe('UPDATE_ROLLBACK_FAILED');
  });
  afterEach(() => account.cloudFormation.send(new DeleteStackCommand({ StackName })));

  async function state(): Promise<string | undefined> {
    const { Stacks } = await account.cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0]?.StackStatus;
  }

  const rollback = (...args: readonly string[]): Promise<Ran> =>
    inAccount('rollback', 'Sandbox/Network', ...appOf('waived'), ...args);

  test('runs to its end where the verdict is within', async () => {
    const ran = await rollback();
    expect([ran.code, await state()]).toEqual([0, 'UPDATE_ROLLBACK_COMPLETE']);
  });

  test('is refused where the ceiling is exceeded, and the stack is as it was', async () => {
    const ran = await rollback('-c', `contract=${OVER}`);
    expect([ran.code, last(ran), await state()]).toEqual([1, REFUSED, 'UPDATE_ROLLBACK_FAILED']);
  });

  test('runs to its end with a break-glass waiver, which is said', async () => {
    const ran = await rollback('-c', `contract=${OVER}`, '-c', 'upTo=100');
    expect([ran.code, await state()]).toEqual([0, 'UPDATE_ROLLBACK_COMPLETE']);
    expect(ran.text).toMatch(/WARNING .* break-glass, /);
  });

  test('is refused with a break-glass waiver of less, and with one that has expired', async () => {
    const little = await rollback('-c', `contract=${OVER}`, '-c', 'upTo=60');
    const expired = await rollback('-c', `contract=${OVER}`, '-c', 'upTo=100', '-c', 'asOf=2026-11-24');
    for (const ran of [little, expired]) expect([ran.code, last(ran)]).toEqual([1, REFUSED]);
    expect(await state()).toBe('UPDATE_ROLLBACK_FAILED');
  });
});

describe('cdk publish-assets', () => {
  const BUCKET = 'cdk-hnb659fds-assets-444455556666-us-east-1';
  const published = async (): Promise<number> => {
    const listed = await fetch(`${emulator.url}/${BUCKET}?list-type=2`);
    return [...(await listed.text()).matchAll(/<Key>/g)].length;
  };
  const publish = (...args: readonly string[]): Promise<Ran> =>
    inAccount('publish-assets', 'Sandbox/Network', '--exclusively', '--unstable=publish-assets', ...args);

  test('is refused where the ceiling is exceeded, and the bucket stays empty', async () => {
    const ran = await publish('-c', `contract=${OVER}`);
    expect([ran.code, last(ran), await published()]).toEqual([1, REFUSED, 0]);
  });

  test('runs to its end where the verdict is within: the template is in the bucket', async () => {
    const ran = await publish();
    expect([ran.code, await published()]).toEqual([0, 1]);
  });
});
