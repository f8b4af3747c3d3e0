import * as z from 'zod';
import { Problem } from '../../problem';
import { BREAK_GLASS, EVERY_PERIOD, WAIVABLE, type Waiver } from './contract';
import { amount, name, when } from './contract-schema';
import { readJson } from './read-json';

const waiverSchema = z.strictObject({
  rule: z.enum(WAIVABLE),
  period: name,
  upTo: amount,
  approver: name,
  ticket: name,
  expires: when,
});

/**
 * waivers.json text into waivers. One row for a rule and a period: a longer or higher waiver replaces the old row.
 *
 * @throws Problem InvalidWaivers, one sentence that names the field and never an amount.
 */
export function parseWaivers(text: string): readonly Waiver[] {
  const waivers = readJson(text, z.array(waiverSchema, 'a JSON list of waivers'), {
    name: 'the waivers file',
    code: 'InvalidWaivers',
  });
  const keys = waivers.map((waiver) => `${waiver.rule} in ${waiver.period}`);
  const twin = keys.find((key, index) => keys.indexOf(key) !== index);
  const broad = waivers.find(({ rule, period }) => period === EVERY_PERIOD && rule !== BREAK_GLASS);
  if (broad !== undefined) {
    throw new Problem(
      'InvalidWaivers',
      `the waivers file waives ${broad.rule} in all periods, which only ${BREAK_GLASS} can; name one period`,
    );
  }
  if (twin === undefined) return waivers;
  throw new Problem('InvalidWaivers', `the waivers file waives ${twin} twice; keep one row`);
}
