import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { alone, appAlone, cdk, cdkApp, cdkInto, contractWith, headroom, type Ran, ROOT, watched } from './cdk-cli';

jest.setTimeout(120_000);

/**
 * The behaviour of CDK CLI 2.1148.1 around a policy plugin, row by row: what a gate must answer in each. The app is the sandbox
 * with stacks A (and A/Inner in it), B and Prod/C beside it; `breach` says which of them is far too dear.
 */
const REFUSED = [1, 'Synthesis finished with errors'];
const last = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
const end = ({ code, stderr }: Pick<Ran, 'code' | 'stderr'>): unknown => [code, last(stderr)];
const many = (args: string): Ran => cdkApp('many-stacks', ...args.split(' '));
const sha256 = (file: string): string => createHash('sha256').update(fs.readFileSync(file)).digest('hex');
const occurrences = (text: string, part: string): number => text.split(part).length - 1;
const HASH: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
const OVER = contractWith('sandbox', (it) => Object.assign(it.periods[0], { ceiling: '50.00' }));

describe('a violation of one stack', () => {
  const ran = many('synth -q -c breach=B');

  test('refuses the synth of all, and says so in its last line', () => {
    expect(end(ran)).toEqual(REFUSED);
  });

  test('is on the app, once, with the table, the reason and what to change; then one line a stack', () => {
    expect(occurrences(ran.stderr, 'FATAL period FY27')).toBe(2);
    expect(occurrences(ran.stderr, '\n  dearest charges from 2026-11-23 to 2027-11-01')).toBe(1);
    expect(ran.stderr).toContain('Suggested fix: cut 1,812,280.65 USD at max, or have the ceiling of FY27 raised');
    const lines = ran.stderr.split('\n').filter((line) => /^FATAL .* adds /.test(line));
    expect(lines).toEqual([
      expect.stringMatching(/^FATAL B adds 1,812,357.12 USD at max and list price; dearest is Node/),
    ]);
    expect(ran.stderr).toContain('Rule Headroom::CeilingExceeded');
  });

  test('leaves the evidence, with the hashes of what was judged', () => {
    expect(ran.evidence('verdict.json')).toMatchObject({
      status: 'over',
      inputs: {
        contract: { sha256: HASH },
        assumptions: { sha256: HASH },
        priceBook: { sha256: HASH },
        templates: { 'A/Inner': expect.any(String), 'Prod/C': expect.any(String), B: expect.any(String) },
      },
    });
  });

  test.each([
    ['synth -q A'],
    ['synth -q Prod/C'],
    ['deploy A'],
    ['diff A'],
    ['import A'],
    ['rollback A'],
    ['publish-assets A --unstable=publish-assets'],
  ])('refuses cdk %s, which does not select it, without credentials', (args) => {
    expect(end(many(`${args} -c breach=B`))).toEqual(REFUSED);
  });

  test('refuses cdk validate, which says nothing after the last violation', () => {
    const validated = many('validate A --unstable=validate --no-online -c breach=B');
    expect(validated.code).toBe(1);
    expect(validated.stderr).toContain('FATAL period FY27');
  });

  test('refuses what cdk watch would deploy', async () => {
    const text = await watched('many-stacks', ['A', '-c', 'breach=B'], /Rule Headroom::CeilingExceeded/);
    expect(text).toContain('FATAL period FY27');
    expect(text).not.toMatch(/deploying\.\.\.|Unable to resolve AWS account/);
  });

  test.each(['Inner', 'C'])('refuses when it is in the nested stack or the Stage: %s', (breach) => {
    expect(end(many(`synth -q -c breach=${breach}`))).toEqual(REFUSED);
  });

  test('cannot be acknowledged away on the resource, its stack and the app', () => {
    const silenced = many('synth -q -c breach=B -c acknowledge=all');
    expect(end(silenced)).toEqual(REFUSED);
    expect(silenced.stderr).toContain('FATAL period FY27');
  });

  test('stands in an assembly that is deployed later, until its report is deleted; the evidence still says over', () => {
    const later = cdkInto(ran.outdir, 'deploy', 'A', '--app', ran.outdir);
    expect(end(later)).toEqual(REFUSED);
    fs.rmSync(path.join(ran.outdir, 'validation-report.json'));
    const proceeds = cdkInto(ran.outdir, 'deploy', 'A', '--app', ran.outdir);
    expect(proceeds.stderr).toContain('Unable to resolve AWS account');
    expect(ran.evidence('verdict.json')?.status).toBe('over');
  });
});

