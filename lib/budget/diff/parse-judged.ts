import * as z from 'zod';
import type { Interval } from '../../units/interval';
import type { AmountText } from '../../units/money';
import type { Range } from '../../units/range';
import { when } from '../envelope/contract-schema';
import { readJson } from '../envelope/read-json';
import type { VerdictStatus } from '../envelope/verdict';

const STATUSES = ['within', 'over', 'shortfall', 'unpriced', 'infeasible', 'failed'] as const satisfies VerdictStatus[];
const EXACT = /^-?\d+(\.\d+|\/[1-9]\d*)?$/;

/** A period whose drawdown may be shown. */
export interface JudgedPeriod extends Interval {
  readonly id: string;
  readonly drawdown: Range<AmountText>;
}

/** What a comparison reads of verdict.json. */
export interface Judged {
  readonly status: VerdictStatus;
  /** SHA-256. */
  readonly contract: string | null;
  /** None where the contract does not disclose amounts. */
  readonly periods: readonly JudgedPeriod[];
}

const schema = z.looseObject({
  status: z.enum(STATUSES),
  inputs: z.looseObject({ contract: z.looseObject({ sha256: z.string() }).nullable() }),
  periods: z.array(
    z.looseObject({
      id: z.string(),
      start: when,
      end: when,
      spend: z
        .looseObject({ drawdown: z.looseObject({ min: z.string(), plan: z.string(), max: z.string() }) })
        .optional(),
    }),
  ),
});

/**
 * Reads verdict.json.
 *
 * @throws Problem InvalidBill, one sentence
 */
export function parseJudged(text: string, name: string): Judged {
  const { status, inputs, periods } = readJson(text, schema, { name, code: 'InvalidBill' });
  return {
    status,
    contract: inputs.contract?.sha256 ?? null,
    periods: periods.flatMap(({ id, start, end, spend }) => {
      if (spend === undefined) return [];
      const { min, plan, max } = spend.drawdown;
      return [min, plan, max].every((amount) => EXACT.test(amount))
        ? [{ id, start, end, drawdown: { min, plan, max } }]
        : [];
    }),
  };
}
