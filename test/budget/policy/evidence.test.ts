import * as fs from 'node:fs';
import * as path from 'node:path';
import { Evidence } from '../../../lib/budget/policy/evidence';
import { exposeFailedPlugins } from '../../../lib/budget/policy/failed-plugins';
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

describe('the report of the CDK', () => {
  const HERE = [{ constructPath: 'A/Topic' }];
  const exposed = (pluginReports: unknown): unknown => {
    const outdir = temporaryFolder();
    const file = path.join(outdir, 'validation-report.json');
    fs.writeFileSync(file, JSON.stringify({ version: '55.0.0', pluginReports }));
    exposeFailedPlugins(outdir);
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  };

  test('stays as it is where the CDK itself stops on what failed', () => {
    const reports = [
      { pluginName: 'Good', conclusion: 'success', violations: [] },
      { pluginName: 'Strict', conclusion: 'failure', violations: [{ severity: 'error', violatingConstructs: HERE }] },
      { pluginName: 'Plain', conclusion: 'failure', violations: [{ violatingConstructs: HERE }] },
    ];
    expect(exposed(reports)).toEqual({ version: '55.0.0', pluginReports: reports });
  });

  test('names a plugin that fell over, on the app', () => {
    const metadata = { error: 'it fell' };
    expect(exposed([{ pluginName: 'Thrower', conclusion: 'failure', metadata, violations: [] }])).toMatchObject({
      pluginReports: [
        {
          metadata,
          violations: [
            {
              severity: 'fatal',
              description: 'the check of plugin Thrower could not run: it fell',
              violatingConstructs: [{ constructPath: '' }],
            },
          ],
        },
      ],
    });
  });

  test('gives a violation without a place the app, and one of an unknown severity the greatest', () => {
    const violations = [
      { severity: 'error', violatingConstructs: [] },
      { severity: 'over-budget', violatingConstructs: HERE },
    ];
    expect(exposed([{ pluginName: 'Odd', conclusion: 'failure', violations }])).toMatchObject({
      pluginReports: [
        {
          violations: [
            { severity: 'error', violatingConstructs: [{ constructPath: '' }] },
            { severity: 'fatal', violatingConstructs: HERE },
          ],
        },
      ],
    });
  });

  test.each([[{}], [7], [[{ conclusion: 'failure' }]]])('that is none is left as it is: %j', (reports) => {
    expect(exposed(reports)).toEqual({ version: '55.0.0', pluginReports: reports });
  });

  test('that is not there is not made', () => {
    const outdir = temporaryFolder();
    exposeFailedPlugins(outdir);
    expect(filesIn(outdir)).toEqual([]);
  });
});
