import * as z from 'zod';
import type { Assumption } from '../bill/assumption';
import type { Ledger } from '../bill/ledger';
import { assumption } from './contract-schema';
import { parseContract } from './parse-contract';
import { readJson } from './read-json';

const listSchema = z.array(assumption);
const fileSchema = z.strictObject({ assumptions: listSchema });

/** What is declared for a bill without a contract to judge it by. */
export interface Declared {
  readonly assumptions: readonly Assumption[];
  readonly ledger: Ledger;
}

/**
 * Reads an assumptions file: a list, an object whose one field is `assumptions`, or a whole contract, whose reservations and
 * blocks count then too.
 *
 * @throws Problem InvalidAssumptions, or InvalidContract for a contract
 */
export function parseAssumptions(text: string): Declared {
  const file = { name: 'the assumptions file', code: 'InvalidAssumptions' } as const;
  if (/^\s*\[/.test(text)) return { assumptions: readJson(text, listSchema, file), ledger: NOTHING_OWNED };
  if (!isContract(text)) return { ...readJson(text, fileSchema, file), ledger: NOTHING_OWNED };
  const { assumptions, capacityReservations, capacityBlocks, disclose } = parseContract(text);
  return { assumptions, ledger: { capacityReservations, capacityBlocks, withholdsFees: !disclose } };
}

export const NOTHING_OWNED: Ledger = { capacityReservations: [], capacityBlocks: [] };

function isContract(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'periods' in value;
  } catch {
    return false;
  }
}
