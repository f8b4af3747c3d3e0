import * as fs from 'node:fs';
import * as path from 'node:path';
import { Evidence } from '../../../lib/budget/policy/evidence';
import { aBill, aCharge, aVerdict } from '../../builders';
import { anApp, synthesized, temporaryFolder } from './an-app';

const filesIn = (folder: string) => fs.readdirSync(folder).sort();
const folder = () => path.join(temporaryFolder(), 'headroom');

describe('evidence', () => {
  test('is emptied of another run, in a folder that it makes', () => {
    const here = folder();
    Evidence.emptied(here).write('bill.json', 1);
    fs.mkdirSync(path.join(here, 'old'));
    Evidence.emptied(here);
    expect(filesIn(here)).toEqual([]);
  });

  test('is JSON with two spaces and a final newline, replaced whole', () => {
    const here = folder();
    const evidence = Evidence.emptied(here);
    evidence.write('verdict.json', { status: 'within', periods: [1] });
    evidence.write('verdict.json', { status: 'over' });
    expect(fs.readFileSync(path.join(here, 'verdict.json'), 'utf8')).toBe('{\n  "status": "over"\n}\n');
    expect(filesIn(here)).toEqual(['verdict.json']);
  });

  test('fails without leaving a half-written file or touching the old one', () => {
    const here = folder();
    const evidence = Evidence.emptied(here);
    // A folder of that name cannot be replaced by a file: the rename fails after the text was written.
    fs.mkdirSync(path.join(here, 'verdict.json'));
    expect(() => evidence.write('verdict.json', { status: 'within' })).toThrow();
    expect(filesIn(here)).toEqual(['verdict.json']);
  });

  test.each(['within', 'over', 'failed'] as const)('of a verdict of %s lies in the assembly', (status) => {
    const app = anApp();
    const evidence = Evidence.emptied(path.join(app.outdir, 'headroom'));
    const fatal = { rule: 'CeilingExceeded', severity: 'fatal', period: 'Y1', stack: null, logicalId: null } as const;
    const findings = status === 'within' ? [] : [{ ...fatal, sentence: 'too dear', remedy: 'run less' }];
    const seen = synthesized(app, {
      evaluate: () => {
        if (status === 'failed') throw new Error('broken on purpose');
        return { bill: aBill({ charges: [aCharge()] }), verdict: aVerdict({ status, findings }) };
      },
      publish: ({ bill, verdict }) => {
        if (bill !== null) evidence.write('bill.json', bill);
        evidence.write('verdict.json', verdict);
      },
    });
    expect(seen.thrown === undefined).toBe(status === 'within');
    const here = path.join(app.outdir, 'headroom');
    expect(filesIn(here)).toEqual(status === 'failed' ? ['verdict.json'] : ['bill.json', 'verdict.json']);
    expect(JSON.parse(fs.readFileSync(path.join(here, 'verdict.json'), 'utf8')).status).toBe(status);
  });
});
