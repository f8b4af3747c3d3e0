import { parseWaivers } from '../../../lib/budget/envelope/parse-waivers';
import { Problem } from '../../../lib/problem';

const ROW = {
  rule: 'CeilingExceeded',
  period: 'Y1',
  upTo: '52000000.00',
  approver: 'finops',
  ticket: 'FIN-1',
  expires: '2026-12-15',
};

test('a waiver is read, its expiry made an instant', () => {
  expect(parseWaivers(JSON.stringify([ROW]))).toEqual([{ ...ROW, expires: '2026-12-15T00:00:00Z' }]);
  expect(parseWaivers('[]')).toEqual([]);
});

test.each<[string, string, string]>([
  [
    'text that is not JSON',
    '[',
    'the waivers file is not JSON: it ends too early; correct it there (JSON has no comments, no trailing commas and double quotes only)',
  ],
  ['something that is no list', '{}', 'the waivers file must be a JSON list of waivers'],
  [
    'a rule that nobody can waive',
    JSON.stringify([{ ...ROW, rule: 'CheckerFailed' }]),
    'the waivers file has a wrong [0].rule: it must be one of "CeilingExceeded", "HourlyCeilingExceeded", "CommitmentShortfall", "Unpriced", "UncoveredWindow", "BreakGlass"',
  ],
  [
    'a waiver without an approver',
    JSON.stringify([{ ...ROW, approver: ' ' }]),
    'the waivers file has a wrong [0].approver: it must be text that is not empty',
  ],
  [
    'a waiver without a limit',
    JSON.stringify([{ ...ROW, upTo: undefined }]),
    'the waivers file lacks [0].upTo: it must be a decimal amount as text, zero or more, such as "48000000.00"',
  ],
  [
    'an unknown field',
    JSON.stringify([{ ...ROW, stack: 'A' }]),
    'the waivers file has an unknown field "stack" in [0]; remove it or correct its name',
  ],
  [
    'two rows for one thing',
    JSON.stringify([ROW, { ...ROW, upTo: '1' }]),
    'the waivers file waives CeilingExceeded in Y1 twice; keep one row',
  ],
])('fails for %s', (_what, text, sentence) => {
  expect(() => parseWaivers(text)).toThrow(new Problem('InvalidWaivers', sentence));
});
