import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { cdk, cdkApp, cdkAs, cdkInto, contractWith, headroom, type Ran, temporaryFile } from './cdk-cli';

jest.setTimeout(120_000);

const status = (ran: Ran): unknown => ran.evidence('verdict.json')?.status;

describe('npx cdk synth', () => {
  const first = cdk('synth', '-q');

  test('answers within, says plan, bill and verdict on stderr, and leaves three files and the manifests', () => {
    expect(first.code).toBe(0);
    expect(status(first)).toBe('within');
    expect(first.stdout).toBe('');
    for (const word of ['Plan', 'Bill', 'Verdict  within']) expect(first.stderr).toContain(word);
    expect(fs.readdirSync(path.join(first.outdir, 'headroom')).sort()).toEqual([
      'bill.json',
      'manifests',
      'plan.json',
      'verdict.json',
    ]);
  });

  test('gives the same bytes twice', () => {
    const second = cdk('synth', '-q');
    // The CDK's own *.metadata.json carries absolute paths.
    const diff = () =>
      execFileSync('diff', ['-r', '-x', '*.metadata.json', '-x', 'tree.json', first.outdir, second.outdir], {
        encoding: 'utf8',
      });
    expect(diff()).toBe('');
  });

  test('prints one stack as a template and nothing else on stdout', () => {
    const ran = cdk('synth', 'Sandbox/Network');
    expect(ran.code).toBe(0);
    expect(Object.keys(parse(ran.stdout).Resources).length).toBeGreaterThan(5);
  });

  test('holds production to its contract', () => {
    const ran = cdk('synth', '-q', '-c', 'deployment=production');
    expect([ran.code, status(ran)]).toEqual([0, 'within']);
  });

  test('selects the stacks of a cell, lists stacks, and diffs against a template, as CDK users expect', () => {
    expect(cdk('synth', '-q', 'Sandbox/*').code).toBe(0);
    expect(cdk('ls').stdout.trim().split('\n')).toContain('Sandbox/Cluster (Sandbox-Cluster)');
    const template = fs
      .readdirSync(first.outdir, { recursive: true, encoding: 'utf8' })
      .find((name) => /Network.*\.template\.json$/.test(name));
    const diff = cdk(
      'diff',
      'Sandbox/Network',
      '--template',
      path.join(first.outdir, template ?? ''),
      '--exclusively',
      '--fail',
    );
    expect(diff.code).toBe(0);
  });
});

describe('a no', () => {
  test('over: exit 1, and the reason names the period, the amount over, the top charges and what to change', () => {
    const ran = cdk(
      'synth',
      '-q',
      '-c',
      `contract=${contractWith('sandbox', (it) => Object.assign(it.periods[0], { ceiling: '50.00' }))}`,
    );
    expect([ran.code, status(ran)]).toEqual([1, 'over']);
    for (const word of ['FY27', 'exceed', 'g6.xlarge', 'USD']) expect(ran.stderr).toContain(word);
    expect(ran.evidence('verdict.json')?.periods?.[0]?.largest).toHaveLength(3);
  });

  test('over survives the selection of another stack', () => {
    const contract = contractWith('sandbox', (it) => Object.assign(it.periods[0], { ceiling: '50.00' }));
    expect(cdk('synth', '-q', 'Sandbox/Network', '-c', `contract=${contract}`).code).toBe(1);
  });

  test('unpriced: a resource that no charger knows', () => {
    const ran = cdkApp('unknown-resource');
    expect([ran.code, status(ran)]).toEqual([1, 'unpriced']);
    expect(ran.stderr).toContain('AWS::Odd::Thing');
  });

  test('unpriced: a price that is not in the book', () => {
    const ran = cdkApp('missing-price');
    expect([ran.code, status(ran)]).toEqual([1, 'unpriced']);
    expect(ran.stderr).toContain('nat:hour');
  });

  test('failed: a charger that throws is not a pass', () => {
    const ran = cdkApp('throwing-charger');
    expect([ran.code, status(ran)]).toEqual([1, 'failed']);
    expect(ran.stderr).toContain('the charger fell over');
  });

  test('a missed floor warns, and passes, where the contract says so', () => {
    const contract = contractWith('sandbox', (it) => Object.assign(it, { share: '1', floorGate: 'warn' }));
    const ran = cdk('synth', '-q', '-c', `contract=${contract}`);
    expect([ran.code, status(ran)]).toEqual([0, 'within']);
    expect(ran.evidence('verdict.json')?.periods?.[0]?.floor.result).toBe('missed');
    expect(ran.stderr).toMatch(/warning/i);
  });

  test('a missed floor fails where the contract says so', () => {
    const contract = contractWith('sandbox', (it) => Object.assign(it, { share: '1', floorGate: 'fail' }));
    const ran = cdk('synth', '-q', '-c', `contract=${contract}`);
    expect([ran.code, status(ran)]).toEqual([1, 'shortfall']);
  });
});

