import * as z from 'zod';
import { Problem } from '../../problem';
import { interval } from '../../units/interval';
import { canonicalSha256 } from '../prices/canonical';
import { type Actuals, CHARGE_KINDS } from './actuals';
import { when } from './contract-schema';
import { readJson } from './read-json';

const FILE = { name: 'the actuals file', code: 'InvalidActuals' } as const;
const MONTH = /^[12]\d{3}-(0[1-9]|1[0-2])$/;
const DAY = /^[12]\d{3}-\d{2}-\d{2}$/;
const amount = z.string().regex(/^-?\d+(\.\d+)?$/, 'a decimal amount as text, such as "12.50" or "-3"');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex');
const rows = z.int('a whole number of rows').positive('a whole number of rows above zero');

const schema = z.strictObject({
  schemaVersion: z.literal(1),
  asOf: when,
  currency: z.literal('USD'),
  covered: z.strictObject({ start: when, end: when }),
  months: z.array(
    z.strictObject({
      month: z.string().regex(MONTH, 'a month such as "2026-12"'),
      state: z.enum(['open', 'final']),
      rows,
    }),
  ),
  sources: z.array(
    z.strictObject({
      name: z.string(),
      format: z.enum(['csv', 'parquet']),
      focusVersion: z.enum(['1.0', '1.2']),
      rows,
      sha256,
    }),
  ),
  charges: z.array(
    z.strictObject({
      day: z
        .string()
        .regex(DAY, 'a day such as "2026-12-01"')
        .pipe(when)
        .transform((at) => at.slice(0, 10)),
      kind: z.enum(CHARGE_KINDS),
      deployment: z.string().nullable(),
      cash: amount,
      amortized: amount,
      list: amount,
    }),
  ),
  sha256,
});

/**
 * Reads actuals.json, and refuses one that was edited after `headroom actuals` wrote it.
 *
 * @throws Problem InvalidActuals, one sentence.
 */
export function parseActuals(text: string): Actuals {
  const actuals = readJson(text, schema, FILE);
  if (sealOf(actuals) !== actuals.sha256) {
    throw refuse('was changed after it was made; make it again with headroom actuals');
  }
  interval(actuals.covered.start, actuals.covered.end);
  if (actuals.covered.end.slice(0, 10) > actuals.asOf.slice(0, 10)) {
    throw refuse(`covers days to ${actuals.covered.end}, after it was made (${actuals.asOf}); make it again`);
  }
  return actuals;
}

/** The hash that stands in the file: of everything else in it. */
export function sealOf(actuals: Omit<Actuals, 'sha256'>): string {
  const { sha256: _, ...rest } = { sha256: undefined, ...actuals };
  return canonicalSha256(rest);
}

function refuse(why: string): Problem {
  return new Problem(FILE.code, `${FILE.name} ${why}`);
}