describe('without a violation', () => {
  const ran = many('synth -q');

  test('a warning passes, and fails with --strict', () => {
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('WARNING the oldest price row');
    expect(end(many('synth -q --strict'))).toEqual([1, 'Synthesis finished with warnings (--strict mode)']);
  });

  test('the report names the plugin, so that passed and never registered differ', () => {
    const report = JSON.parse(fs.readFileSync(path.join(ran.outdir, 'validation-report.json'), 'utf8'));
    expect(report.pluginReports).toMatchObject([{ pluginName: 'Headroom', conclusion: 'success' }]);
    expect(ran.evidence('verdict.json')?.status).toBe('within');
  });

  test('a template that another plugin rewrites after the verdict is not the one that was judged', () => {
    const rewritten = many('synth -q -c rogue=rewrites');
    expect(rewritten.code).toBe(0);
    const judged = rewritten.evidence('verdict.json')?.inputs?.templates ?? {};
    const now = many('synth -q').evidence('verdict.json')?.inputs?.templates;
    expect(judged).toEqual(now);
    expect(sha256(path.join(rewritten.outdir, 'B.template.json'))).not.toBe(judged.B);
    expect(sha256(path.join(ran.outdir, 'B.template.json'))).toBe(judged.B);
  });
});

describe('a plugin that cannot answer', () => {
  test.each(['throwing-charger', 'promised-verdict', 'severity-of-its-own'])('is refused: %s', (app) => {
    const ran = cdkApp(app, 'synth', '-q');
    expect(end(ran)).toEqual(REFUSED);
    expect(ran.stderr).toContain('FATAL the check could not run');
  });
});

describe('a plugin of somebody else', () => {
  test.each([
    ['throws', "FATAL the check of plugin Thrower could not run: Validation plugin 'Thrower' failed: they fell over"],
    ['promises', 'FATAL the check of plugin Promiser could not run'],
    ['placeless', 'FATAL they do not like it (Placeless)'],
    ['bare', 'ERROR they do not like it (Bare)'],
  ])('that %s is refused, and said, whichever stack is selected', (rogue, sentence) => {
    const ran = many(`synth -q -c rogue=${rogue}`);
    expect(end(ran)).toEqual(REFUSED);
    expect(ran.stderr).toContain(sentence);
    if (rogue !== 'bare') expect(end(many(`synth -q A -c rogue=${rogue}`))).toEqual(REFUSED);
  });
});

describe('where a violation exits 0, which README.md says', () => {
  test('cdk ls lists, --ignore-errors ignores, and headroom check refuses all the same', () => {
    expect(cdk('ls', '-c', `contract=${OVER}`).code).toBe(0);
    const ignored = cdk('synth', '-q', '--ignore-errors', '-c', `contract=${OVER}`);
    expect([ignored.code, ignored.evidence('verdict.json')?.status]).toEqual([0, 'over']);
    expect(headroom('check', '--contract', OVER, '--as-of', new Date().toISOString().slice(0, 10)).code).toBe(1);
    const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
    for (const word of ['cdk ls', '--ignore-errors', 'validation-report.json']) expect(readme).toContain(word);
  });
});

describe('without the command line of the CDK', () => {
  test('the app exits 1 with the report and no stack trace', () => {
    const ran = appAlone({ contract: OVER });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('FATAL period FY27');
    expect(ran.stderr).not.toMatch(/\n\s+at .+:\d+|use strict/);
  });
});

describe('an assertion on a template, which synthesizes', () => {
  const asserted = (verdict: string) => alone('test/e2e/apps/template-assertion.ts', { HEADROOM_VERDICT: verdict });

  test('throws on a violation and on a check that fell over, with the report, and holds without', () => {
    expect(asserted('within')).toMatchObject({ code: 0, stdout: 'the assertion holds\n' });
    for (const [verdict, sentence] of [
      ['over', 'FATAL it costs too much'],
      ['throws', 'FATAL the check could not run: Error: the checker fell over'],
    ] as const) {
      const { code, stdout, stderr } = asserted(verdict);
      // What bin/run.js makes of a throw.
      expect([code, stdout]).toEqual([70, '']);
      expect(stderr).toContain(sentence);
    }
  });
});

describe('context keys', () => {
  test.each([
    ['contrct=none', 'nothing reads the context key "contrct"; use deployment, contract, asOf'],
    ['headroom:contract=none', 'nothing reads the context key "headroom:contract"; use deployment, contract, asOf'],
  ])('%s is wrong input: one sentence that names the known keys', (given, sentence) => {
    const ran = cdk('synth', '-q', '-c', given);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`headroom: ${sentence}`);
  });
});