describe('wrong input', () => {
  const noTrace = (text: string): void => expect(text).not.toMatch(/\n\s+at .+:\d+:\d+/);

  test('an unknown deployment is one sentence, and nothing of an older run is left', () => {
    const before = cdk('synth', '-q');
    const ran = cdkInto(before.outdir, 'synth', '-q', '-c', 'deployment=nowhere');
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('there is no deployment "nowhere"; choose one of sandbox, production');
    noTrace(ran.stderr);
    expect(fs.readdirSync(path.join(before.outdir, 'headroom'))).toEqual([]);
  });

  test('a contract that is not JSON fails the verdict', () => {
    const ran = cdk('synth', '-q', '-c', `contract=${temporaryFile('contract.json', '{ "schemaVersion": 1,')}`);
    expect([ran.code, status(ran)]).toEqual([1, 'failed']);
    expect(ran.stderr).toContain('contract.json');
    const HASH: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(ran.evidence('verdict.json')?.inputs).toMatchObject({
      contract: { id: null, sha256: HASH },
      priceBook: { sha256: HASH },
    });
    expect(ran.evidence('bill.json')).toBeDefined();
    noTrace(ran.stderr);
  });

  test('sources that no longer load leave nothing of an older run, and are wrong input', () => {
    const before = cdk('synth', '-q');
    const ran = cdkInto(
      before.outdir,
      'synth',
      '-q',
      '--app',
      `node bin/run.js ${temporaryFile('broken.ts', 'const = 3;')}`,
    );
    expect(ran.code).toBe(1);
    expect(fs.existsSync(path.join(before.outdir, 'headroom'))).toBe(false);
  });

  test('contract=none bills and does not judge', () => {
    const ran = cdk('synth', '-q', '-c', 'contract=none');
    expect([ran.code, status(ran)]).toEqual([0, 'within']);
    expect(ran.evidence('verdict.json')?.periods).toEqual([]);
  });
});

describe('npm run -s headroom --', () => {
  test.each(['plan', 'bill', 'check'])('%s --json prints a file that parses', (command) => {
    const ran = headroom(
      command,
      '--json',
      ...(command === 'check' ? ['--as-of', new Date().toISOString().slice(0, 10)] : []),
    );
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout).schemaVersion).toBe(1);
  });

  test('check says what cdk synth says', () => {
    const contract = contractWith('sandbox', (it) => Object.assign(it.periods[0], { ceiling: '50.00' }));
    const ran = headroom('check', '--contract', contract, '--as-of', new Date().toISOString().slice(0, 10));
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('over');
  });

  test.each([
    [['check', '--contract', temporaryFile('contract.json', 'not json')]],
    [['check', '--contract', '/no/such/file']],
    [['plan', '--deployment', 'nowhere']],
    [['plan', '--as-of', 'yesterday']],
    [['plan', '--frobnicate']],
    [['nothing']],
  ])('%j is wrong input: one sentence and 2', (args) => {
    const ran = headroom(...args);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe('');
    expect(ran.stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
  });
});

describe('with credentials of another account', () => {
  test('fails to synthesize production, in one sentence that names both accounts', () => {
    const ran = cdkAs('444455556666', 'synth', '-q', '-c', 'deployment=production');
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(
      'these credentials belong to account 444455556666 and deployment production goes to 123456789012',
    );
  });

  test('production is synthesized with those of its own', () => {
    expect(cdkAs('123456789012', 'synth', '-q', '-c', 'deployment=production').code).toBe(0);
  });

  test('what is deployed can still be listed and destroyed', () => {
    expect(cdkAs('444455556666', 'ls', '-c', 'deployment=production').stdout).toContain('UsEast1/Network');
    // It comes as far as asking AWS, which has no credentials here.
    const ran = cdkAs('444455556666', 'destroy', '**', '--force', '-c', 'deployment=production');
    expect(ran.stderr).not.toContain('these credentials belong to account');
  });
});
