import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { cdk, headroom } from './cdk-cli';

jest.setTimeout(120_000);

/** What a gate in CI does with the assembly that the CDK's command line left, before it deploys it with `--app cdk.out`. */
const TODAY = new Date().toISOString().slice(0, 10);
const synthesized = cdk('synth', '-q', '-c', `asOf=${TODAY}`);
const expectation = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-e2e-')), 'expect.json');
const held = (): readonly [number | null, string] => {
  const { code, stdout } = headroom(
    'check',
    '--as-of',
    TODAY,
    '--expect',
    expectation,
    '--assembly',
    synthesized.outdir,
  );
  return [code, stdout.replaceAll(/\s+/g, ' ')];
};

test('the assembly that was reviewed passes, and one whose report was deleted does not', () => {
  expect(synthesized.code).toBe(0);
  expect(headroom('check', '--as-of', TODAY, '--write-expect', expectation).code).toBe(0);
  expect(held()[0]).toBe(0);
  const report = path.join(synthesized.outdir, 'validation-report.json');
  const text = fs.readFileSync(report, 'utf8');
  fs.rmSync(report);
  expect(held()).toEqual([1, expect.stringContaining('validation-report.json is not there')]);
  fs.writeFileSync(report, text);
  fs.rmSync(path.join(synthesized.outdir, 'headroom', 'verdict.json'));
  expect(held()).toEqual([1, expect.stringContaining('verdict.json is not there')]);
});
