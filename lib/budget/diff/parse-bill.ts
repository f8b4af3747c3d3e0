import * as z from 'zod';
import { Problem } from '../../problem';
import { Usd } from '../../units/money';
import { BOUNDS } from '../../units/range';
import type { Bill } from '../bill/bill';
import { costWithin } from '../bill/cost-within';
import { when } from '../envelope/contract-schema';
import { readJson } from '../envelope/read-json';

const number = z.string().regex(/^-?\d+(\.\d+|\/[1-9]\d*)?$/, 'an exact amount as text, such as "12.50" or "1/730"');
const range = z.looseObject({ min: number, plan: number, max: number });
const text = z.string();
const interval = z.looseObject({ start: when, end: when });
const ref = { stack: text, logicalId: text, type: text };

/** What a comparison reads of bill.json; the rest of it may be anything. */
const schema = z.looseObject({
  schemaVersion: z.literal(1),
  asOf: when,
  currency: z.literal('USD'),
  priceBook: z.looseObject({ sha256: text }),
  window: interval,
  windowTotal: range,
  charges: z.array(
    z.looseObject({
      ...ref,
      dimension: text,
      offer: text,
      unit: text,
      quantity: range,
      unitPrice: number,
      active: interval,
      windowTotal: range,
      basis: z.enum(['price', 'assumption', 'ceiling']),
      dueAt: when.optional(),
    }),
  ),
  unpriced: z.array(z.looseObject({ ...ref, dimension: text, reason: text })),
});

/** The part of a bill that a comparison reads. */
export type ComparedBill = Pick<Bill, 'asOf' | 'priceBook' | 'window' | 'windowTotal' | 'charges' | 'unpriced'>;

/**
 * Reads bill.json.
 *
 * @param name for the sentence
 * @throws Problem InvalidBill for what is no bill, and for one whose charges are not what they say or do not add up
 */
export function parseBill(json: string, name: string): ComparedBill {
  const bill = readJson<unknown>(json, schema, { name, code: 'InvalidBill' }) as ComparedBill;
  for (const bound of BOUNDS) {
    const odd = bill.charges.find(
      (charge) => Usd.of(charge.windowTotal[bound]).compare(costWithin(charge, bill.window)[bound]) !== 0,
    );
    if (odd !== undefined) {
      throw refuse(
        name,
        `says that ${odd.stack} ${odd.logicalId} ${odd.dimension} costs other than quantity × price × time`,
      );
    }
    const sum = Usd.sum(bill.charges.map(({ windowTotal }) => Usd.of(windowTotal[bound])));
    if (sum.compare(Usd.of(bill.windowTotal[bound])) !== 0) throw refuse(name, `does not add up at ${bound}`);
  }
  return bill;
}

function refuse(name: string, why: string): Problem {
  return new Problem('InvalidBill', `${name} ${why}; synthesize it again`);
}
